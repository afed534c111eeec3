#include "lethe/app/mail_checks.h"

#include "app_fixture.h"
#include "lethe/app/deliveries.h"

namespace lethe::app::testing {
namespace {

using core::AuthResult;

class Filter final : public ports::MailFilter {
 public:
  Result<core::MailTrust> judge(const ports::Envelope&, std::string_view, std::string_view,
                                std::string_view, bool) override {
    if (is_down) return fail(Errc::unavailable, "down");
    return trust;
  }
  core::MailTrust trust{.source = core::TrustSource::filter,
                        .spf = AuthResult::pass,
                        .dkim = AuthResult::pass,
                        .dmarc = AuthResult::pass,
                        .spam = core::SpamVerdict::ham};
  bool is_down = false;
};

// Finds what holds the word "plague".
class Scanner final : public ports::VirusScanner {
 public:
  ports::ScanResult scan(std::string_view bytes, std::chrono::steady_clock::time_point) override {
    if (is_down) return {ports::ScanResult::State::away, {}};
    const bool found = !is_mended && bytes.find("plague") != std::string_view::npos;
    return {found ? ports::ScanResult::State::infected : ports::ScanResult::State::clean,
            found ? "Test.Plague" : ""};
  }
  bool is_down = false;
  bool is_mended = false;  // its signatures no longer take the file for infected
};

struct Gate {
  Filter filter;
  Scanner scanner;
  MailChecks checks;
  Gate() {
    checks.filter = &filter;
    checks.scanner = &scanner;
  }

  TakenIn receive(AppFixture& at, std::string_view content) {
    ports::Delivery delivery{
        .envelope = {.sender = "ann@example.org", .recipients = {"support@example.com"}},
        .content = std::string{content}};
    std::optional<TakenIn> taken;
    auto mail = expect(prepare_mail(at.app(), std::move(delivery), MailSource::door, checks));
    expect(at.app().store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(taken, take_in(at.app(), tx, *mail));
      return {};
    }));
    return *taken;
  }
};

std::string with_file(std::string_view type, std::string_view name, std::string_view content) {
  return "From: Ann <ann@example.org>\r\nTo: support@example.com\r\nSubject: A file\r\n"
         "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: " +
         std::string{type} + "\r\nContent-Disposition: attachment; filename=\"" +
         std::string{name} + "\"\r\n\r\n" + std::string{content} + "\r\n--b--\r\n";
}

core::MailTrust trust_of(AppFixture& at, core::MessageId id) {
  core::MailTrust trust;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(trust, message_trust(at.app(), tx, id));
    return {};
  }));
  return trust;
}

FileMarks marks_of(AppFixture& at, core::TicketId ticket) {
  FileMarks marks;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto files, tx.messages().attachments(ticket));
    REQUIRE(files.size() == 1);
    LETHE_TRY(marks, file_marks(at.app(), files.front()));
    return {};
  }));
  return marks;
}

std::size_t waiting_mails(AppFixture& at, core::TicketId ticket) {
  std::size_t waiting = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.outbox().of_ticket(ticket));
    waiting = rows.size();
    return {};
  }));
  return waiting;
}

const std::string kMail = AppFixture::mail("Ann <ann@example.org>", "Hello", "My pedal is loose.");

TEST_CASE("what the filter found stands with the message, and a DMARC pass verifies it") {
  AppFixture at;
  Gate gate;
  const auto taken = gate.receive(at, kMail);
  CHECK(trust_of(at, taken.message) == gate.filter.trust);
  CHECK(at.view(taken.ticket).messages.at(0).flags.verified);
  gate.filter.trust.dmarc = AuthResult::fail;
  const auto other = gate.receive(at, AppFixture::mail("Bob <bob@example.org>", "Hi", "Other."));
  CHECK_FALSE(at.view(other.ticket).messages.at(0).flags.verified);
}

