// Sealing every cell of some content keys of one ticket again, under the keys that begin_rekey()
// made.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "lethe/app/app.h"

namespace lethe::app {

// A text with every occurrence of a passage replaced by the mark.
struct Shortened {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> cuts;  // where in the old text, how long
  // Where a byte offset of the old text is now.
  [[nodiscard]] std::size_t place_of(std::size_t old_place) const;
};
[[nodiscard]] Shortened shortened(std::string_view text, std::string_view passage);

struct CellsOrder {
  core::TicketId ticket;
  core::MessageId message;          // whose text is shortened
  std::string_view passage;         // empty: nothing is, the cells are only sealed again
  std::set<core::PersonId> owners;  // of the body keys that change
};

// Whose body keys hold the passage: the author of the message, of its subject, of quotations.
[[nodiscard]] Result<std::set<core::PersonId>> owners_of_passage(App& app, const ports::Reading& tx,
                                                                 const ports::MessageRow& message,
                                                                 std::string_view passage);
[[nodiscard]] Status reseal_bodies(App& app, ports::Writing& tx, const CellsOrder& order);
// Description and file key, from one key to another (or to what begin_rekey() made of it), in the
// next version of the row. The file itself stays as it is.
[[nodiscard]] Status reseal_file(App& app, ports::Writing& tx, ports::AttachmentRow& row,
                                 const vault::KeyRef& was, const vault::KeyRef& now);
// The same for all of the person's files in the ticket.
[[nodiscard]] Status reseal_files(App& app, ports::Writing& tx, core::TicketId ticket,
                                  core::PersonId person);

}  // namespace lethe::app
