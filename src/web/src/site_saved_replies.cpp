#include "site_saved_replies.h"

#include <algorithm>
#include <array>
#include <span>

#include "lethe/app/saved_replies.h"
#include "lethe/base/text.h"
#include "refusals.h"
#include "site_languages.h"

namespace lethe::web {
namespace {

using ports::Role;
using ports::SavedReplyRow;

constexpr int kChangesShown = 10;
constexpr std::size_t kRepliesOnPage = 50;

// By core::kPlaceholders.
constexpr std::array<std::string_view, core::kPlaceholders.size()> kMeanings{
    marked("the person’s name, or else the address"),
    marked("the person’s address"),
    marked("the ticket’s number"),
    marked("the ticket’s subject"),
    marked("the name of the agent who answers"),
    marked("the name of your organisation")};

// --- The list ---

std::string change_words(const Text& words, const ports::AccessEventRow& event,
                         const std::vector<SavedReplyRow>& rows) {
  using Kind = ports::AccessEventKind;
  const auto row = std::ranges::find_if(
      rows, [&](const SavedReplyRow& each) { return each.id.to_string() == event.detail; });
  const std::string title = row == rows.end() ? words("a reply that is gone") : row->title;
  if (event.kind == Kind::saved_reply_added) return words.with("added: {}", title);
  if (event.kind == Kind::saved_reply_changed) return words.with("changed: {}", title);
  return words.with("removed: {}", title);
}

// The page that begins behind `last`; nothing: the first.
Url page_behind(const SavedReplyRow* last) {
  Fields fields;
  if (last != nullptr) {
    fields.add("after", last->id.to_string());
    fields.add("title", last->title);
  }
  return url_for("/settings/replies", {}, fields);
}

// Of all replies those of this page, and the ways to the next ones.
std::span<const SavedReplyRow> rows_of_page(const Fields& query, std::span<const SavedReplyRow> all,
                                            views::Paging& paging) {
  const auto after = core::SavedReplyId::parse(query.get("after"));
  std::size_t begin = after ? app::replies_until(all, query.get("title"), *after) : 0;
  if (begin == all.size()) begin = 0;
  const std::size_t end = std::min(begin + kRepliesOnPage, all.size());
  paging = {.first = static_cast<std::int64_t>(begin) + 1,
            .last = static_cast<std::int64_t>(end),
            .total = std::ssize(all)};
  if (begin > 0) {
    paging.previous =
        page_behind(begin > kRepliesOnPage ? &all[begin - kRepliesOnPage - 1] : nullptr);
  }
  if (end < all.size()) paging.next = page_behind(&all[end - 1]);
  return all.subspan(begin, end - begin);
}

Result<views::SavedReplies> list_view(Visit& visit, const ports::Reading& tx) {
  LETHE_TRY(const auto rows, app::list_saved_replies(tx));
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  LETHE_TRY(const auto changes, ports::saved_replies(tx).changes(kChangesShown));
  views::SavedReplies view;
  for (const SavedReplyRow& row : rows_of_page(visit.request.query(), rows, view.paging)) {
    view.rows.push_back({.title = row.title,
                         .group = lists.group(row.group),
                         .language = std::string{name_of_language(row.language)},
                         .page = url_for("/settings/replies/{id}", {row.id.to_string()})});
  }
  for (const ports::AccessEventRow& change : changes) {
    const auto by = change.by ? app::agent_in_few_words(visit.app, tx, *change.by)
                              : Result<app::Who>{app::Who{}};
    view.changes.push_back({.at = change.at,
                            .what = change_words(visit.words(), change, rows),
                            .by = !change.by                ? visit.words()("the command line")
                                  : by && !by->name.empty() ? by->name
                                                            : visit.words()("Former agent")});
  }
  return view;
}

Answer list_page(Visit& visit) {
  visit.page.shell.place = Place::settings;
  LETHE_TRY(const auto view,
            read_from<views::SavedReplies>(
                visit.app, [&](const ports::Reading& tx) { return list_view(visit, tx); }));
  return show(visit, view);
}

// --- One of them ---

// As a form sends it.
struct TypedReply {
  std::string id;  // empty: a new one
  std::string version, title, text, group, language;
};

TypedReply typed_in(std::string id, const Fields& fields) {
  return {.id = std::move(id),
          .version = std::string{fields.get("version")},
          .title = std::string{fields.get("title")},
          .text = std::string{fields.get("text")},
          .group = std::string{fields.get("group")},
          .language = std::string{fields.get("language")}};
}

TypedReply typed_of(const SavedReplyRow& row) {
  return {.id = row.id.to_string(),
          .version = std::to_string(row.version),
          .title = row.title,
          .text = row.text,
          .group = row.group ? row.group->to_string() : "",
          .language = row.language};
}

Result<views::SavedReplyEditor> editor_view(Visit& visit, const ports::Reading& tx,
                                            const TypedReply& typed) {
  LETHE_TRY(const auto groups, tx.catalog().named(ports::NamedKind::group));
  views::SavedReplyEditor view{
      .id = typed.id,
      .version = typed.version,
      .title = typed.title,
      .text = typed.text,
      .groups = {},
      .languages = language_options(visit.words()("Any language"), typed.language),
      .placeholders = {},
      .preview = {},
      .errors = {}};
  const auto group = parse_id_digits(typed.group);
  view.groups = named_options(groups, group ? std::optional{*group} : std::nullopt,
                              visit.words()("All groups"));
  for (std::size_t i = 0; i < core::kPlaceholders.size(); ++i) {
    view.placeholders.push_back({.written = "{{" + std::string{core::kPlaceholders[i]} + "}}",
                                 .what = visit.words()(kMeanings[i])});
  }
  return view;
}

Result<views::SavedReplyEditor> editor_view(Visit& visit, const TypedReply& typed) {
  visit.page.shell.place = Place::settings;
  return read_from<views::SavedReplyEditor>(
      visit.app, [&](const ports::Reading& tx) { return editor_view(visit, tx, typed); });
}

Answer new_page(Visit& visit) {
  LETHE_TRY(const auto view, editor_view(visit, TypedReply{}));
  return show(visit, view);
}

Answer edit_page(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::SavedReplyId>(visit.request));
  LETHE_TRY(const auto row, read_from<SavedReplyRow>(visit.app, [&](const ports::Reading& tx) {
              return ports::saved_replies(tx).find(id);
            }));
  LETHE_TRY(const auto view, editor_view(visit, typed_of(row)));
  return show(visit, view);
}

std::string words_of(const Text& words, const Error& error, const TypedReply& typed) {
  if (error.code == Errc::conflict) {
    return words("Somebody changed this reply meanwhile. Load it again.");
  }
  if (error.field == "title") return words("A title has 1 to 120 characters.");
  if (error.field == "text") {
    const auto unknown = core::unknown_placeholder(typed.text);
    return unknown ? words.with("There is no placeholder {}. Take one of those below.",
                                trimmed(*unknown))
                   : words("A text has 1 to 20,000 characters.");
  }
  if (error.code == Errc::out_of_range) {
    return words("There are 500 saved replies. Remove one first.");
  }
  return refusal_words(words, error.detail);
}

Answer refused(Visit& visit, const TypedReply& typed, const Error& error) {
  if (error.code == Errc::not_found) return std::unexpected(error);
  LETHE_TRY(auto view, editor_view(visit, typed));
  view.errors = {
      {error.field.empty() ? "title" : error.field, words_of(visit.words(), error, typed)}};
  return show(visit, view, error.code == Errc::conflict ? 409 : 422);
}

Answer preview(Visit& visit, const TypedReply& typed) {
  LETHE_TRY(auto view, editor_view(visit, typed));
  LETHE_TRY(const auto filled, read_from<std::string>(visit.app, [&](const ports::Reading& tx) {
              return Result<std::string>{app::sample_reply(visit.app, tx, typed.text)};
            }));
  view.preview = rich_text_of_markdown(filled);
  return show(visit, view);
}

Answer add(Visit& visit, const MultipartForm& form) {
  const TypedReply typed = typed_in("", form.fields);
  if (form.fields.get("do") == "preview") return preview(visit, typed);
  LETHE_TRY(const auto group, chosen_id<core::GroupId>(typed.group));
  const auto made = app::add_saved_reply(
      visit.app,
      {.title = typed.title, .text = typed.text, .group = group, .language = typed.language},
      visit.me());
  if (!made) return refused(visit, typed, made.error());
  return go_to(url_for("/settings/replies"), "saved");
}

Answer change(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::SavedReplyId>(visit.request));
  const TypedReply typed = typed_in(id.to_string(), form.fields);
  const std::string_view what = form.fields.get("do");
  if (what == "preview") return preview(visit, typed);
  const auto version = parse_id_digits(typed.version);
  const auto if_version = version ? std::optional{*version} : std::nullopt;
  if (what == "remove") {
    LETHE_CHECK(app::remove_saved_reply(visit.app, id, if_version, visit.me()));
    return go_to(url_for("/settings/replies"), "removed");
  }
  LETHE_TRY(const auto group, chosen_id<core::GroupId>(typed.group));
  const auto changed = app::change_saved_reply(visit.app, id,
                                               {.title = typed.title,
                                                .text = typed.text,
                                                .group = group,
                                                .language = typed.language,
                                                .if_version = if_version},
                                               visit.me());
  if (!changed) return refused(visit, typed, changed.error());
  return go_to(url_for("/settings/replies"), "saved");
}

