// The list of tickets, what is done to many of them at once, and a new ticket.
#include <algorithm>
#include <charconv>

#include "lethe/app/search.h"
#include "lethe/app/threading.h"
#include "lethe/base/text.h"
#include "lethe/core/search_operators.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

constexpr int kPageRows = 50;
constexpr int kSearchRows = 200;

// What the address of a list says.
struct ListRequest {
  std::string status = "open";  // a status, "any", "spam", "trash"
  std::string assignee;         // "me", "none" or an id
  std::string group, type, tag, sort, q;
  std::string place;  // "n:SECONDS:ID:FIRST" after, "p:..." before
};

ListRequest list_request(const Request& request) {
  ListRequest list;
  const Fields& query = request.query();
  if (const auto status = query.find("status"); status && !status->empty()) list.status = *status;
  list.assignee = query.get("assignee");
  list.group = query.get("group");
  list.type = query.get("type");
  list.tag = query.get("tag");
  list.sort = query.get("sort") == "oldest" ? "oldest" : "";
  list.q = std::string{trimmed(query.get("q"))};
  list.place = query.get("place");
  return list;
}

Fields fields_of(const ListRequest& list, std::string_view without = {}) {
  Fields fields;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && without != name) fields.add(name, value);
  };
  add("status", list.status == "open" ? "" : list.status);
  add("assignee", list.assignee);
  add("group", list.group);
  add("type", list.type);
  add("tag", list.tag);
  add("sort", list.sort);
  add("q", list.q);
  return fields;
}

Url inbox_url(const ListRequest& list, std::string_view without = {}) {
  return url_for("/inbox", {}, fields_of(list, without));
}

// A place between two rows: where a page begins, forwards or backwards.
struct Cursor {
  bool backwards = false;
  Instant at{};
  std::int64_t id = 0;
  std::int64_t first = 1;  // number of the page's first row
};

std::optional<Cursor> cursor_of(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 4) return std::nullopt;
  std::array<std::int64_t, 3> numbers{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string_view part = parts[i + 1];
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), numbers[i]);
    if (error != std::errc{} || numbers[i] < 0) return std::nullopt;
  }
  if (numbers[1] == 0) return std::nullopt;
  return Cursor{parts[0] == "p", instant_of(numbers[0]), numbers[1], numbers[2]};
}

Url paged(const ListRequest& list, bool backwards, const ports::TicketRow& row,
          std::int64_t first) {
  Fields fields = fields_of(list);
  fields.add("place", std::string{backwards ? "p:" : "n:"} +
                          std::to_string(unix_seconds(row.updated_at)) + ":" + row.id.to_string() +
                          ":" + std::to_string(first));
  return url_for("/inbox", {}, fields);
}

template <class Id>
std::optional<Id> id_in(std::string_view text) {
  const auto id = Id::parse(text);
  return id ? std::optional{*id} : std::nullopt;
}

ports::TicketQuery query_of(const ListRequest& list, core::AgentId me) {
  ports::TicketQuery query;
  query.limit = kPageRows + 1;
  query.oldest_first = list.sort == "oldest";
  query.spam = list.status == "spam";
  query.trash = list.status == "trash";
  if (const auto status = core::parse_ticket_status(list.status)) query.statuses = {*status};
  query.with_erased = list.status == "any";
  query.group = id_in<core::GroupId>(list.group);
  query.type = id_in<core::TypeId>(list.type);
  query.tag = id_in<core::TagId>(list.tag);
  query.unassigned = list.assignee == "none";
  query.assignee = list.assignee == "me" ? std::optional{me} : id_in<core::AgentId>(list.assignee);
  return query;
}

struct ListPage {
  std::vector<app::TicketSummary> rows;
  std::int64_t first = 1;
  bool has_previous = false, has_next = false;
};

