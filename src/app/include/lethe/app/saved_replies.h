// Saved replies: texts that an administrator keeps and agents put into their answers.
//
// They are the workspace's words, with placeholders (core/saved_reply.h) where a ticket would be
// named. Every change leaves an entry that says who did it and to which reply, never its words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/saved_replies.h"

namespace lethe::app {

// Who did it; nothing: the operator of the machine.
using By = std::optional<core::AgentId>;

// What is typed. Line ends become \n, control characters go, the title is one line.
struct SavedReplyDraft {
  std::string title;
  std::string text;                    // Markdown with placeholders
  std::optional<core::GroupId> group;  // offered in tickets of this group only; nothing: in all
  std::string language;                // "de", "pt-BR" or empty
};

// Errors: out_of_range, naming the field (title, text, or none when there are
// kSavedRepliesMax already); also for a placeholder that is not known, which the detail names and
// which is said before the text's length; invalid_argument, field group or language.
[[nodiscard]] Result<ports::SavedReplyRow> add_saved_reply(App& app, const SavedReplyDraft& draft,
                                                           By by);

struct SavedReplyChange {
  std::optional<std::string> title;
  std::optional<std::string> text;
  std::optional<std::optional<core::GroupId>> group;
  std::optional<std::string> language;
  std::optional<std::int64_t> if_version;
};
// Errors: those of add_saved_reply(); not_found; conflict when it has another version meanwhile.
[[nodiscard]] Result<ports::SavedReplyRow> change_saved_reply(App& app, core::SavedReplyId id,
                                                              const SavedReplyChange& change,
                                                              By by);
// Errors: not_found, conflict.
[[nodiscard]] Status remove_saved_reply(App& app, core::SavedReplyId id,
                                        std::optional<std::int64_t> if_version, By by);

// All, by title, without their texts.
[[nodiscard]] Result<std::vector<ports::SavedReplyRow>> list_saved_replies(
    const ports::Reading& tx);
// How many of these come up to the place of this title and id, the place itself included: where the
// next page begins, also when that reply was removed meanwhile.
[[nodiscard]] std::size_t replies_until(std::span<const ports::SavedReplyRow> list,
                                        std::string_view title, core::SavedReplyId id);
// Those offered in a ticket of `group`: in the person's language first, then by title, without
// their texts.
[[nodiscard]] Result<std::vector<ports::SavedReplyRow>> offered_replies(
    const ports::Reading& tx, const std::optional<core::GroupId>& group, std::string_view language);

// The reply's text as `by` says it in this ticket. A person without a name is called by the
// address. Errors: not_found, also for a reply of another group; erased.
[[nodiscard]] Result<std::string> filled_reply(App& app, const ports::Reading& tx,
                                               core::TicketId ticket, core::SavedReplyId reply,
                                               core::AgentId by);
// The same with invented facts, for a preview.
[[nodiscard]] std::string sample_reply(App& app, const ports::Reading& tx, std::string_view text);

}  // namespace lethe::app
