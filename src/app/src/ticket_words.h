// Names and texts of cells, as the views of tickets show them.
#pragma once

#include <span>

#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/app/tickets.h"

namespace lethe::app {

// `id` is the person's or the agent's.
[[nodiscard]] Who in_few_words(std::int64_t id, const PersonView& person);
// An erased person is nobody, not an error.
[[nodiscard]] Result<std::optional<Who>> person_in_few_words(App& app, const ports::Reading& tx,
                                                             core::PersonId id);
// Text of a cell; empty when its key is gone (an erasure is running).
[[nodiscard]] Result<std::string> text_or_nothing(App& app, const vault::KeyRef& key,
                                                  const vault::CellRef& where,
                                                  const std::optional<Ciphertext>& cell);
// A cell that fails its seal (a spoilt disk, a forged row) costs only itself: where it is only
// shown, this stands in its place.
inline constexpr std::string_view kDamaged = "\u26A0 [damaged]";
[[nodiscard]] bool is_damaged(const Error& error) noexcept;
// As open() and text_or_nothing(), for eyes and exports alone: never for what is sealed again or
// mailed.
[[nodiscard]] Result<Plaintext> open_to_show(App& app, const vault::KeyRef& key,
                                             const vault::CellRef& where,
                                             const std::optional<Ciphertext>& cell);
[[nodiscard]] Result<std::string> text_to_show(App& app, const vault::KeyRef& key,
                                               const vault::CellRef& where,
                                               const std::optional<Ciphertext>& cell);
// The body of a message with a person, its passages (in order of place) back where they stood.
// What cannot be read any more is left out, as above.
[[nodiscard]] Result<std::string> whole_text(App& app, const ports::MessageRow& row,
                                             std::span<const ports::QuoteRow> quotes);

}  // namespace lethe::app
