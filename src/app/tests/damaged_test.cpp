// Cells that fail their seal: a bit that a disk forgot, a row that somebody moved.
#include "app_fixture.h"
#include "lethe/app/export_person.h"
#include "lethe/app/people.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kMark = "\u26A0 [damaged]";

// What stands there now belongs somewhere else.
void damage_text(AppFixture& at, core::MessageId id) {
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto message, tx.messages().find(id));
    message.text = std::move(message.snippet);
    message.snippet.reset();
    return tx.messages().update(message);
  }));
}

void damage_profile(AppFixture& at, core::PersonId id) {
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.people().find(id));
    LETHE_TRY(auto addresses, tx.people().addresses(id));
    row.profile = std::move(addresses.front().address);
    return tx.people().update(row);
  }));
}

TEST_CASE("a damaged message is shown as damaged, and its ticket stays readable") {
  AppFixture at;
  const auto first =
      expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Pedal", "It is loose.")));
  const auto proof = "In-Reply-To: <" +
                     at.app().vault.sign_message_id(first.ticket, first.message) +
                     "@example.com>\r\n";
  const auto second = expect(
      at.receive(AppFixture::mail("Ann <ann@example.org>", "Re: Pedal", "Any news?", proof)));
  REQUIRE(second.ticket == first.ticket);
  damage_text(at, first.message);
  const auto view = at.view(first.ticket);
  CHECK(view.summary.subject == "Pedal");
  CHECK(view.messages.at(0).text == kMark);
  CHECK(view.messages.at(1).text.starts_with("Any news?"));
  std::string exported;
  expect(
      export_person(at.app(), at.person("ann@example.org"), [&](std::string_view part) -> Status {
        exported += part;
        return {};
      }));
  CHECK(exported.find("Any news?") != std::string::npos);
  CHECK(exported.find("[damaged]") != std::string::npos);
}

TEST_CASE("a person whose profile is damaged still writes, and their next mail names them again") {
  AppFixture at;
  const auto mail = [&](std::string_view text) {
    return expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Pedal", text)));
  };
  const auto ticket = mail("It is loose.").ticket;
  const auto ann = at.person("ann@example.org");
  damage_profile(at, ann);
  CHECK(at.view(ticket).summary.requester->email == "ann@example.org");
  mail("Hello?");
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto person, view_person(at.app(), tx, ann));
    CHECK(person.profile.name == "Ann");
    return {};
  }));
}

}  // namespace
}  // namespace lethe::app::testing
