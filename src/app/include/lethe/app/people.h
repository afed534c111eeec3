// Persons: find or create by address, read their sealed profile.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/core/address.h"

namespace lethe::app {

// What a person's profile cell holds.
struct Profile {
  std::string name;
  std::string company;
  std::string language;  // "de", empty when unknown
  std::vector<std::string> phones;
};

// Bounds of what is typed or comes with a mail; names that a mail brings are cut, what is typed
// beyond them is refused.
inline constexpr std::size_t kPersonNameBytesMax = 256;  // also a company's
inline constexpr std::size_t kLanguageBytesMax = 35;     // RFC 5646 section 4.4.1
inline constexpr std::size_t kPhoneBytesMax = 64;
inline constexpr std::size_t kPhonesMax = 50;

// A person as an agent sees it. Decrypted: drop it as soon as it is shown.
struct PersonView {
  core::PersonId id;
  Profile profile;
  std::vector<std::string> emails;  // the primary one first
  std::vector<core::TagId> tags;
  Instant created_at;
  bool frozen = false;
  bool hidden = false;
  std::optional<core::AgentId> agent;
};

// The person with this address, made when there is none. A name fills an empty one and
// replaces nothing. For use inside an Apply.
[[nodiscard]] Result<core::PersonId> find_or_create_person(App& app, ports::Writing& tx,
                                                           const core::EmailAddress& address,
                                                           std::string_view name, Instant now);

// not_found for unknown and for erased persons alike.
[[nodiscard]] Result<PersonView> view_person(App& app, const ports::Reading& tx, core::PersonId id);
// Many with a fixed number of reads, in the order given; those who are gone are left out.
[[nodiscard]] Result<std::vector<PersonView>> view_people(App& app, const ports::Reading& tx,
                                                          std::span<const core::PersonId> ids);
[[nodiscard]] Result<std::vector<PersonView>> view_people(App& app, const ports::Reading& tx,
                                                          std::span<const ports::PersonRow> rows);
[[nodiscard]] Result<Profile> read_profile(App& app, const ports::PersonRow& row);
// Name, or the address when there is no name; empty when the person is erased.
[[nodiscard]] std::string shown_name(const PersonView& person);

// What was typed in place of `before`: lengths, a language's letters, no control characters. What
// did not change is not judged. Errors: out_of_range with the field.
[[nodiscard]] Status check_profile(const Profile& before, const Profile& typed);
// Replaces the profile and queues the person for the index. Errors: not_found.
[[nodiscard]] Status save_profile(App& app, ports::Writing& tx, core::PersonId id,
                                  const Profile& profile, Instant now);
// Errors: already_exists when the address is another person's.
[[nodiscard]] Status add_address(App& app, ports::Writing& tx, core::PersonId id,
                                 const core::EmailAddress& address);

// The person with this address, if any; from any thread.
[[nodiscard]] Result<std::optional<core::PersonId>> person_at(App& app,
                                                              const core::EmailAddress& address);

}  // namespace lethe::app