// What the composer's script puts in at the cursor.
Answer filled_words(Visit& visit) {
  LETHE_TRY(const auto ticket, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto words, words_of_saved_reply(visit, ticket, visit.request.params.at(1)));
  return web_protocol::text_response(200, words);
}

}  // namespace

Result<views::Options> saved_reply_options(const ports::Reading& tx,
                                           const std::optional<core::GroupId>& group,
                                           std::string_view language) {
  LETHE_TRY(const auto rows, app::offered_replies(tx, group, language));
  views::Options options;
  for (const SavedReplyRow& row : rows) {
    const std::string spoken{name_of_language(row.language)};
    options.push_back(
        {row.id.to_string(), row.title + (spoken.empty() ? "" : " (" + spoken + ")"), false});
  }
  return options;
}

Result<std::string> words_of_saved_reply(Visit& visit, core::TicketId ticket,
                                         std::string_view chosen) {
  LETHE_TRY(const auto id, core::SavedReplyId::parse(chosen));
  return read_from<std::string>(visit.app, [&](const ports::Reading& tx) {
    return app::filled_reply(visit.app, tx, ticket, id, visit.me());
  });
}

void add_saved_reply_routes(SiteRoutes& routes) {
  routes.page("/settings/replies", Role::admin, list_page);
  routes.page("/settings/replies/new", Role::admin, new_page);
  routes.page("/settings/replies/{id}", Role::admin, edit_page);
  routes.form("/settings/replies", Role::admin, add);
  routes.form("/settings/replies/{id}", Role::admin, change);
  routes.page("/tickets/{id}/saved/{reply}", Role::agent, filled_words);
}

}  // namespace lethe::web
