#include <algorithm>
#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/export_person.h"
#include "lethe/app/export_schema.h"
#include "lethe/app/import_tickets.h"
#include "lethe/app/notifications.h"
#include "lethe/base/encoding.h"
#include "lethe/core/tables.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;

std::string exported_text(AppFixture& at, core::PersonId person) {
  std::string text;
  expect(export_person(at.app(), person, [&](std::string_view piece) -> Status {
    text += piece;
    return {};
  }));
  return text;
}

json::object exported(AppFixture& at, std::string_view address) {
  return json::parse(exported_text(at, at.person(address))).as_object();
}

const json::array& messages_of(const json::object& document, std::size_t ticket = 0) {
  return document.at("tickets").as_array().at(ticket).as_object().at("messages").as_array();
}

TEST_CASE("every personal column of the schema is exported, or left out for a reason") {
  for (const core::Table& table : core::all_tables()) {
    for (const core::Column& column : table.columns) {
      if (column.personal == core::Personal::no) continue;
      CAPTURE(std::string{table.name} + "." + std::string{column.name});
      const auto known = std::ranges::find_if(exported_columns(), [&](const ExportedColumn& c) {
        return c.table == table.name && c.column == column.name;
      });
      REQUIRE(known != exported_columns().end());
      CHECK(known->where.empty() != known->left_out.empty());
    }
  }
}

TEST_CASE("the list of exported columns names no column that is not there") {
  for (const ExportedColumn& exported : exported_columns()) {
    CAPTURE(std::string{exported.table} + "." + std::string{exported.column});
    const auto table = std::ranges::find(core::all_tables(), exported.table, &core::Table::name);
    REQUIRE(table != core::all_tables().end());
    REQUIRE(table->find(exported.column) != nullptr);
    CHECK(table->find(exported.column)->personal != core::Personal::no);
  }
}

TEST_CASE("an export holds a person's own words whole, and the answers they were given") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket =
      at.ticket("ann@example.org", "Broken \"pedal\"", "The crank is loose.\n\tHelp!");
  expect(answer_ticket(
      at.app(), {.ticket = ticket, .by = boss, .text = "Tighten it.", .seen = std::nullopt}));
  const auto document = exported(at, "ann@example.org");
  CHECK(document.at("person").at("emails").as_array().at(0) == "ann@example.org");
  CHECK(document.at("controller") == "Example Ltd");
  CHECK(document.at("person").at("agent").is_null());
  CHECK(document.at("person").at("reviewed_for_erasure_at").is_string());
  const auto& first = document.at("tickets").as_array().at(0).as_object();
  CHECK(first.at("subject") == "Broken \"pedal\"");
  CHECK(first.at("role") == "requester");
  const auto& messages = messages_of(document);
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].at("text") == "The crank is loose.\n\tHelp!");
  CHECK(messages[0].at("author") == "you");
  CHECK(messages[1].at("text") == "Tighten it.");
  CHECK(messages[1].at("author") == "Agent Smith");
}

TEST_CASE("an imported answer that names no agent is not said to be the person's own") {
  AppFixture at;
  expect(import_ticket(
      at.app(), R"({"ticket":{"requester":{"email":"ann@example.org"},"subject":"Old","messages":[)"
                R"({"text":"It is broken."},{"kind":"agent","text":"We mend it."}]}})"));
  const auto document = exported(at, "ann@example.org");
  const auto& messages = messages_of(document);
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].at("author") == "you");
  CHECK(messages[1].at("text") == "We mend it.");
  CHECK(messages[1].at("author") == "former agent");
}

