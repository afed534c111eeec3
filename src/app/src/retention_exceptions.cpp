#include "retention_exceptions.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

constexpr std::string_view kSetting = "retention.exceptions";
constexpr CellName kValue = cell::name(core::tables::kSettings, "value");
constexpr std::int64_t kRow = 1;  // the only sealed setting with this place

vault::KeyRef workspace_key() { return vault::KeyRef::profile(vault::workspace_itself()); }

boost::json::array ids_of(const std::vector<core::PersonId>& persons) {
  boost::json::array array;
  for (const core::PersonId person : persons) array.emplace_back(person.value());
  return array;
}

std::vector<core::PersonId> persons_in(const boost::json::object& object, std::string_view member) {
  std::vector<core::PersonId> persons;
  const auto* value = object.if_contains({member.data(), member.size()});
  if (value == nullptr || !value->is_array()) return persons;
  for (const auto& item : value->get_array()) {
    if (item.is_int64() && item.get_int64() > 0) {
      persons.push_back(core::PersonId::of(item.get_int64()));
    }
  }
  return persons;
}

// Entries may hold several, separated by commas (RET-24).
std::vector<std::string> pieces_of(const std::vector<std::string>& entries) {
  std::vector<std::string> pieces;
  for (const std::string& entry : entries) {
    for (const std::string_view piece : split(entry, ',')) {
      if (!trimmed(piece).empty()) pieces.emplace_back(trimmed(piece));
    }
  }
  return pieces;
}

Result<std::vector<core::PersonId>> persons_at(App& app, ports::Writing& tx,
                                               const std::vector<std::string>& entries,
                                               const char* field) {
  std::vector<core::PersonId> persons;
  for (const std::string& piece : pieces_of(entries)) {
    const auto address = core::EmailAddress::parse(piece);
    if (!address) return fail(Errc::invalid_argument, "this is no e-mail address", field);
    LETHE_TRY(const auto person, find_or_create_person(app, tx, *address, "", app.clock.now()));
    persons.push_back(person);
  }
  return persons;
}

// The same of those who are known already.
Result<std::vector<core::PersonId>> known_persons_at(App& app,
                                                     const std::vector<std::string>& entries,
                                                     const char* field) {
  std::vector<core::PersonId> persons;
  for (const std::string& piece : pieces_of(entries)) {
    const auto address = core::EmailAddress::parse(piece);
    if (!address) return fail(Errc::invalid_argument, "this is no e-mail address", field);
    LETHE_TRY(const auto person, person_at(app, *address));
    if (person) persons.push_back(*person);
  }
  return persons;
}

// The primary address; an erased person is an exception no more.
Result<std::vector<std::string>> addresses_of(App& app, const ports::Reading& tx,
                                              const std::vector<core::PersonId>& persons) {
  std::vector<std::string> addresses;
  for (const core::PersonId id : persons) {
    const auto person = view_person(app, tx, id);
    if (person && !person->emails.empty()) addresses.push_back(person->emails.front());
    const bool gone =
        !person && (person.error().code == Errc::not_found || person.error().code == Errc::erased);
    if (!person && !gone) return std::unexpected(person.error());
  }
  return addresses;
}

Status add_tag_warnings(const ports::Reading& tx, const StoredExceptions& exceptions,
                        std::vector<std::string>& warnings) {
  LETHE_TRY(const auto tags, tx.catalog().named(ports::NamedKind::tag));
  for (const std::string& name : exceptions.contact_tags) {
    const bool known = std::ranges::any_of(tags, [&](const ports::CatalogRow& tag) {
      return core::MatchKey::of(tag.name) == core::MatchKey::of(name);
    });
    if (!known) warnings.push_back("no tag is called \"" + name + "\"; it protects nobody yet");
  }
  return {};
}