TEST_CASE("what proves the address of a form proves nothing of who filled it in") {
  AppFixture at;
  Gate gate;
  const auto taken =
      gate.receive(at, AppFixture::mail("Shop <no-reply@shop.example>", "Hi", "My bell is gone.",
                                        "Reply-To: Ann <ann@example.org>\r\n"));
  CHECK(at.view(taken.ticket).summary.requester->email == "ann@example.org");
  CHECK_FALSE(at.view(taken.ticket).messages.at(0).flags.verified);
  // Nor a proof that the form's mail carries with it.
  const std::string proof = "In-Reply-To: <" +
                            at.app().vault.sign_message_id(taken.ticket, core::MessageId::of(1)) +
                            "@example.com>\r\n";
  gate.receive(at, AppFixture::mail("Shop <no-reply@shop.example>", "Hi", "And my lamp.",
                                    "Reply-To: Ann <ann@example.org>\r\n" + proof));
  CHECK_FALSE(at.view(taken.ticket).messages.at(1).flags.verified);
}

TEST_CASE("a known foreign id joins verified with a DMARC pass and unverified without") {
  AppFixture at;
  Gate gate;
  const auto first = gate.receive(at, AppFixture::mail("Ann <ann@example.org>", "One", "One.",
                                                       "Message-ID: <one@example.org>\r\n"));
  const std::string known = "In-Reply-To: <one@example.org>\r\n";
  const auto good =
      gate.receive(at, AppFixture::mail("Ann <ann@example.org>", "Re", "Two.", known));
  CHECK(good.ticket == first.ticket);
  CHECK(at.view(first.ticket).messages.at(1).flags.verified);
  gate.filter.trust.dmarc = AuthResult::fail;
  gate.receive(at, AppFixture::mail("Ann <ann@example.org>", "Re", "Three.", known));
  CHECK_FALSE(at.view(first.ticket).messages.at(2).flags.verified);
}

TEST_CASE("spam is a ticket in the spam view without an acknowledgement, and comes back whole") {
  AppFixture at;
  Gate gate;
  const auto ham = gate.receive(at, kMail);
  CHECK(waiting_mails(at, ham.ticket) == 1);
  gate.filter.trust.spam = core::SpamVerdict::spam;
  const auto spam = gate.receive(at, AppFixture::mail("Eve <eve@example.net>", "Win", "Money."));
  CHECK(core::shown_status(at.row(spam.ticket).state) == "spam");
  CHECK(waiting_mails(at, spam.ticket) == 0);
  expect(change_ticket(at.app(), spam.ticket, {.status = "not_spam"}, std::nullopt));
  CHECK(core::shown_status(at.row(spam.ticket).state) == "open");
}

TEST_CASE("spam joins its thread and reopens nothing") {
  AppFixture at;
  Gate gate;
  const auto first = gate.receive(at, kMail);
  expect(change_ticket(at.app(), first.ticket, {.status = "solved"}, std::nullopt));
  gate.filter.trust.spam = core::SpamVerdict::spam;
  const std::string proof = "In-Reply-To: <" +
                            at.app().vault.sign_message_id(first.ticket, first.message) +
                            "@example.com>\r\n";
  const auto spam =
      gate.receive(at, AppFixture::mail("Ann <ann@example.org>", "Re", "Money.", proof));
  CHECK(spam.ticket == first.ticket);
  CHECK(core::shown_status(at.row(first.ticket).state) == "solved");
}

TEST_CASE("a filter and a scanner that are away keep no mail out and vouch for nobody") {
  AppFixture at;
  Gate gate;
  gate.filter.is_down = true;
  gate.scanner.is_down = true;
  const auto taken = gate.receive(at, with_file("application/pdf", "a.pdf", "harmless"));
  CHECK(trust_of(at, taken.message).source == core::TrustSource::nobody);
  CHECK_FALSE(at.view(taken.ticket).messages.at(0).flags.verified);
  CHECK(marks_of(at, taken.ticket).not_checked);
  CHECK(gate.checks.filter_failures == 1);
  CHECK(gate.checks.files_not_checked == 1);
  const auto id = at.view(taken.ticket).messages.at(0).attachments.at(0).id;
  CHECK(expect(read_attachment(at.app(), id)).bytes.reveal() == "harmless");
}

ports::Delivery fetched(std::string_view content) {
  return {.envelope = {.sender = "ann@example.org",
                       .recipients = {"support@example.com"},
                       .door = ports::Door::imap},
          .content = std::string{content},
          .can_wait = true};
}

