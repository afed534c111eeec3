#include "site_views.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "lethe/app/cells.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameBytesMax = 80;
constexpr std::size_t kViewsMax = 50;
constexpr std::array<std::string_view, 7> kListFields{"status", "assignee", "group", "type",
                                                      "tag",    "sort",     "q"};

// Only what a list understands: a saved view is an address of ours, whatever was posted.
Fields list_fields(const Fields& from) {
  Fields kept;
  for (const auto name : kListFields) {
    if (const auto value = from.find(name)) kept.add(std::string{name}, std::string{*value});
  }
  return kept;
}

Fields parsed_query(std::string_view query) {
  const auto fields = web_protocol::parse_urlencoded(query);
  return fields ? list_fields(*fields) : Fields{};
}

Answer new_view_page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  views::SaveView view;
  view.query = web_protocol::to_urlencoded(list_fields(visit.request.query()));
  return show(visit, view);
}

Status store(Visit& visit, const std::string& name, const std::string& query) {
  const auto id = visit.app.ids.make<core::ViewId>();
  const core::PersonId person = visit.session.agent.person;
  return visit.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto known, tx.agents().views(visit.me()));
    if (known.size() >= kViewsMax) {
      return fail(Errc::out_of_range, "At most 50 views.", "name");
    }
    LETHE_TRY(
        auto cell,
        app::seal(visit.app, app::profile_key(person), app::place(app::cell::kView, id.value()),
                  json::serialize(json::object{{"name", name}, {"query", query}})));
    return tx.agents().save_view({id, visit.me(), person, std::move(cell)});
  });
}

Answer save_view(Visit& visit, const MultipartForm& form) {
  const std::string name{trimmed(form.fields.get("name"))};
  const Fields fields = parsed_query(form.fields.get("query"));
  Status saved = fail(Errc::invalid_argument, "A name has 1 to 80 characters.", "name");
  if (!name.empty() && name.size() <= kNameBytesMax) {
    saved = store(visit, name, web_protocol::to_urlencoded(fields));
  }
  if (saved) return go_to(url_for("/inbox", {}, fields), "view-saved");
  visit.page.shell.place = Place::inbox;
  views::SaveView view;
  view.name = name;
  view.query = web_protocol::to_urlencoded(fields);
  view.errors = form_errors(visit, saved.error(), "name");
  return show(visit, view, 422);
}

constexpr int kCountMax = 199;  // more are not counted: this is read for each page

ports::TicketQuery count_query(Visit& visit, const Fields& fields) {
  ports::TicketQuery query;
  query.limit = kCountMax + 1;
  const std::string_view status = fields.get("status");
  query.spam = status == "spam";
  query.trash = status == "trash";
  if (const auto known = core::parse_ticket_status(status.empty() ? "open" : status)) {
    query.statuses = {*known};
  }
  if (const auto id = core::GroupId::parse(fields.get("group"))) query.group = *id;
  if (const auto id = core::TypeId::parse(fields.get("type"))) query.type = *id;
  if (const auto id = core::TagId::parse(fields.get("tag"))) query.tag = *id;
  query.unassigned = fields.get("assignee") == "none";
  if (const auto id = core::AgentId::parse(fields.get("assignee"))) query.assignee = *id;
  if (fields.get("assignee") == "me") query.assignee = visit.me();
  return query;
}

}  // namespace

Status fill_saved_views(Visit& visit, const ports::Reading& tx) {
  LETHE_TRY(const auto rows, tx.agents().views(visit.me()));
  for (const auto& row : rows) {
    const auto text = app::open(visit.app, app::profile_key(row.person),
                                app::place(app::cell::kView, row.id.value()), row.definition);
    if (!text) continue;
    boost::system::error_code error;
    const auto document = json::parse(text->reveal(), error);
    if (error || !document.is_object()) continue;
    const auto* name = document.as_object().if_contains("name");
    const auto* query = document.as_object().if_contains("query");
    if (name == nullptr || query == nullptr || !name->is_string() || !query->is_string()) continue;
    const Fields fields = parsed_query(query->as_string());
    views::SavedView view{std::string{name->as_string()}, url_for("/inbox", {}, fields), {}};
    if (fields.get("q").empty()) {
      LETHE_TRY(const auto found, tx.tickets().list(count_query(visit, fields)));
      view.has_more = std::ssize(found) > kCountMax;
      view.count = std::min<std::int64_t>(std::ssize(found), kCountMax);
    }
    const Fields here = list_fields(visit.request.query());
    view.current = visit.request.path() == "/inbox" && !here.empty() &&
                   web_protocol::to_urlencoded(here) == web_protocol::to_urlencoded(fields);
    visit.page.shell.saved_views.push_back(std::move(view));
  }
  return {};
}

void add_view_routes(SiteRoutes& routes) {
  routes.page("/views/new", ports::Role::agent, new_view_page);
  routes.form("/views", ports::Role::agent, save_view);
}

}  // namespace lethe::web