Status add_agent_warnings(const ports::Reading& tx, const StoredExceptions& exceptions,
                          std::vector<std::string>& warnings) {
  std::size_t strangers = 0;
  for (const core::PersonId id : exceptions.agents) {
    const auto agent = tx.agents().of_person(id);
    if (!agent && agent.error().code != Errc::not_found) return std::unexpected(agent.error());
    strangers += !agent;
  }
  if (strangers > 0) {
    warnings.push_back(std::to_string(strangers) + " of the addresses under agents are no agent's");
  }
  return {};
}

std::vector<core::MatchKey> numbers_of(const std::vector<core::PersonId>& persons) {
  std::vector<core::MatchKey> keys;
  for (const core::PersonId id : persons) keys.push_back(core::MatchKey::of_number(id.value()));
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

Result<StoredExceptions> read_exceptions(App& app, const ports::Reading& tx) {
  LETHE_TRY(const auto setting, tx.catalog().setting(kSetting));
  if (!setting) return StoredExceptions{};
  LETHE_TRY(auto bytes, parse_base64(*setting));
  LETHE_TRY(const Plaintext text, open(app, workspace_key(), place(kValue, kRow),
                                       Ciphertext{std::move(bytes), vault::workspace_itself()}));
  const auto object = parse_object(text.reveal());
  return StoredExceptions{.contact_tags = texts_of(object, "contact_tags"),
                          .companies = texts_of(object, "companies"),
                          .persons = persons_in(object, "persons"),
                          .agents = persons_in(object, "agents")};
}

Status write_exceptions(App& app, ports::Writing& tx, const StoredExceptions& exceptions) {
  const boost::json::object object{{"contact_tags", array_of(exceptions.contact_tags)},
                                   {"companies", array_of(exceptions.companies)},
                                   {"persons", ids_of(exceptions.persons)},
                                   {"agents", ids_of(exceptions.agents)}};
  LETHE_TRY(const auto cell,
            seal(app, workspace_key(), place(kValue, kRow), boost::json::serialize(object)));
  return tx.catalog().set_setting(kSetting, to_base64(cell.bytes()));
}

Result<StoredExceptions> resolved(App& app, ports::Writing& tx,
                                  const core::retention::ExceptionLists& typed) {
  StoredExceptions out{.contact_tags = pieces_of(typed.contact_tags),
                       .companies = pieces_of(typed.companies)};
  LETHE_TRY(out.persons, persons_at(app, tx, typed.emails, "emails"));
  LETHE_TRY(out.agents, persons_at(app, tx, typed.agents, "agents"));
  return out;
}

Result<StoredExceptions> known_exceptions(App& app, const core::retention::ExceptionLists& typed) {
  StoredExceptions out{.contact_tags = pieces_of(typed.contact_tags),
                       .companies = pieces_of(typed.companies)};
  LETHE_TRY(out.persons, known_persons_at(app, typed.emails, "emails"));
  LETHE_TRY(out.agents, known_persons_at(app, typed.agents, "agents"));
  return out;
}

Result<ExceptionsView> shown(App& app, const ports::Reading& tx,
                             const StoredExceptions& exceptions) {
  ExceptionsView view;
  view.lists.contact_tags = exceptions.contact_tags;
  view.lists.companies = exceptions.companies;
  LETHE_TRY(view.lists.emails, addresses_of(app, tx, exceptions.persons));
  LETHE_TRY(view.lists.agents, addresses_of(app, tx, exceptions.agents));
  LETHE_CHECK(add_tag_warnings(tx, exceptions, view.warnings));
  LETHE_CHECK(add_agent_warnings(tx, exceptions, view.warnings));
  return view;
}

core::retention::Exceptions keys_of(const StoredExceptions& exceptions) {
  return {.tags = core::typed_keys(exceptions.contact_tags),
          .emails = numbers_of(exceptions.persons),
          .companies = core::typed_keys(exceptions.companies),
          .agents = numbers_of(exceptions.agents)};
}

}  // namespace lethe::app
