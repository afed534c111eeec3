#include "lethe/app/import_stream.h"

#include <string>
#include <vector>

#include "app_fixture.h"
#include "lethe/app/saved_replies.h"

using namespace lethe;
using namespace lethe::app;
using namespace lethe::app::testing;

namespace {

std::string line_of(std::string_view name) {
  return R"({"ticket":{"requester":{"email":")" + std::string{name} +
         R"(@example.org"},"subject":"Old","created_at":"2025-01-01T00:00:00Z",)" +
         R"("messages":[{"text":"x"}]}})";
}

struct Heard {
  std::vector<std::int64_t> good, known, bad;
  ImportStream::OnLine listener() {
    return [this](std::int64_t number, const Result<ImportedLine>& line) {
      (!line ? bad : line->known ? known : good).push_back(number);
    };
  }
};
using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("an import cut at any byte finds the same lines") {
  for (const std::size_t step : {1UZ, 7UZ, 4096UZ}) {
    AppFixture at;
    Heard heard;
    ImportStream stream{at.app(), heard.listener()};
    const std::string all = line_of("a") + "\n\r\n{broken\n" + line_of("b") + "\r\n" + line_of("a");
    for (std::size_t from = 0; from < all.size(); from += step) {
      stream.take(std::string_view{all}.substr(from, step));
    }
    CHECK(heard.known == Numbers{});
    stream.finish();
    CHECK(heard.good == Numbers{1, 4});
    CHECK(heard.bad == Numbers{3});
    CHECK(heard.known == Numbers{5});
    CHECK(stream.counts().imported == 2);
    CHECK(stream.counts().known == 1);
    CHECK(stream.counts().failed == 1);
  }
}

TEST_CASE("a byte order mark does not cost the first line, and is none further down") {
  AppFixture at;
  Heard heard;
  ImportStream stream{at.app(), heard.listener()};
  for (const char byte : "\xef\xbb\xbf" + line_of("a") + "\n\xef\xbb\xbf" + line_of("b")) {
    stream.take({&byte, 1});
  }
  stream.finish();
  CHECK(heard.good == Numbers{1});
  CHECK(heard.bad == Numbers{2});
}

TEST_CASE(
    "a line over its bound costs only itself, also when it comes in pieces or ends the file") {
  AppFixture at;
  Heard heard;
  ImportStream stream{at.app(), heard.listener()};
  const std::string million(1 << 20, 'x');
  stream.take(line_of("a") + "\n");
  for (int i = 0; i < 9; ++i) stream.take(million);
  CHECK(heard.bad.empty());
  stream.take("x\n" + line_of("b") + "\n");
  CHECK(heard.bad == Numbers{2});
  CHECK(heard.good == Numbers{1, 3});
  for (int i = 0; i < 9; ++i) stream.take(million);
  stream.finish();
  CHECK(heard.bad == Numbers{2, 4});
}

TEST_CASE("a line at its bound is read") {
  AppFixture at;
  Heard heard;
  ImportStream stream{at.app(), heard.listener()};
  std::string line = line_of("a");
  line.insert(line.size() - 1, std::string(kImportLineBytesMax - line.size(), ' '));
  stream.take(line + "\n");
  CHECK(heard.good == Numbers{1});
  line.insert(line.size() - 1, " ");
  stream.take(line + "\n");
  CHECK(heard.bad == Numbers{2});
}

TEST_CASE("an import broken off and sent again makes each ticket once") {
  AppFixture at;
  const std::string all = line_of("a") + "\n" + line_of("b") + "\n" + line_of("c") + "\n";
  Heard first;
  {
    ImportStream stream{at.app(), first.listener()};
    stream.take(std::string_view{all}.substr(0, line_of("a").size() + 20));
  }
  CHECK(first.good == Numbers{1});
  at.restart();
  Heard second;
  ImportStream stream{at.app(), second.listener()};
  stream.take(all);
  stream.finish();
  CHECK(second.known == Numbers{1});
  CHECK(second.good == Numbers{2, 3});
}

