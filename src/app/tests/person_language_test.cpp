// A person is written to in the language of their own mails, once and unless somebody said another.
#include "app_fixture.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kGerman =
    "Guten Tag, ich habe vor zwei Wochen einen Wasserkocher bestellt, und er ist noch nicht "
    "angekommen. Können Sie mir sagen, wo er ist?";
constexpr std::string_view kFrench =
    "Bonjour, j’ai commandé une bouilloire il y a deux semaines et elle n’est toujours pas "
    "arrivée. Pouvez-vous me dire où elle se trouve ?";

core::PersonId writes(AppFixture& at, std::string_view text, std::string_view extra = {}) {
  expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Kettle", text, extra),
                    "ann@example.org"));
  return at.person("ann@example.org");
}

Profile profile_of(AppFixture& at, core::PersonId person) {
  Profile profile;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.people().find(person));
    LETHE_TRY(profile, read_profile(at.app(), row));
    return {};
  }));
  return profile;
}

void set_by_hand(AppFixture& at, core::PersonId person, std::string_view language) {
  Profile profile = profile_of(at, person);
  profile.language = language;
  expect(at.app().store.write([&](ports::Writing& tx) {
    return save_profile(at.app(), tx, person, profile, at.clock.now());
  }));
}

}  // namespace

TEST_CASE("who writes German is answered in German, the confirmation of the first mail too") {
  AppFixture at;
  const auto ann = writes(at, kGerman);
  CHECK(profile_of(at, ann).language == "de");
  CHECK(profile_of(at, ann).name == "Ann");
  expect(send_due_mail(at.app(), at.mail_server, 10));
  REQUIRE(at.mail_server.sent.size() == 1);
  const auto read = mime::parse(at.mail_server.sent.front().content);
  CHECK(read.text.find("Wie wir mit Ihren Daten umgehen") != std::string::npos);
}

TEST_CASE("a language that was set stays, whatever is written later") {
  AppFixture at;
  const auto ann = writes(at, "Short.");
  CHECK(profile_of(at, ann).language.empty());
  set_by_hand(at, ann, "en");
  writes(at, kGerman, "Content-Language: de\r\n");
  CHECK(profile_of(at, ann).language == "en");
}

TEST_CASE("the first mail that is sure decides, a later one in another language changes nothing") {
  AppFixture at;
  const auto ann = writes(at, "Short.");
  writes(at, kFrench);
  CHECK(profile_of(at, ann).language == "fr");
  writes(at, kGerman);
  CHECK(profile_of(at, ann).language == "fr");
}

TEST_CASE("quotes and machines decide nothing") {
  AppFixture at;
  const auto ann = writes(at, kGerman, "Auto-Submitted: auto-replied\r\n");
  CHECK(profile_of(at, ann).language.empty());
  std::string quoting = "Ok!\n\nOn Mon, 5 Jan 2026 at 10:00, Desk <desk@example.com> wrote:\n> ";
  quoting += kGerman;
  writes(at, quoting);
  CHECK(profile_of(at, ann).language.empty());
}

TEST_CASE("a header decides for a text that is too short, not against one that is sure") {
  AppFixture at;
  const auto ann = writes(at, kGerman, "Content-Language: en-US\r\n");
  CHECK(profile_of(at, ann).language.empty());
  writes(at, "Merci", "Content-Language: fr-FR\r\n");
  CHECK(profile_of(at, ann).language == "fr");
}

TEST_CASE("what is learnt from an old mail that is imported changes the person now, not then") {
  AppFixture at;
  const auto ann = writes(at, "Short.");
  const auto changed = [&] {
    std::optional<Instant> time;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto row, tx.people().find(ann));
      time = row.updated_at;
      return {};
    }));
    return *time;
  };
  const Instant before = changed();
  expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Older", kGerman), "ann@example.org",
                    MailSource::imported));
  CHECK(profile_of(at, ann).language == "de");
  CHECK(changed() >= before);
}

TEST_CASE("of a person whose processing is restricted nothing new is noted") {
  AppFixture at;
  const auto ann = writes(at, "Short.");
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.people().find(ann));
    row.frozen = true;
    return tx.people().update(row);
  }));
  writes(at, kGerman);
  CHECK(profile_of(at, ann).language.empty());
}

}  // namespace lethe::app::testing
