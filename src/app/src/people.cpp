#include "lethe/app/people.h"

#include <algorithm>
#include <unordered_map>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/text.h"
#include "lethe/ports/bulk.h"
#include "lethe/ports/mail_intake.h"
#include "one_line.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

std::string profile_json(const Profile& profile) {
  return boost::json::serialize(boost::json::object{{"name", profile.name},
                                                    {"company", profile.company},
                                                    {"language", profile.language},
                                                    {"phones", array_of(profile.phones)}});
}

Status insert_person(App& app, ports::Writing& tx, core::PersonId id, const Profile& profile,
                     Instant now) {
  LETHE_TRY(auto cell,
            seal(app, profile_key(id), place(cell::kProfile, id.value()), profile_json(profile)));
  // Due for review at once: the next run finds out when this person's time comes.
  return tx.people().insert({.id = id,
                             .profile = std::move(cell),
                             .created_at = now,
                             .updated_at = now,
                             .next_review_at = now});
}

Status insert_address_row(App& app, ports::Writing& tx, core::PersonId id,
                          const core::EmailAddress& address, bool primary) {
  const std::int64_t row = app.ids.next();
  LETHE_TRY(auto cell, seal(app, profile_key(id), place(cell::kAddress, row), address.display()));
  return tx.people().insert_address(
      {.id = row, .person = id, .address = std::move(cell), .primary = primary});
}

Result<core::PersonId> create_person(App& app, ports::Writing& tx,
                                     const core::EmailAddress& address, std::string_view name,
                                     core::PersonId id, Instant now) {
  const std::string_view kept = clipped_utf8(name, kPersonNameBytesMax);
  LETHE_CHECK(insert_person(app, tx, id, {.name = std::string{kept}}, now));
  LETHE_CHECK(insert_address_row(app, tx, id, address, true));
  LETHE_CHECK(tx.index_queue().push({ports::DocumentKind::person, id.value()}, id));
  return id;
}

Status fill_name(App& app, ports::Writing& tx, const ports::PersonRow& row, std::string_view name,
                 Instant now) {
  if (name.empty()) return {};
  LETHE_TRY(Profile profile, read_profile(app, row));
  if (!profile.name.empty()) return {};
  profile.name = clipped_utf8(name, kPersonNameBytesMax);
  return save_profile(app, tx, row.id, profile, now);
}

bool is_line(std::string_view text, std::size_t bytes_max) {
  return text.size() <= bytes_max && is_one_line(text);
}

bool is_language_tag(std::string_view tag) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return tag.size() <= kLanguageBytesMax && std::ranges::all_of(tag, belongs);
}

Status check_phones(const std::vector<std::string>& phones) {
  if (phones.size() > kPhonesMax) {
    return fail(Errc::out_of_range, "A person has at most 50 phone numbers.", "phones");
  }
  const auto fits = [](const std::string& phone) { return is_line(phone, kPhoneBytesMax); };
  if (std::ranges::all_of(phones, fits)) return {};
  return fail(Errc::out_of_range, "A phone number is one line of at most 64 bytes.", "phones");
}

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

// The person of a row, with the addresses and tags that were read for it.
Result<PersonView> view_of(App& app, const ports::PersonRow& row,
                           std::span<const ports::EmailRow> addresses) {
  PersonView view{.id = row.id,
                  .created_at = row.created_at,
                  .frozen = row.frozen,
                  .hidden = row.hidden,
                  .agent = row.agent};
  LETHE_TRY(view.profile, read_profile(app, row));
  for (const ports::EmailRow& address : addresses) {
    const auto text =
        open(app, profile_key(row.id), place(cell::kAddress, address.id, address.cell_version),
             address.address);
    if (!text && is_damaged(text.error())) continue;
    if (!text) return std::unexpected(text.error());
    const auto where = address.primary ? view.emails.begin() : view.emails.end();
    view.emails.insert(where, std::string{text->reveal()});
  }
  return view;
}

std::unexpected<Error> wait_for_erasure() {
  return fail(Errc::busy, "a person concerned is being erased; try again later",
              std::string{ports::kPersonBeingErased});
}

// Waits, perhaps for the replica, between the rows and the keys.
Result<bool> is_being_erased(const ports::Reading& tx, core::PersonId person) {
  LETHE_TRY(const auto rows, tx.retention().erasures_of(person));
  return std::ranges::any_of(rows, [&](const ports::ErasureRow& row) {
    return row.scope == ports::ErasureScope::person && row.state == ports::ErasureState::running;
  });
}

}  // namespace

Result<std::optional<core::PersonId>> person_at(App& app, const core::EmailAddress& address) {
  return app.vault.find_person(address.normalised());
}