TEST_CASE("while the scanner is away a mail that can come again waits, but only if it has a file") {
  AppFixture at;
  Gate gate;
  gate.scanner.is_down = true;
  const std::string mail = with_file("application/pdf", "a.pdf", "harmless");
  const auto waits = prepare_mail(at.app(), fetched(mail), MailSource::door, gate.checks);
  REQUIRE_FALSE(waits.has_value());
  CHECK(waits.error().code == Errc::unavailable);
  CHECK(waits.error().field == ports::kScannerAway);
  CHECK(gate.checks.files_not_checked == 0);
  CHECK(prepare_mail(at.app(), fetched(kMail), MailSource::door, gate.checks).has_value());
  gate.scanner.is_down = false;
  CHECK(prepare_mail(at.app(), fetched(mail), MailSource::door, gate.checks).has_value());
}

core::MailTrust trust_at(AppFixture& at, Gate& gate, ports::Delivery&& delivery) {
  auto mail = expect(prepare_mail(at.app(), std::move(delivery), MailSource::door, gate.checks));
  std::optional<TakenIn> taken;
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(taken, take_in(at.app(), tx, *mail));
    return {};
  }));
  return trust_of(at, taken->message);
}

TEST_CASE("of a fetched mail the server that received it knows the sender, the filter the spam") {
  AppFixture at;
  Gate gate;
  gate.checks.trusted_authserv_ids = {"mx.example.com"};
  gate.filter.trust = {.source = core::TrustSource::filter,
                       .spf = AuthResult::none,
                       .dkim = AuthResult::none,
                       .dmarc = AuthResult::none,
                       .spam = core::SpamVerdict::spam};
  const std::string header =
      "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.org; dmarc=pass\r\n";
  const auto trust = trust_at(at, gate, fetched(header + kMail));
  CHECK(trust.source == core::TrustSource::header);
  CHECK(trust.dmarc == AuthResult::pass);
  CHECK(trust.spam == core::SpamVerdict::spam);

  auto by_smtp = fetched(header + AppFixture::mail("Ann <ann@example.org>", "By SMTP", "Other."));
  by_smtp.envelope.door = ports::Door::smtp;
  by_smtp.envelope.peer_address = "192.0.2.1";
  CHECK(trust_at(at, gate, std::move(by_smtp)).source == core::TrustSource::filter);

  auto by_lmtp = fetched(header + AppFixture::mail("Ann <ann@example.org>", "By LMTP", "Another."));
  by_lmtp.envelope.door = ports::Door::lmtp;
  by_lmtp.envelope.peer_address = "127.0.0.1";
  CHECK(trust_at(at, gate, std::move(by_lmtp)).source == core::TrustSource::header);

  const std::string foreign = "Authentication-Results: mx.elsewhere.example; dmarc=pass\r\n" +
                              AppFixture::mail("Ann <ann@example.org>", "Foreign", "A third one.");
  CHECK(trust_at(at, gate, fetched(foreign)).source == core::TrustSource::filter);
}

TEST_CASE("an infected file is kept, locked and released by an administrator with a reason") {
  AppFixture at;
  Gate gate;
  const auto taken = gate.receive(at, with_file("application/pdf", "a.pdf", "the plague"));
  CHECK(marks_of(at, taken.ticket).quarantine == "Test.Plague");
  const auto id = at.view(taken.ticket).messages.at(0).attachments.at(0).id;
  const auto refused = read_attachment(at.app(), id);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::forbidden);
  CHECK_FALSE(read_raw_copy(at.app(), taken.message).has_value());
  CHECK_FALSE(at.lies_in_clear("plague"));

  const auto admin = at.agent("boss@example.com");
  CHECK_FALSE(release_file(at.app(), id, admin, "  ").has_value());
  expect(release_file(at.app(), id, admin, "It is our own test file"));
  CHECK(expect(read_attachment(at.app(), id)).bytes.reveal() == "the plague");
  const auto view = at.view(taken.ticket);
  CHECK(view.messages.back().kind == ports::MessageKind::note);
  CHECK(view.messages.back().text.find("our own test file") != std::string::npos);
  CHECK_FALSE(release_file(at.app(), id, admin, "again").has_value());
}

