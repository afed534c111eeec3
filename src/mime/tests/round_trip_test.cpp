// Property: parse(compose(x)) == x, for every x that a mail can say.
//
// Mails are made from a seed; a failure prints it. What a mail cannot say is not made: a name that
// is its own address or stands wholly in quotes (readers drop both), control characters, runs of
// blanks in a header.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "lethe/mime/compose.h"
#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

constexpr unsigned kSeeds = 2000;

const std::vector<std::string> kWords = {
    "Anna",
    "Müller",
    "日本語",
    "😀",
    "o'Brien",
    "(Einkauf)",
    "A,",
    "x@y.example",
    "\"so\"",
    "a\\b",
    "100%",
    "a;b",
    "<tag>",
    "Re:",
    "[#12]",
    "ß",
    "İ",
    "e\u0301",
    "--",
    "=20",
    "_",
    "?=",
    ".",
    "=?utf-8?q?x?=",
    "=?",
    "&amp;",
    "ﬁnance",
    "نص",
    "\\",
    "a/b",
    ":",
    "a-very-long-word-that"
    "-goes-on-and-on-without-any-blank-in-it-until-no-line-has-room-for-it-any-more"};

const std::vector<std::string> kAddresses = {
    "ann@example.org",
    "u+tag@sub.example.org",
    "o'neil@example.org",
    "Grüße@müller.example",
    "用户@例え.jp",
    "\"a b\"@example.org",
    "\"a  @b\"@example.org",
    "\"a>b<c\"@example.org",
    "\"a,b;c:d\"@example.org",
    "\"x\\\"y z\"@example.org",
    "u@[192.0.2.1]",
    "u@[IPv6:2001:db8::1]",
    "a-local-part-of-sixty-four-octets-is-the-longest-that-there-may-be@a-long-domain.example"};

const std::vector<std::string> kFileNames = {"",
                                             "Rechnung März.pdf",
                                             "a\"b.txt",
                                             "a\\b.txt",
                                             "../../etc/passwd",
                                             "CON",
                                             "con.txt",
                                             "日本 語.doc",
                                             "100%41.txt",
                                             "it''s.txt",
                                             "utf-8''x",
                                             "a;b=c.txt",
                                             "=?utf-8?q?x?=.txt",
                                             " lead",
                                             "x.",
                                             "offer 10/2026.pdf",
                                             "\u202Egpj.exe",
                                             "(1) copy, of \\ it.txt",
                                             std::string(200, 'n') + ".pdf",
                                             std::string(300, 'n') + ".tar.gz"};

const std::vector<std::string> kLines = {"",
                                         "From me",
                                         ".",
                                         "..",
                                         "-- ",
                                         "> quoted",
                                         "\tindented",
                                         "ends in blanks  ",
                                         "=",
                                         "=3D",
                                         "--=_0123456789abcdef",
                                         "Subject: not a header",
                                         std::string(2000, 'x'),
                                         std::string(76, 'y')};

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  Outgoing mail() {
    Outgoing mail;
    mail.from = mailboxes(1, 1);
    mail.to = mailboxes(0, 4);
    mail.cc = mailboxes(0, 4);
    mail.reply_to = mailboxes(0, 1);
    mail.subject = phrase(0, 14);
    mail.message_id = id();
    mail.in_reply_to = ids(0, 2);
    mail.references = ids(0, 12);
    mail.date = instant_of(100'000'000 + static_cast<std::int64_t>(random_()) % 3'900'000'000);
    mail.text = text();
    if (chance(2)) mail.html = "<p>" + text() + "</p>";
    for (std::size_t i = mail.html ? below(3) : 0; i > 0; --i) {
      mail.inline_parts.push_back({.name = one_of(kFileNames),
                                   .type = "image/png",
                                   .content = bytes(),
                                   .content_id = id()});
    }
    for (std::size_t i = below(4); i > 0; --i) {
      mail.attachments.push_back(
          {.name = one_of(kFileNames), .type = type(), .content = bytes(), .content_id = {}});
    }
    return mail;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  bool chance(std::size_t of) { return below(of) == 0; }
  const std::string& one_of(const std::vector<std::string>& list) {
    return list[below(list.size())];
  }

  std::string phrase(std::size_t least, std::size_t most) {
    std::string out;
    for (std::size_t left = least + below(most - least + 1); left > 0; --left) {
      if (!out.empty()) out += ' ';
      out += one_of(kWords);
    }
    return out;
  }

  std::string name() {
    while (true) {
      std::string name = phrase(0, 6);
      const bool in_quotes = name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
                             name.back() == name.front();
      if (!in_quotes) return name;
    }
  }

  std::vector<Mailbox> mailboxes(std::size_t least, std::size_t most) {
    std::vector<Mailbox> list;
    for (std::size_t left = least + below(most - least + 1); left > 0; --left) {
      list.push_back({name(), one_of(kAddresses)});
    }
    return list;
  }

  std::string id() { return std::to_string(random_()) + ".a$b=c+d@" + one_of({"x", "y.example"}); }
  std::vector<std::string> ids(std::size_t least, std::size_t most) {
    std::vector<std::string> list;
    for (std::size_t left = least + below(most - least + 1); left > 0; --left) list.push_back(id());
    return list;
  }

  std::string text() {
    std::string out;
    for (std::size_t left = below(8); left > 0; --left) {
      out += chance(2) ? one_of(kLines) : phrase(1, 20);
      if (left > 1 || chance(2)) out += '\n';
    }
    return out;
  }

  std::string type() {
    return one_of({"application/pdf", "image/jpeg", "text/plain", "text/csv", "text/html",
                   "application/octet-stream", "audio/x-odd+thing"});
  }

  std::string bytes() {
    std::string out;
    for (std::size_t left = below(300); left > 0; --left) {
      out.push_back(static_cast<char>(random_() & 0xFFU));
    }
    return out;
  }

  std::mt19937 random_;
};

void check_files(const std::vector<Attachment>& read, const Outgoing& mail) {
  std::vector<OutgoingFile> files = mail.inline_parts;
  files.insert(files.end(), mail.attachments.begin(), mail.attachments.end());
  REQUIRE(read.size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    CHECK(read[i].name == safe_file_name(files[i].name));
    CHECK(read[i].type == files[i].type);
    CHECK(read[i].content == files[i].content);
    CHECK(read[i].content_id == files[i].content_id);
    CHECK(read[i].is_inline == (i < mail.inline_parts.size()));
    CHECK_FALSE(read[i].damaged);
  }
}

}  // namespace