Result<ListPage> page_of_list(Visit& visit, const ports::Reading& tx, const ListRequest& list) {
  ports::TicketQuery query = query_of(list, visit.me());
  ListPage page;
  const auto cursor = cursor_of(list.place);
  const bool backwards = cursor && cursor->backwards;
  if (cursor) {
    query.after = {{cursor->at, core::TicketId::of(cursor->id)}};
    page.first = cursor->first;
  }
  if (backwards) query.oldest_first = !query.oldest_first;
  LETHE_TRY(page.rows, app::list_tickets(visit.app, tx, query, visit.me()));
  const bool more = std::ssize(page.rows) > kPageRows;
  if (more) page.rows.pop_back();
  if (backwards) std::ranges::reverse(page.rows);
  page.has_previous = backwards ? more : cursor.has_value();
  page.has_next = backwards || more;
  if (backwards && !more) page.first = 1;
  return page;
}

bool belongs(const ports::TicketRow& row, const ports::TicketQuery& query) {
  const auto has = [](const auto& wanted, const auto& value) { return !wanted || wanted == value; };
  if (row.state.trashed != query.trash) return false;
  if (!query.trash && row.state.spam != query.spam) return false;  // trash shows spam too
  if (!query.statuses.empty() &&
      std::ranges::find(query.statuses, row.state.status) == query.statuses.end()) {
    return false;
  }
  return has(query.group, row.group) && has(query.type, row.type) &&
         has(query.assignee, row.assignee) && (!query.unassigned || !row.assignee);
}

// Its number is one of a ticket's words.
Status add_numbered(const ports::Reading& tx, std::string_view words,
                    const ports::TicketQuery& query, std::vector<ports::TicketRow>& rows) {
  const auto number = core::ticket_number_in(words);
  if (!number) return {};
  const auto row = tx.tickets().find_number(*number);
  if (!row && row.error().code == Errc::not_found) return {};
  if (!row) return std::unexpected(row.error());
  const bool is_there = std::ranges::find(rows, row->id, &ports::TicketRow::id) != rows.end();
  if (!row->erased && !is_there && belongs(*row, query)) rows.push_back(*row);
  return {};
}

// The list is asked before the tickets are counted: common words elsewhere hide nothing here.
Result<ListPage> found_in_list(Visit& visit, const ports::Reading& tx, const ListRequest& list) {
  const ports::TicketQuery query = query_of(list, visit.me());
  LETHE_TRY(auto rows, app::search_tickets(visit.app, tx, list.q, [&](const ports::TicketRow& row) {
              return belongs(row, query);
            }));
  LETHE_CHECK(add_numbered(tx, list.q, query, rows));
  std::ranges::sort(rows, std::ranges::greater{},
                    [](const auto& row) { return std::pair{row.updated_at, row.id}; });
  if (query.oldest_first) std::ranges::reverse(rows);
  if (!query.tag && rows.size() > kSearchRows) {
    rows.erase(rows.begin() + kSearchRows, rows.end());
  }
  ListPage page;
  LETHE_TRY(page.rows, app::summarise_tickets(visit.app, tx, std::move(rows), visit.me()));
  if (query.tag) {
    std::erase_if(page.rows, [&](const app::TicketSummary& ticket) {
      return std::ranges::find(ticket.tags, *query.tag) == ticket.tags.end();
    });
  }
  return page;
}

views::TicketRow row_of(Visit& visit, const app::TicketSummary& ticket, const Lists& lists,
                        Fates& fates) {
  views::TicketRow row;
  row.id = ticket.row.id.to_string();
  row.number = ticket.row.number;
  row.url = url_for("/tickets/{id}", {row.id});
  row.person = person_ref(ticket.requester);
  if (!ticket.subject.empty()) row.subject = subject_in_list(visit.words(), ticket.subject);
  row.snippet = ticket.snippet;
  row.snippet_is_ours = ticket.last_is_agents;
  for (const core::TagId tag : ticket.tags) row.tags.push_back(lists.tag(tag));
  row.tags.insert(row.tags.end(), ticket.free_tags.begin(), ticket.free_tags.end());
  row.status = status_of(ticket.row.state);
  row.unread = ticket.unread;
  const auto writing = visit.site.presence.others(ticket.row.id, visit.me(), visit.now());
  if (!writing.empty()) row.presence = visit.words().with("{} is replying", writing.front());
  row.retention = fates.of(ticket.row);
  if (ticket.assignee) row.assignee = agent_ref(ticket.assignee);
  row.updated_at = ticket.row.updated_at;
  return row;
}

