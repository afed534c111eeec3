// /people: find, read, correct, what is held.
#include <algorithm>

#include "api_common.h"
#include "lethe/app/erasure.h"
#include "lethe/base/encoding.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::TokenScope;
using web_protocol::Method;

bool is_erased_or_unknown(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

Result<json::object> object_of(const ApiCall& call, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const Names names, Names::read(tx));
  LETHE_TRY(const auto person, live_person(call, tx, id));
  return person_json(person, names);
}

// Of all that is shown: tags and addresses have no version of their own.
std::string etag_of(const ApiCall& call, const json::object& person) {
  const auto digest = call.app.vault.digest(
      vault::DigestPurpose::credential, as_bytes("person/" + std::string{json::serialize(person)}));
  const std::string words = to_base64url({digest.begin(), digest.end()});
  return "\"" + words.substr(0, 22) + "\"";
}

ApiResult show(const ApiCall& call, core::PersonId id) {
  json::object object;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(object, object_of(call, tx, id));
    return {};
  }));
  LETHE_TRY(auto response, json_answer(object));
  response.headers.set("ETag", etag_of(call, object));
  return response;
}

// Errors: conflict when If-Match names what the person no longer is.
Status check_etag(const ApiCall& call, const ports::Reading& tx, core::PersonId id) {
  const auto wanted = call.request.headers.find("If-Match");
  if (!wanted || *wanted == "*") return {};
  LETHE_TRY(const auto object, object_of(call, tx, id));
  if (*wanted == etag_of(call, object)) return {};
  return fail(Errc::conflict, "the person changed meanwhile; read them again");
}

ApiResult find_by_email(const ApiCall& call, std::string_view email) {
  const auto address = core::EmailAddress::parse(email);
  if (!address) return fail(Errc::invalid_argument, address.error().detail, "email");
  LETHE_TRY(const auto id, app::person_at(call.app, *address));
  json::array items;
  if (id) {
    LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const Names names, Names::read(tx));
      const auto person = live_person(call, tx, *id);
      if (person) items.push_back(person_json(*person, names));
      if (!person && !is_erased_or_unknown(person.error())) return std::unexpected(person.error());
      return {};
    }));
  }
  return json_answer(page_of(std::move(items), std::nullopt));
}

ApiResult list(const ApiCall& call) {
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  if (const auto email = call.request.query().find("email")) return find_by_email(call, *email);
  ports::People::Page page{.limit = limit};
  if (cursor) page.before = {cursor->at, core::PersonId::of(cursor->id)};
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto rows, tx.people().list(page));
    LETHE_TRY(const auto people,
              app::view_people(call.app, tx, std::span<const ports::PersonRow>{rows}));
    for (const app::PersonView& person : people) items.push_back(person_json(person, names));
    if (std::ssize(rows) < limit) return {};
    page.before = {rows.back().created_at, rows.back().id};
    page.limit = 1;
    LETHE_TRY(const auto following, tx.people().list(page));
    if (!following.empty()) next = to_text({rows.back().created_at, rows.back().id.value()});
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

// Its name, or as it is shown: {"name": ...}.
Result<std::optional<std::string>> company_in(const json::object& body) {
  const json::value* company = body.if_contains("company");
  if (company == nullptr || !company->is_object()) {
    return web_protocol::optional_text(body, "company");
  }
  const json::object& shown = company->get_object();
  LETHE_CHECK(within("company", web_protocol::required_text(shown, "name")));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(shown, {"name"}));
  return web_protocol::optional_text(shown, "name");
}

// null takes away what it names.
Result<app::Profile> changed(app::Profile profile, const json::object& body) {
  if (is_null(body, "name")) profile.name.clear();
  if (is_null(body, "company")) profile.company.clear();
  if (is_null(body, "language")) profile.language.clear();
  if (is_null(body, "phones")) profile.phones.clear();
  LETHE_TRY(const auto name, web_protocol::optional_text(body, "name"));
  LETHE_TRY(const auto company, company_in(body));
  LETHE_TRY(const auto language, web_protocol::optional_text(body, "language"));
  LETHE_TRY(const auto phones, web_protocol::optional_texts(body, "phones"));
  if (name) profile.name = *name;
  if (company) profile.company = *company;
  if (language) profile.language = *language;
  if (phones) profile.phones = *phones;
  return profile;
}