TEST_CASE("words and addresses of third persons are not in an export") {
  AppFixture at;
  const std::string extra = "Cc: Bob <bob@example.org>\r\nMessage-ID: <one@example.org>\r\n";
  expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Trip",
                                     "The secret place is Oslo harbour.", extra)));
  const auto text = exported_text(at, at.person("bob@example.org"));
  CHECK(text.find("Oslo") == std::string::npos);
  CHECK(text.find("ann@example.org") == std::string::npos);
  CHECK(text.find("Trip") == std::string::npos);
  const auto document = json::parse(text).as_object();
  CHECK(document.at("tickets").as_array().at(0).at("role") == "participant");
  CHECK(messages_of(document).at(0).at("author") == "another person");
  CHECK(messages_of(document).at(0).at("sent_to_you_at").as_array().at(0).at("address") ==
        "bob@example.org");
}

TEST_CASE("a file is exported byte for byte, larger than a row and with every byte value") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  std::string bytes;
  for (int i = 0; i < 300'001; ++i) bytes.push_back(static_cast<char>(i * 7));
  expect(answer_ticket(at.app(), {.ticket = ticket,
                                  .by = boss,
                                  .text = "See the file.",
                                  .files = {{"plan.bin", "application/octet-stream", bytes}},
                                  .seen = std::nullopt}));
  const auto document = exported(at, "ann@example.org");
  const auto& file = messages_of(document).at(1).at("attachments").as_array().at(0).as_object();
  CHECK(file.at("name") == "plan.bin");
  const auto content = file.at("content").as_string();
  CHECK(as_text(expect(parse_base64(std::string_view{content.data(), content.size()}))) == bytes);
}

TEST_CASE("an agent's export holds what they want to be told of, a customer's says null") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto billing = core::GroupId::of(at.named(ports::NamedKind::group, "Billing"));
  at.named(ports::NamedKind::group, "Repairs");
  at.ticket("ann@example.org");
  CHECK(exported(at, "ann@example.org").at("notifications").is_null());
  expect(save_notice_wishes(
      at.app(), agent,
      {.assigned = false, .answered = true, .groups = {billing}, .wait = Seconds{600}}));
  const auto document = exported(at, "mira@example.com");
  const auto& wishes = document.at("notifications").as_object();
  CHECK_FALSE(wishes.at("assigned").as_bool());
  CHECK(wishes.at("answered").as_bool());
  CHECK(wishes.at("groups") == json::array{"Billing"});
  CHECK(wishes.at("wait_seconds") == 600);
}

TEST_CASE("an export that its reader breaks off ends with the reader's error") {
  AppFixture at;
  at.ticket("ann@example.org");
  const Status status = export_person(at.app(), at.person("ann@example.org"), [](std::string_view) {
    return Status{fail(Errc::cancelled, "hung up")};
  });
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == Errc::cancelled);
}

TEST_CASE("holdings count what an erasure would take") {
  AppFixture at;
  at.ticket("ann@example.org");
  at.ticket("ann@example.org");
  Holdings held;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(held, holdings_of(at.app(), tx, at.person("ann@example.org")));
    return {};
  }));
  CHECK(held.tickets == 2);
  CHECK(held.messages == 2);
  CHECK(held.addresses == 1);
  CHECK(held.mails_sent == 0);
}

TEST_CASE("holdings and the preview of an erasure say the same numbers, events are no messages") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto own = at.ticket("ann@example.org");
  expect(at.receive(
      AppFixture::mail("Bob <bob@example.org>", "Ours", "With Ann.", "Cc: ann@example.org\r\n")));
  expect(change_ticket(at.app(), own, {.status = "pending"}, agent));
  expect(change_ticket(at.app(), own, {.status = "solved"}, agent));
  REQUIRE(at.view(own).messages.size() > 1);
  const auto ann = at.person("ann@example.org");
  Holdings held;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(held, holdings_of(at.app(), tx, ann));
    return {};
  }));
  const auto preview = expect(preview_erasure(at.app(), {.person = ann, .tickets = {}}));
  CHECK(held.messages == 1);
  CHECK(held.messages == preview.messages);
  CHECK(held.tickets == preview.tickets);
  CHECK(held.shared_tickets == preview.shared_tickets);
  CHECK(held.attachments == preview.attachments);
  CHECK(held.raw_copies == preview.raw_copies);
}

}  // namespace
}  // namespace lethe::app::testing