TEST_CASE("what is composed is read back as it was meant") {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    const Outgoing mail = Maker{seed}.mail();
    const std::string raw = compose(mail);
    const Message read = parse(raw);
    CHECK(read.from == mail.from);
    CHECK(read.to == mail.to);
    CHECK(read.cc == mail.cc);
    CHECK(read.reply_to == mail.reply_to);
    CHECK(read.subject == mail.subject);
    CHECK(read.message_id == mail.message_id);
    CHECK(read.in_reply_to == mail.in_reply_to);
    CHECK(read.references == mail.references);
    CHECK(read.date == mail.date);
    CHECK(read.text == mail.text);
    CHECK(read.html == mail.html.value_or(""));
    check_files(read.attachments, mail);
    CHECK_FALSE(read.has(Warning::bare_line_ends));
    CHECK_FALSE(read.has(Warning::bad_encoding));
  }
  MESSAGE("seeds 1 to " << kSeeds);
}

TEST_CASE(
    "an address that quotes protect keeps what it holds, and others cannot smuggle by quotes") {
  const auto read_back = [](std::string address) {
    Outgoing mail;
    mail.to = {{"", std::move(address)}};
    return parse(compose(mail)).to;
  };
  CHECK(read_back("\"a>b\"@c.example") == std::vector<Mailbox>{{"", "\"a>b\"@c.example"}});
  for (const char* evil :
       {"\"a@b.example>, <v@evil.example", "a\"@b.example>, <v@evil.example\"",
        "\"a\"<v@evil.example>@b.example", "\"a\\\"@b.example>,<v@evil.example"}) {
    const auto to = read_back(evil);
    CHECK_MESSAGE(to.size() <= 1, evil);
    for (const Mailbox& one : to) CHECK_MESSAGE(one.address != "v@evil.example", evil);
  }
}

TEST_CASE("a report of a delivery is a report to every reader of mail") {
  Outgoing mail;
  mail.from = {{"Desk", "help@desk.example"}};
  mail.text = "It arrived.";
  mail.message_id = "r1@desk.example";
  mail.report = StatusReport{
      .reporting_mta = "desk.example",
      .envelope_id = "id\r\nBcc: x",
      .message_id = "m1@sender.example",
      .arrived = instant_of(1'700'000'000),
      .recipients = {{"help@desk.example", "rfc822;old@desk.example", "delivered", "2.1.5"},
                     {"hülfe@desk.example", "", "delivered", "2.1.5"}}};
  const Message read = parse(compose(mail));
  CHECK(read.header("content-type").value_or("").starts_with("multipart/report;"));
  CHECK(parameter(*read.header("content-type"), "report-type") == "delivery-status");
  CHECK(read.text.contains("It arrived."));
  const auto status = std::ranges::find_if(read.attachments, [](const Attachment& part) {
    return part.type == "message/global-delivery-status";
  });
  REQUIRE(status != read.attachments.end());
  CHECK(status->content.starts_with("Original-Envelope-Id: id Bcc: x\r\nReporting-MTA: dns; "));
  CHECK(
      status->content.contains("\r\n\r\nOriginal-Recipient: rfc822;old@desk.example\r\n"
                               "Final-Recipient: rfc822; help@desk.example\r\n"));
  CHECK(status->content.contains("Final-Recipient: utf-8; hülfe@desk.example\r\n"));
}

}  // namespace lethe::mime