void add_tabs(Visit& visit, views::Inbox& view, const ListRequest& list,
              const ports::TicketCounts& counts) {
  const Text& words = visit.words();
  const auto tab = [&](std::string label, const char* status, const char* assignee,
                       std::int64_t count) {
    ListRequest there;
    there.status = status;
    there.assignee = assignee;
    const bool current = list.status == status && list.assignee == assignee;
    view.tabs.push_back({std::move(label), inbox_url(there), count, current});
  };
  tab(words("Open"), "open", "", counts.open);
  tab(words("Mine"), "open", "me", counts.mine_open);
  tab(words("Unassigned"), "open", "none", counts.unassigned_open);
  tab(words("Waiting"), "pending", "", counts.pending);
  tab(words("Solved"), "solved", "", counts.solved);
  tab(words("Closed"), "closed", "", counts.closed);
  tab(words("Spam"), "spam", "", counts.spam);
  tab(words("Trash"), "trash", "", counts.trash);
  tab(words("All"), "any", "", counts.all);
}

void add_filters(Visit& visit, views::Inbox& view, const ListRequest& list, const Lists& lists) {
  const Text& words = visit.words();
  const auto field = [&](const char* name, std::string label, const std::string& value,
                         const std::vector<ports::CatalogRow>& rows) {
    views::FilterField made{name, label, {}};
    for (const ports::CatalogRow& row : rows) {
      const bool chosen = value == std::to_string(row.id);
      made.options.push_back({std::to_string(row.id), row.name, chosen});
      if (chosen) view.chips.push_back({label, row.name, inbox_url(list, name)});
    }
    if (!rows.empty()) view.filters.push_back(std::move(made));
  };
  field("group", words("Group"), list.group, lists.groups());
  field("type", words("Type"), list.type, lists.types());
  field("tag", words("Tag"), list.tag, lists.tags());
  view.sorts = {{"", words("Newest first"), list.sort.empty()},
                {"oldest", words("Oldest first"), list.sort == "oldest"}};
}

std::int64_t matching(const ListRequest& list, const ports::TicketCounts& counts,
                      const ListPage& page, bool filtered) {
  const std::int64_t shown = page.first - 1 + std::ssize(page.rows);
  if (filtered || !list.q.empty()) return shown + (page.has_next ? 1 : 0);
  if (list.assignee == "me") return counts.mine_open;
  if (list.assignee == "none") return counts.unassigned_open;
  if (list.status == "open") return counts.open;
  if (list.status == "pending") return counts.pending;
  if (list.status == "solved") return counts.solved;
  if (list.status == "closed") return counts.closed;
  if (list.status == "spam") return counts.spam;
  if (list.status == "trash") return counts.trash;
  return std::max(counts.all, shown);
}

void add_paging(views::Inbox& view, const ListRequest& list, const ListPage& page,
                const ports::TicketCounts& counts) {
  const bool filtered = !list.group.empty() || !list.type.empty() || !list.tag.empty();
  view.matching = matching(list, counts, page, filtered);
  if (page.rows.empty()) return;
  views::Paging& paging = view.paging;
  paging.first = page.first;
  paging.last = page.first + std::ssize(page.rows) - 1;
  paging.total = std::max(view.matching, paging.last);
  paging.total_is_estimate = filtered && page.has_next;
  if (page.has_previous) {
    paging.previous =
        paged(list, true, page.rows.front().row, std::max<std::int64_t>(1, page.first - kPageRows));
  }
  if (page.has_next) paging.next = paged(list, false, page.rows.back().row, paging.last + 1);
}