TEST_CASE("settings come in beside tickets, and again change nothing") {
  AppFixture at;
  at.agent("root@example.org");
  const std::string all =
      R"({"mailbox":{"address":"Help@Desk.Example","group":"Support"}})"
      "\n" +
      line_of("a") + "\n" +
      R"({"rule":{"name":"Old","days":1095}})"
      "\n"
      R"({"retention":{"enabled":false}})"
      "\n"
      R"({"hold":{"email":"a@example.org","ground":"art-17-3-e","reason":"a dispute","agent":"root@example.org"}})"
      "\n"
      R"({"saved_reply":{"title":"Refund","text":"Hello {{customer.name}}","group":"Billing"}})"
      "\n";
  for (const bool again : {false, true}) {
    Heard heard;
    ImportStream stream{at.app(), heard.listener()};
    stream.take(all);
    stream.finish();
    CHECK(heard.bad == Numbers{});
    CHECK((again ? heard.known : heard.good) == Numbers{1, 2, 3, 4, 5, 6});
  }
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    REQUIRE(mailboxes.size() == 1);
    CHECK(mailboxes.front().address == "help@desk.example");
    LETHE_TRY(const auto holds, tx.retention().holds_on(at.person("a@example.org")));
    CHECK(holds.size() == 1);
    LETHE_TRY(const auto replies, list_saved_replies(tx));
    REQUIRE(replies.size() == 1);
    CHECK(replies.front().group.has_value());
    return {};
  }));
}

TEST_CASE("a field that nobody knows costs its line and is named") {
  AppFixture at;
  at.agent("root@example.org");
  const auto ticket = [](std::string_view more, std::string_view of_message = "") {
    return R"({"ticket":{"requester":{"email":"a@example.org"},"subject":"Old",)" +
           std::string{more} + R"("messages":[{"text":"x")" + std::string{of_message} + "}]}}";
  };
  const std::vector<std::pair<std::string, std::string>> lines{
      {ticket(R"("closedat":"2025-01-01T00:00:00Z",)"), "closedat"},
      {ticket("", R"(,"writer":"Ann")"), "messages.writer"},
      {R"({"v":1,)" + ticket("").substr(1), "v"},
      {R"({"mailbox":{"address":"help@example.org","grp":"x"}})", "mailbox.grp"},
      {R"({"retention":{"enabled":false,"from":"now"}})", "retention.from"},
      {R"({"hold":{"email":"a@example.org","because":"x"}})", "hold.because"},
      {R"({"saved_reply":{"title":"x","text":"y","words":"z"}})", "saved_reply.words"},
      {ticket(R"("id":"1","number":7,"assignee":null,"erased":false,)", R"(,"html":null,"cc":[])"),
       ""}};
  for (const auto& [line, field] : lines) {
    std::string named;
    ImportStream stream{at.app(), [&](std::int64_t, const Result<ImportedLine>& outcome) {
                          CHECK(outcome.has_value() == field.empty());
                          if (!outcome) named = outcome.error().field;
                        }};
    stream.take(line + "\n");
    CHECK_MESSAGE(named == field, line);
  }
}