TEST_CASE("a locked file is listed, and released when the scanner finds nothing in it any more") {
  AppFixture at;
  Gate gate;
  const auto locked = [&] {
    std::vector<QuarantinedView> files;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(files, quarantined_files(at.app(), tx, 10));
      return {};
    }));
    return files;
  };
  gate.receive(at, with_file("application/pdf", "ok.pdf", "harmless"));
  const auto taken = gate.receive(at, with_file("application/pdf", "a.pdf", "the plague"));
  REQUIRE(locked().size() == 1);
  const QuarantinedView file = locked().front();
  CHECK(file.ticket == taken.ticket);
  CHECK(file.signature == "Test.Plague");

  const auto admin = at.agent("boss@example.com");
  const auto why = [&](ports::VirusScanner* scanner) {
    const Status status = check_file_again(at.app(), scanner, file.id, admin);
    return status ? Errc::internal : status.error().code;
  };
  CHECK(why(nullptr) == Errc::unsupported);
  CHECK(why(&gate.scanner) == Errc::forbidden);
  gate.scanner.is_down = true;
  CHECK(why(&gate.scanner) == Errc::unavailable);
  CHECK(locked().size() == 1);
  gate.scanner.is_down = false;
  gate.scanner.is_mended = true;
  expect(check_file_again(at.app(), &gate.scanner, file.id, admin));
  CHECK(locked().empty());
  CHECK(expect(read_attachment(at.app(), file.id)).bytes.reveal() == "the plague");
  CHECK(why(&gate.scanner) == Errc::conflict);
}

TEST_CASE("chosen masks cut subject, text, names and text files, and no raw copy stays") {
  AppFixture at;
  Gate gate;
  const std::string iban = "DE89 3704 0044 0532 0130 00";
  std::string mail = with_file("text/csv", "DE89370400440532013000.csv", "iban;" + iban);
  mail.replace(mail.find("A file"), 6, iban);
  mail.replace(mail.find("See the file."), 13, "Pay to " + iban + " now.");
  const auto before = gate.receive(at, mail);
  CHECK(at.view(before.ticket).summary.subject == iban);
  expect(save_masks(at.app(), {.ibans = true}));
  mail.replace(mail.find("now."), 4, "soon");
  const auto after = gate.receive(at, mail);
  const auto view = at.view(after.ticket);
  CHECK(view.summary.subject == "[IBAN ending 3000]");
  CHECK(view.messages.at(0).text.starts_with("Pay to [IBAN ending 3000] soon"));
  const auto& file = view.messages.at(0).attachments.at(0);
  CHECK(file.name == "[IBAN ending 3000].csv");
  CHECK(expect(read_attachment(at.app(), file.id)).bytes.reveal() == "iban;[IBAN ending 3000]");
  CHECK_FALSE(read_raw_copy(at.app(), after.message).has_value());
  CHECK(read_raw_copy(at.app(), before.message).has_value());
}

TEST_CASE("a picture loses its place, and the raw copy with it goes") {
  AppFixture at;
  Gate gate;
  const std::string xmp = std::string{"http://ns.adobe.com/xap/1.0/\0", 29} + "<GPSLatitude/>";
  const std::string picture = "\xFF\xD8\xFF\xE1" +
                              std::string{'\0', static_cast<char>(xmp.size() + 2)} + xmp +
                              "\xFF\xDA" + std::string{"\0\2", 2} + "pixels\xFF\xD9";
  const std::string encoded = [&] {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : picture) {
      const auto byte = static_cast<unsigned char>(c);
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
      if (out.size() % 76 > 70) out += "=\r\n";
    }
    return out;
  }();
  const auto taken = gate.receive(
      at, with_file("image/jpeg\r\nContent-Transfer-Encoding: quoted-printable", "a.jpg", encoded));
  CHECK(marks_of(at, taken.ticket).location_removed);
  const auto id = at.view(taken.ticket).messages.at(0).attachments.at(0).id;
  const auto file = expect(read_attachment(at.app(), id));
  CHECK(file.bytes.reveal().find("GPSLatitude") == std::string_view::npos);
  CHECK(file.bytes.reveal().size() == picture.size());
  CHECK_FALSE(read_raw_copy(at.app(), taken.message).has_value());
}

}  // namespace
}  // namespace lethe::app::testing
