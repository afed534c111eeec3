// What was refused is told in the reader's language.
#include "refusals.h"

#include "browser.h"
#include "lethe/app/holds.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;
using web_protocol::Response;

const Text kEnglish{Language::en};
const Text kGerman{Language::de};
const Text kFrench{Language::fr};

TEST_CASE("a refusal with values in it is translated around them") {
  const std::string hold = "a hold (art-17-3-e) keeps this; lift it first";
  CHECK(refusal_words(kEnglish, hold) == hold);
  CHECK(refusal_words(kGerman, hold) ==
        "Eine Sperre (art-17-3-e) hält dies fest. Heben Sie sie zuerst auf.");
  CHECK(refusal_words(kFrench, hold).contains("(art-17-3-e)"));
  CHECK_FALSE(refusal_words(kFrench, hold).contains("keeps"));
  const std::string merged =
      "Ticket #7 is merged into ticket #8 (id 99). Change that one, or undo the merge.";
  CHECK(refusal_words(kEnglish, merged) == merged);
  CHECK(refusal_words(kGerman, "the replica cannot be reached: /mnt/copy is missing")
            .ends_with(": /mnt/copy is missing"));
  CHECK(refusal_words(kGerman, merged).contains("Ticket #7 ist mit dem Ticket #8 (Kennung 99)"));
}

TEST_CASE("a value that looks like a place is a value, and half a sentence is none of ours") {
  CHECK(refusal_words(kGerman, "ticket {} is erased") == "Das Ticket {} ist gelöscht.");
  CHECK(refusal_words(kEnglish, "There is no placeholder {}{}.") ==
        "There is no placeholder {}{}.");
  for (const char* detail : {"a hold (", "a hold (x) keeps this; lift it first, please",
                             "535 5.7.8 authentication failed", "ticket 7 is"}) {
    CHECK(refusal_words(kGerman, detail) == detail);
  }
}

TEST_CASE("a hold in the way is told in German on a German page") {
  AppFixture at;
  const auto boss = at.agent("mira@example.com");
  Browser browser{at, boss};
  browser.language = "de";
  const auto held = at.ticket("ann@example.org");
  const auto into = at.ticket("ann@example.org", "Another");
  expect(app::place_hold(
      at.app(), {.ticket = held, .ground = "art-17-3-e", .reason = "a lawsuit", .by = boss}));
  const std::string number = std::to_string(at.row(into).number);
  const Response page =
      browser.post("/tickets/{id}/merge", {held.to_string()}, form({{"into", number}}));
  CHECK(page.status == 409);
  CHECK(page.body.contains("Sperre (art-17-3-e)"));
  CHECK_FALSE(page.body.contains("lift it first"));
}

}  // namespace
}  // namespace lethe::web
