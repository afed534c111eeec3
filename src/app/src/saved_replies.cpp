#include "lethe/app/saved_replies.h"

#include <algorithm>
#include <utility>

#include "lethe/app/mail_design.h"
#include "lethe/app/tickets.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

using ports::AccessEventKind;
using ports::SavedReplyRow;

constexpr std::size_t kLanguageBytesMax = 12;

// Well-formed, with \n at line ends and no other control character but the tab.
std::string tidied(std::string_view typed) {
  const std::string valid = to_valid_utf8(typed);
  std::string text;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    const bool ends_line =
        c == '\n' || (c == '\r' && (i + 1 == valid.size() || valid[i + 1] != '\n'));
    if (ends_line) text += '\n';
    if (ends_line || (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f') continue;
    text += c;
  }
  return text;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The shape of BCP 47 (RFC 5646): "de", "pt-BR".
bool is_language(std::string_view code) {
  if (code.size() > kLanguageBytesMax) return false;
  const std::string_view primary = code.substr(0, code.find('-'));
  if (primary.size() < 2 || primary.size() > 3 || !std::ranges::all_of(primary, is_letter)) {
    return false;
  }
  return !code.ends_with('-') && std::ranges::all_of(code, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

Status check_words(const SavedReplyRow& row) {
  const std::size_t title = core::characters_in(row.title);
  if (title == 0 || title > core::kSavedReplyTitleMax) {
    return fail(Errc::out_of_range, "A title has 1 to 120 characters.", "title");
  }
  if (const auto unknown = core::unknown_placeholder(row.text)) {
    return fail(Errc::out_of_range, "There is no placeholder " + *unknown + ".", "text");
  }
  if (trimmed(row.text).empty() || core::characters_in(row.text) > core::kSavedReplyTextMax) {
    return fail(Errc::out_of_range, "A text has 1 to 20,000 characters.", "text");
  }
  return {};
}

// Tidies the words of `row` and refuses what may not be kept.
Status check(const ports::Reading& tx, SavedReplyRow& row) {
  row.title = squeezed(tidied(row.title));
  row.text = tidied(row.text);
  LETHE_CHECK(check_words(row));
  if (!row.language.empty() && !is_language(row.language)) {
    return fail(Errc::invalid_argument, "A language is a code such as \"de\".", "language");
  }
  if (!row.group) return {};
  LETHE_TRY(const auto groups, tx.catalog().named(ports::NamedKind::group));
  if (std::ranges::find(groups, row.group->value(), &ports::CatalogRow::id) == groups.end()) {
    return fail(Errc::invalid_argument, "There is no such group.", "group");
  }
  return {};
}

Status note(App& app, ports::Writing& tx, AccessEventKind kind, core::SavedReplyId id, By by) {
  return tx.agents().insert_access_event({.id = app.ids.next(),
                                          .at = app.clock.now(),
                                          .kind = kind,
                                          .by = by,
                                          .agent = std::nullopt,
                                          .detail = id.to_string()});
}

Status check_version(const SavedReplyRow& row, std::optional<std::int64_t> wanted) {
  if (!wanted || *wanted == row.version) return {};
  return fail(Errc::conflict, "Somebody changed this reply meanwhile. Load it again.");
}

bool is_offered(const SavedReplyRow& row, const std::optional<core::GroupId>& group) {
  return !row.group || row.group == group;
}

bool speaks(const SavedReplyRow& row, std::string_view language) {
  const std::string_view own = std::string_view{row.language}.substr(0, row.language.find('-'));
  return !own.empty() && equals_ignoring_ascii_case(own, language.substr(0, language.find('-')));
}

// As people sort; engines put all capitals first.
std::pair<std::string, std::int64_t> place_of(std::string_view title, core::SavedReplyId id) {
  return {ascii_lower(title), id.value()};
}
std::pair<std::string, std::int64_t> place_in_list(const SavedReplyRow& row) {
  return place_of(row.title, row.id);
}

}  // namespace

Result<SavedReplyRow> add_saved_reply(App& app, const SavedReplyDraft& draft, By by) {
  const Instant now = app.clock.now();
  const SavedReplyRow typed{.id = app.ids.make<core::SavedReplyId>(),
                            .title = draft.title,
                            .text = draft.text,
                            .group = draft.group,
                            .language = draft.language,
                            .version = 1,
                            .created_at = now,
                            .updated_at = now};
  SavedReplyRow made = typed;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    made = typed;
    LETHE_CHECK(check(tx, made));
    LETHE_TRY(const std::int64_t count, ports::saved_replies(tx).count());
    if (count >= static_cast<std::int64_t>(core::kSavedRepliesMax)) {
      return fail(Errc::out_of_range, "There are 500 saved replies. Remove one first.");
    }
    LETHE_CHECK(ports::saved_replies(tx).save(made));
    return note(app, tx, AccessEventKind::saved_reply_added, made.id, by);
  }));
  return made;
}