TEST_CASE("the clocks of a ticket do not depend on the order of its messages in the file") {
  const std::string head =
      R"({"ticket":{"requester":{"email":"a@example.org"},"subject":"Old","status":"closed",)"
      R"("created_at":"2025-01-01T00:00:00Z","messages":[)";
  const std::string early = R"({"text":"early","created_at":"2025-01-01T00:00:00Z"})";
  const std::string late = R"({"text":"late","created_at":"2025-06-01T00:00:00Z"})";
  const std::string note = R"({"kind":"note","text":"note","created_at":"2025-07-01T00:00:00Z"})";
  constexpr Instant kJune = instant_of(1'748'736'000);
  constexpr Instant kJuly = instant_of(1'751'328'000);
  for (const std::string& messages :
       {early + "," + late + "," + note, note + "," + late + "," + early}) {
    AppFixture at;
    const auto made = expect(import_ticket(at.app(), head + messages + "]}}"));
    const auto row = at.row(made.ticket);
    REQUIRE(row.state.closed);
    CHECK(*row.state.closed == kJuly);
    CHECK(row.updated_at == kJuly);
    CHECK(row.state.last_customer_message == kJune);
    const auto view = at.view(made.ticket);
    REQUIRE(view.messages.size() == 3);
    CHECK(view.messages.front().text == "early");
    CHECK(view.messages.back().text == "note");
  }
}

TEST_CASE("the text of an imported ticket is its first message, once") {
  const std::string both =
      R"({"ticket":{"requester":{"email":"a@example.org"},"subject":"Old","text":"first",)"
      R"("messages":[{"text":")";
  for (const auto& [message, count] : {std::pair{"first", 1}, std::pair{"second", 2}}) {
    AppFixture at;
    const auto made = expect(import_ticket(at.app(), both + message + "\"}]}}"));
    const auto view = at.view(made.ticket);
    REQUIRE(view.messages.size() == static_cast<std::size_t>(count));
    CHECK(view.messages.front().text == "first");
    CHECK(view.messages.back().text == message);
  }
}

TEST_CASE("a field of a wrong kind costs its line and is named, null is nothing") {
  AppFixture at;
  const auto line_with = [](std::string_view member) {
    return R"({"ticket":{"requester":{"email":"a@example.org"},)" + std::string{member} +
           R"(,"messages":[{"text":"x"}]}})";
  };
  for (const auto& [member, field] :
       {std::pair{R"("subject":5)", "subject"}, std::pair{R"("group":5)", "group"},
        std::pair{R"("type":[])", "type"}, std::pair{R"("tags":[5])", "tags"},
        std::pair{R"("tags":"a")", "tags"}, std::pair{R"("text":{})", "text"},
        std::pair{R"("status":1)", "status"}}) {
    CAPTURE(member);
    const auto refused = import_ticket(at.app(), line_with(member));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().field == field);
  }
  const std::string long_subject = R"("subject":")" + std::string(999, 'x') + "\"";
  CHECK(import_ticket(at.app(), line_with(long_subject)).error().field == "subject");
  expect(import_ticket(at.app(), line_with(R"("subject":null,"group":null,"tags":null)")));
}

TEST_CASE("what stood on several lines in an old system stands on one") {
  AppFixture at;
  const auto made = expect(import_ticket(
      at.app(),
      R"({"ticket":{"requester":{"email":"a@example.org","name":"Ann\nLee"},"subject":"a\r\n\tb",)"
      R"("tags":["x\u0000y"],"messages":[{"text":"one\ntwo"}]}})"));
  const auto view = at.view(made.ticket);
  CHECK(view.summary.subject == "a b");
  CHECK(view.summary.free_tags == std::vector<std::string>{"x y"});
  CHECK(view.messages.front().text == "one\ntwo");
  REQUIRE(view.summary.requester);
  CHECK(view.summary.requester->name == "Ann Lee");
}

TEST_CASE("a setting that makes no sense costs its line and names the field") {
  AppFixture at;
  at.agent("root@example.org");
  const std::vector<std::pair<std::string, std::string>> bad{
      {R"({"mailbox":{"address":"no address"}})", "mailbox.address"},
      {R"({"mailbox":"help@example.org"})", "mailbox"},
      {R"({"rule":{"name":"x","days":0}})", "days"},
      {R"({"rule":{"name":"x"}})", "days"},
      {R"({"retention":{"enabled":"yes"}})", "retention.enabled"},
      {R"({"hold":{"email":"nobody@example.org","ground":"art-17-3-e","reason":"","agent":"root@example.org"}})",
       "hold.email"},
      {R"({"saved_reply":{"title":"x","text":"{{y}}"}})", "saved_reply.text"},
      {R"({"saved_reply":{"text":"y"}})", "saved_reply.title"},
      {R"({"nonsense":{}})", "ticket"},
      {"{}", "ticket"}};
  for (const auto& [line, field] : bad) {
    std::string named;
    ImportStream stream{at.app(), [&](std::int64_t, const Result<ImportedLine>& outcome) {
                          REQUIRE_FALSE(outcome.has_value());
                          named = outcome.error().field;
                        }};
    stream.take(line + "\n");
    CHECK_MESSAGE(named == field, line);
  }
}