Status set_tags(const ApiCall& call, ports::Writing& tx, core::PersonId id,
                const std::vector<std::string>& wanted) {
  LETHE_TRY(const auto known, tx.catalog().named(ports::NamedKind::tag));
  std::vector<core::TagId> tags;
  for (const std::string& name : wanted) {
    const auto row = std::ranges::find(known, name, &ports::CatalogRow::name);
    if (row == known.end()) return fail(Errc::invalid_argument, "there is no such tag", "tags");
    tags.push_back(core::TagId::of(row->id));
  }
  LETHE_CHECK(tx.people().set_tags(id, tags));
  return tx.people().set_next_review(id, call.app.clock.now());
}

ApiResult patch(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(
      web_protocol::refuse_unknown_fields(body, {"name", "company", "language", "phones", "tags"}));
  LETHE_TRY(auto tags, web_protocol::optional_texts(body, "tags"));
  if (is_null(body, "tags")) tags.emplace();
  LETHE_CHECK(call.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(check_etag(call, tx, id));
    LETHE_TRY(const auto person, live_person(call, tx, id));
    LETHE_TRY(const auto profile, changed(person.profile, body));
    LETHE_CHECK(app::check_profile(person.profile, profile));
    LETHE_CHECK(app::save_profile(call.app, tx, id, profile, call.app.clock.now()));
    return tags ? set_tags(call, tx, id, *tags) : Status{};
  }));
  return show(call, id);
}

ApiResult holdings(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(call));
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_CHECK(live_person(call, tx, id));
    return {};
  }));
  LETHE_TRY(const auto held, app::preview_erasure(call.app, {.person = id}));
  json::array holds;
  for (const ports::HoldRow& hold : held.holds) {
    holds.push_back(json::object{
        {"id", hold.id.to_string()}, {"ground", hold.ground}, {"until", time_or_null(hold.until)}});
  }
  return json_answer(json::object{{"person_id", id.to_string()},
                                  {"tickets", held.tickets},
                                  {"open_tickets", held.open_tickets},
                                  {"shared_tickets", held.shared_tickets},
                                  {"messages", held.messages},
                                  {"attachments", held.attachments},
                                  {"attachment_bytes", held.attachment_bytes},
                                  {"raw_copies", held.raw_copies},
                                  {"queued_mails", held.queued_mails},
                                  {"sent_mails", held.sent_mails},
                                  {"holds", std::move(holds)}});
}

}  // namespace

Result<app::PersonView> live_person(const ApiCall& call, const ports::Reading& tx,
                                    core::PersonId id) {
  const auto row = tx.people().find(id);
  if (row && !row->erasing) return app::view_person(call.app, tx, id);
  if (row) return fail(Errc::erased, "the person is being erased");
  LETHE_TRY(const auto erasures, tx.retention().erasures_of(id));
  for (const ports::ErasureRow& erasure : erasures) {
    if (erasure.scope == ports::ErasureScope::person &&
        erasure.state == ports::ErasureState::done) {
      return fail(Errc::erased, "the person was erased");
    }
  }
  return fail(Errc::not_found, "there is no such person");
}

void add_people_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(api_route(app, Method::get, "/people", TokenScope::read, list));
  routes.push_back(api_route(app, Method::get, "/people/{id}", TokenScope::read,
                             [](const ApiCall& call) -> ApiResult {
                               LETHE_TRY(const auto id, path_id<core::PersonId>(call));
                               return show(call, id);
                             }));
  routes.push_back(api_route(app, Method::patch, "/people/{id}", TokenScope::write, patch));
  routes.push_back(
      api_route(app, Method::get, "/people/{id}/holdings", TokenScope::read, holdings));
}

}  // namespace lethe::web