Result<SavedReplyRow> change_saved_reply(App& app, core::SavedReplyId id,
                                         const SavedReplyChange& change, By by) {
  std::optional<SavedReplyRow> changed;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(SavedReplyRow row, ports::saved_replies(tx).find(id));
    LETHE_CHECK(check_version(row, change.if_version));
    if (change.title) row.title = *change.title;
    if (change.text) row.text = *change.text;
    if (change.group) row.group = *change.group;
    if (change.language) row.language = *change.language;
    LETHE_CHECK(check(tx, row));
    row.version += 1;
    row.updated_at = app.clock.now();
    LETHE_CHECK(ports::saved_replies(tx).save(row));
    changed = std::move(row);
    return note(app, tx, AccessEventKind::saved_reply_changed, id, by);
  }));
  return std::move(*changed);
}

Status remove_saved_reply(App& app, core::SavedReplyId id, std::optional<std::int64_t> if_version,
                          By by) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const SavedReplyRow row, ports::saved_replies(tx).find(id));
    LETHE_CHECK(check_version(row, if_version));
    LETHE_CHECK(ports::saved_replies(tx).remove(id));
    return note(app, tx, AccessEventKind::saved_reply_removed, id, by);
  });
}

Result<std::vector<SavedReplyRow>> list_saved_replies(const ports::Reading& tx) {
  LETHE_TRY(auto rows, ports::saved_replies(tx).titles());
  std::ranges::sort(rows, {}, place_in_list);
  return rows;
}

std::size_t replies_until(std::span<const SavedReplyRow> list, std::string_view title,
                          core::SavedReplyId id) {
  const auto end = std::ranges::upper_bound(list, place_of(title, id), {}, place_in_list);
  return static_cast<std::size_t>(end - list.begin());
}

Result<std::vector<SavedReplyRow>> offered_replies(const ports::Reading& tx,
                                                   const std::optional<core::GroupId>& group,
                                                   std::string_view language) {
  LETHE_TRY(auto rows, list_saved_replies(tx));
  std::erase_if(rows, [&](const SavedReplyRow& row) { return !is_offered(row, group); });
  std::ranges::sort(rows, {}, [&](const SavedReplyRow& row) {
    return std::pair{!speaks(row, language), place_in_list(row)};
  });
  return rows;
}

Result<std::string> filled_reply(App& app, const ports::Reading& tx, core::TicketId ticket,
                                 core::SavedReplyId reply, core::AgentId by) {
  LETHE_TRY(const ports::TicketRow row, tx.tickets().find(ticket));
  if (row.erased) return fail(Errc::erased, "this ticket was erased");
  LETHE_TRY(const SavedReplyRow saved, ports::saved_replies(tx).find(reply));
  if (!is_offered(saved, row.group)) return fail(Errc::not_found, "there is no such saved reply");
  LETHE_TRY(const TicketSummary summary, summarise_ticket(app, tx, row, by));
  LETHE_TRY(const Who agent, agent_in_few_words(app, tx, by));
  core::ReplyFacts facts{.customer_name = {},
                         .customer_email = {},
                         .ticket_number = std::to_string(row.number),
                         .ticket_subject = squeezed(summary.subject),
                         .agent_name = squeezed(agent.name),
                         .organisation_name = squeezed(organisation_of(app, tx))};
  if (summary.requester) {
    facts.customer_email = summary.requester->email;
    facts.customer_name = squeezed(summary.requester->name);
    if (facts.customer_name.empty()) facts.customer_name = facts.customer_email;
  }
  return core::fill_placeholders(saved.text, facts);
}

std::string sample_reply(App& app, const ports::Reading& tx, std::string_view text) {
  return core::fill_placeholders(text, {.customer_name = "Sofia Lindqvist",
                                        .customer_email = "sofia@mail.example",
                                        .ticket_number = "4821",
                                        .ticket_subject = "The tap drips",
                                        .agent_name = "Jonas Weber",
                                        .organisation_name = organisation_of(app, tx)});
}

}  // namespace lethe::app