std::string first_mailbox(Visit& visit, const ports::Reading& tx) {
  const auto mailboxes = tx.catalog().mailboxes();
  const bool named = mailboxes && !mailboxes->empty();
  return named ? mailboxes->front().address : visit.app.installation.mail_from;
}

Result<views::Inbox> inbox_view(Visit& visit, const ports::Reading& tx, const ListRequest& list) {
  views::Inbox view;
  LETHE_TRY(const auto counts, tx.tickets().counts(visit.me()));
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  LETHE_TRY(auto fates, Fates::read(visit.app, tx, visit.words(), lists));
  LETHE_TRY(const auto page,
            list.q.empty() ? page_of_list(visit, tx, list) : found_in_list(visit, tx, list));
  LETHE_CHECK(fates.read_ahead(page.rows));
  for (const auto& ticket : page.rows) view.rows.push_back(row_of(visit, ticket, lists, fates));
  add_tabs(visit, view, list, counts);
  add_filters(visit, view, list, lists);
  add_paging(view, list, page, counts);
  view.query = list.q;
  Fields kept = fields_of(list, "q");
  view.kept_query = std::move(kept);
  view.agents = lists.agent_options(visit.words(), std::nullopt);
  view.installation_is_empty = counts.all == 0 && counts.spam == 0 && counts.trash == 0;
  view.first_mail_to = first_mailbox(visit, tx);
  view.can_erase = visit.is_officer();
  view.presence_stream = url_for("/events/inbox");
  Fields self = fields_of(list);
  if (!list.place.empty()) self.add("place", list.place);
  view.self = url_for("/inbox", {}, self);
  return view;
}

Answer inbox_page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  const ListRequest list = list_request(visit.request);
  LETHE_TRY(const auto view, read_from<views::Inbox>(visit.app, [&](const ports::Reading& tx) {
              return inbox_view(visit, tx, list);
            }));
  return show(visit, view);
}

// --- Many at once ---

ListRequest carried_list(const Fields& fields) {
  ListRequest list;
  if (const auto status = fields.get("list_status"); !status.empty()) list.status = status;
  list.assignee = fields.get("list_assignee");
  list.group = fields.get("list_group");
  list.type = fields.get("list_type");
  list.tag = fields.get("list_tag");
  list.sort = fields.get("list_sort");
  list.q = std::string{trimmed(fields.get("list_q"))};
  return list;
}

// Those that the page showed for these words, and no others of the list.
Result<std::vector<core::TicketId>> found_ids(Visit& visit, const ListRequest& list) {
  LETHE_TRY(const auto page, read_from<ListPage>(visit.app, [&](const ports::Reading& tx) {
              return found_in_list(visit, tx, list);
            }));
  std::vector<core::TicketId> ids;
  for (const app::TicketSummary& ticket : page.rows) ids.push_back(ticket.row.id);
  return ids;
}

// Ticked ones, or all that match: read in pages, so that the answer stays bounded.
Result<std::vector<core::TicketId>> chosen_tickets(Visit& visit, const Fields& fields) {
  std::vector<core::TicketId> ids;
  if (fields.get("all") != "1") {
    for (const std::string_view text : fields.all("ticket")) {
      LETHE_TRY(const auto id, core::TicketId::parse(text));
      ids.push_back(id);
    }
    return ids;
  }
  const ListRequest list = carried_list(fields);
  if (!list.q.empty()) return found_ids(visit, list);
  constexpr std::size_t kAllMax = 5000;
  ports::TicketQuery query = query_of(list, visit.me());
  query.limit = 200;
  while (ids.size() < kAllMax) {
    LETHE_TRY(const auto rows,
              read_from<std::vector<ports::TicketRow>>(
                  visit.app, [&](const ports::Reading& tx) { return tx.tickets().list(query); }));
    for (const auto& row : rows) ids.push_back(row.id);
    if (std::ssize(rows) < query.limit) break;
    query.after = {{rows.back().updated_at, rows.back().id}};
  }
  return ids;
}