Result<core::PersonId> find_or_create_person(App& app, ports::Writing& tx,
                                             const core::EmailAddress& address,
                                             std::string_view name, Instant now) {
  LETHE_TRY(const auto known, person_at(app, address));
  if (!known) {
    const core::PersonId id = app.ids.make_person();
    LETHE_CHECK(app.vault.index_address(id, address.normalised()));
    return create_person(app, tx, address, name, id, now);
  }
  auto row = tx.people().find(*known);
  // The index may know an address whose row was rolled back: the row is made now. One whose row an
  // erasure removed has keys that it will destroy still, and with them what came in meanwhile.
  if (!row && row.error().code == Errc::not_found) {
    LETHE_TRY(const bool erasing, is_being_erased(tx, *known));
    if (erasing) return wait_for_erasure();
    return create_person(app, tx, address, name, *known, now);
  }
  if (!row) return std::unexpected(std::move(row).error());
  if (row->erasing) return wait_for_erasure();
  LETHE_CHECK(fill_name(app, tx, *row, name, now));
  return *known;
}

Result<Profile> read_profile(App& app, const ports::PersonRow& row) {
  const auto text = open(app, profile_key(row.id),
                         place(cell::kProfile, row.id.value(), row.cell_version), row.profile);
  // Without a name their mail is still theirs, and brings it again.
  if (!text && is_damaged(text.error())) return Profile{};
  if (!text) return std::unexpected(text.error());
  const auto object = parse_object(text->reveal());
  return Profile{.name = text_of(object, "name"),
                 .company = text_of(object, "company"),
                 .language = text_of(object, "language"),
                 .phones = texts_of(object, "phones")};
}

Result<PersonView> view_person(App& app, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const ports::PersonRow row, tx.people().find(id));
  LETHE_TRY(const auto addresses, tx.people().addresses(id));
  LETHE_TRY(PersonView view, view_of(app, row, addresses));
  LETHE_TRY(view.tags, tx.people().tags(id));
  return view;
}

Result<std::vector<PersonView>> view_people(App& app, const ports::Reading& tx,
                                            std::span<const ports::PersonRow> rows) {
  std::vector<PersonView> people;
  if (rows.empty()) return people;
  std::vector<core::PersonId> ids;
  for (const ports::PersonRow& row : rows) ids.push_back(row.id);
  LETHE_TRY(const auto addresses, ports::bulk(tx).addresses(ids));
  LETHE_TRY(const auto tags, ports::bulk(tx).person_tags(ids));
  for (const ports::PersonRow& row : rows) {
    auto view = view_of(app, row,
                        std::ranges::equal_range(addresses, row.id, {}, &ports::EmailRow::person));
    if (!view && is_gone(view.error())) continue;
    if (!view) return std::unexpected(std::move(view).error());
    for (const auto& tag :
         std::ranges::equal_range(tags, row.id, {}, &ports::PersonTagRow::person)) {
      view->tags.push_back(tag.tag);
    }
    people.push_back(std::move(*view));
  }
  return people;
}

Result<std::vector<PersonView>> view_people(App& app, const ports::Reading& tx,
                                            std::span<const core::PersonId> ids) {
  if (ids.empty()) return std::vector<PersonView>{};
  LETHE_TRY(const auto rows, ports::bulk(tx).persons(ids));
  LETHE_TRY(auto views, view_people(app, tx, std::span{rows}));
  std::unordered_map<std::int64_t, const PersonView*> by_id;
  for (const PersonView& view : views) by_id.emplace(view.id.value(), &view);
  std::vector<PersonView> people;
  for (const core::PersonId id : ids) {
    const auto found = by_id.find(id.value());
    if (found != by_id.end()) people.push_back(*found->second);
  }
  return people;
}

std::string shown_name(const PersonView& person) {
  if (!person.profile.name.empty()) return person.profile.name;
  return person.emails.empty() ? std::string{} : person.emails.front();
}

Status check_profile(const Profile& before, const Profile& typed) {
  if (typed.name != before.name && !is_line(typed.name, kPersonNameBytesMax)) {
    return fail(Errc::out_of_range, "A name is one line of at most 256 bytes.", "name");
  }
  if (typed.company != before.company && !is_line(typed.company, kPersonNameBytesMax)) {
    return fail(Errc::out_of_range, "A company’s name is one line of at most 256 bytes.",
                "company");
  }
  if (typed.language != before.language && !is_language_tag(typed.language)) {
    return fail(Errc::out_of_range, "A language is a tag like de or pt-BR.", "language");
  }
  return typed.phones == before.phones ? Status{} : check_phones(typed.phones);
}

Status save_profile(App& app, ports::Writing& tx, core::PersonId id, const Profile& profile,
                    Instant now) {
  LETHE_TRY(ports::PersonRow row, tx.people().find(id));
  row.cell_version += 1;
  LETHE_TRY(row.profile,
            seal(app, profile_key(id), place(cell::kProfile, id.value(), row.cell_version),
                 profile_json(profile)));
  row.updated_at = std::max(row.updated_at, now);  // old mail is imported as well
  LETHE_CHECK(tx.people().update(row));
  return tx.index_queue().push({ports::DocumentKind::person, id.value()}, id);
}

Status add_address(App& app, ports::Writing& tx, core::PersonId id,
                   const core::EmailAddress& address) {
  LETHE_CHECK(app.vault.index_address(id, address.normalised()));
  LETHE_CHECK(insert_address_row(app, tx, id, address, false));
  return tx.index_queue().push({ports::DocumentKind::person, id.value()}, id);
}

}  // namespace lethe::app
