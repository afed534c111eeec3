// Correcting what is held about a person (GDPR art. 16).
#include <algorithm>

#include "lethe/app/cells.h"
#include "lethe/base/text.h"
#include "site_languages.h"
#include "site_people.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

std::string lines_of(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += value + "\n";
  return text;
}

Answer edit_page(Visit& visit) {
  visit.page.shell.place = Place::people;
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_TRY(const auto person, person_of(visit, id));
  views::EditPerson view;
  view.id = id.to_string();
  view.name = person.profile.name;
  view.emails = lines_of(person.emails);
  view.phones = lines_of(person.profile.phones);
  view.company = person.profile.company;
  view.languages = language_options(visit.words()("Unknown"), person.profile.language);
  LETHE_TRY(const auto lists, read_from<Lists>(visit.app, [&](const ports::Reading& tx) {
              return Lists::read(visit.app, tx);
            }));
  for (const core::TagId tag : person.tags) {
    view.tags += (view.tags.empty() ? "" : ", ") + lists.tag(tag);
  }
  return show(visit, view);
}

Result<std::vector<core::TagId>> managed_tags(const ports::Reading& tx, std::string_view text) {
  LETHE_TRY(const auto rows, tx.catalog().named(ports::NamedKind::tag));
  std::vector<core::TagId> tags;
  for (const std::string& word : words_of_list(text)) {
    const auto found = std::ranges::find(rows, word, &ports::CatalogRow::name);
    if (found == rows.end()) {
      return fail(Errc::invalid_argument, "A person can only have managed tags.", "tags");
    }
    tags.push_back(core::TagId::of(found->id));
  }
  return tags;
}

// Removes addresses that are not among `wanted`; returns those that stay.
Result<std::vector<core::EmailAddress>> keep_wanted(app::App& app, ports::Writing& tx,
                                                    core::PersonId id,
                                                    const std::vector<core::EmailAddress>& wanted) {
  std::vector<core::EmailAddress> stay;
  LETHE_TRY(const auto rows, tx.people().addresses(id));
  for (const auto& row : rows) {
    const auto where = app::place(app::cell::kAddress, row.id, row.cell_version);
    LETHE_TRY(const Plaintext text, app::open(app, app::profile_key(id), where, row.address));
    LETHE_TRY(auto address, core::EmailAddress::parse(text.reveal()));
    if (std::ranges::find(wanted, address) != wanted.end()) {
      stay.push_back(std::move(address));
      continue;
    }
    LETHE_CHECK(app.vault.unindex_address(address.normalised()));
    LETHE_CHECK(tx.people().remove_address(row.id));
  }
  return stay;
}

Status save_addresses(app::App& app, ports::Writing& tx, core::PersonId id,
                      const std::vector<core::EmailAddress>& wanted) {
  for (const auto& address : wanted) {
    LETHE_TRY(const auto owner, app::person_at(app, address));
    if (owner && *owner != id) {
      return fail(Errc::already_exists, "An address is another person’s.", "emails");
    }
  }
  LETHE_TRY(const auto stay, keep_wanted(app, tx, id, wanted));
  for (const auto& address : wanted) {
    if (std::ranges::find(stay, address) != stay.end()) continue;
    LETHE_CHECK(app::add_address(app, tx, id, address));
  }
  return {};
}

Status save_person(Visit& visit, core::PersonId id, const Fields& fields) {
  std::vector<core::EmailAddress> addresses;
  for (const auto& word : words_of_list(fields.get("emails"))) {
    auto address = core::EmailAddress::parse(word);
    if (!address) return fail(Errc::invalid_argument, "One of the addresses is none.", "emails");
    addresses.push_back(std::move(*address));
  }
  app::Profile profile;
  profile.name = trimmed(fields.get("name"));
  profile.company = trimmed(fields.get("company"));
  profile.language = fields.get("language");
  profile.phones = words_of_list(fields.get("phones"));
  return visit.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const ports::PersonRow row, tx.people().find(id));
    LETHE_TRY(const app::Profile before, app::read_profile(visit.app, row));
    LETHE_CHECK(app::check_profile(before, profile));
    LETHE_CHECK(app::save_profile(visit.app, tx, id, profile, visit.now()));
    LETHE_CHECK(save_addresses(visit.app, tx, id, addresses));
    LETHE_TRY(const auto tags, managed_tags(tx, fields.get("tags")));
    return tx.people().set_tags(id, tags);
  });
}

Answer edit(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  const auto saved = save_person(visit, id, form.fields);
  if (saved) return go_to(url_for("/people/{id}", {id.to_string()}), "person-saved");
  if (saved.error().code == Errc::not_found) return std::unexpected(saved.error());
  visit.page.shell.place = Place::people;
  const Fields& fields = form.fields;
  views::EditPerson view;
  view.id = id.to_string();
  view.name = fields.get("name");
  view.emails = fields.get("emails");
  view.phones = fields.get("phones");
  view.company = fields.get("company");
  view.languages = language_options(visit.words()("Unknown"), fields.get("language"));
  view.tags = fields.get("tags");
  view.errors = form_errors(visit, saved.error(), "emails");
  return show(visit, view, 422);
}

}  // namespace

void add_correction_routes(SiteRoutes& routes) {
  routes.page("/people/{id}/edit", ports::Role::agent, edit_page);
  routes.form("/people/{id}/edit", ports::Role::agent, edit);
}

}  // namespace lethe::web