Result<std::vector<std::string>> tags_and(Visit& visit, core::TicketId id, std::string_view tag) {
  return read_from<std::vector<std::string>>(
      visit.app, [&](const ports::Reading& tx) -> Result<std::vector<std::string>> {
        LETHE_TRY(const auto row, tx.tickets().find(id));
        LETHE_TRY(const auto ticket, app::summarise_ticket(visit.app, tx, row, visit.me()));
        LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
        std::vector<std::string> tags = ticket.free_tags;
        for (const core::TagId each : ticket.tags) tags.push_back(lists.tag(each));
        if (std::ranges::find(tags, tag) == tags.end()) tags.emplace_back(tag);
        return tags;
      });
}

Status change_one(Visit& visit, core::TicketId id, std::string_view what, const Fields& fields) {
  app::TicketChange change;
  if (what == "unread") return app::mark_read(visit.app, id, visit.me(), false);
  if (what == "close") change.status = "closed";
  if (what == "spam") change.status = "spam";
  if (what == "mine") change.assignee = visit.me();
  if (what == "assign") {
    LETHE_TRY(change.assignee, chosen_id<core::AgentId>(fields.get("assignee")));
  }
  if (what == "tag") {
    LETHE_TRY(change.tags, tags_and(visit, id, trimmed(fields.get("tag"))));
  }
  return app::change_ticket(visit.app, id, change, visit.me());
}

Result<bool> are_of_one_person(Visit& visit, const std::vector<core::TicketId>& ids) {
  return read_from<bool>(visit.app, [&](const ports::Reading& tx) -> Result<bool> {
    LETHE_TRY(const auto first, tx.tickets().find(ids.front()));
    for (const core::TicketId id : ids) {
      LETHE_TRY(const auto row, tx.tickets().find(id));
      if (row.requester != first.requester) return false;
    }
    return true;
  });
}

// Into the oldest of them, which the reader sees next and where each can be undone. Whoever merges
// two people's tickets puts one on Cc of the other: that is done on a ticket, never by one click on
// a list.
Answer merge_all(Visit& visit, std::vector<core::TicketId> ids, const Url& list) {
  std::ranges::sort(ids);
  if (ids.size() < 2) return go_to(list, "merge-needs-two");
  LETHE_TRY(const bool is_harmless, are_of_one_person(visit, ids));
  if (!is_harmless) return go_to(list, "merge-one-person");
  for (std::size_t i = 1; i < ids.size(); ++i) {
    LETHE_CHECK(app::merge_tickets(visit.app, ids[i], ids.front(), visit.me()));
  }
  return go_to(url_for("/tickets/{id}", {ids.front().to_string()}), "tickets-changed");
}

Answer change_many(Visit& visit, const MultipartForm& form) {
  const std::string_view what = form.fields.get("do");
  const Url list = inbox_url(carried_list(form.fields));
  LETHE_TRY(const auto ids, chosen_tickets(visit, form.fields));
  if (ids.empty()) return go_to(list, "nothing-chosen");
  if (what == "erase") {
    Fields fields;
    for (const auto& id : ids) fields.add("ticket", id.to_string());
    return go_to(url_for("/tickets/erase", {}, fields));
  }
  if (what == "merge") return merge_all(visit, ids, list);
  if (what == "tag" && trimmed(form.fields.get("tag")).empty()) return go_to(list);
  for (const auto& id : ids) {
    const auto changed = change_one(visit, id, what, form.fields);
    const bool gone = !changed && (changed.error().code == Errc::erased ||
                                   changed.error().code == Errc::not_found);
    if (!changed && !gone) return std::unexpected(changed.error());
  }
  return go_to(list, what == "unread" ? "marked-unread" : "tickets-changed");
}

}  // namespace

void add_inbox_routes(SiteRoutes& routes) {
  routes.page("/inbox", ports::Role::agent, inbox_page);
  routes.form("/tickets/bulk", ports::Role::agent, change_many);
}

}  // namespace lethe::web
