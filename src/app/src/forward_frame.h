// What a mail that was turned over needs to become its forwarder's again, as it stood.
//
// The words themselves are kept once: those of the forwarder in the note, those of the original
// sender in the message. Beside them stand, in the message's own headers, the lines that the mail
// program wrote around them, so that erasures, redactions and moves meet no second copy. Redacting
// anything drops the frame. HTML is not brought back: it held the words of both (docs/adr 2).
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

// The member of a message's headers.
inline constexpr std::string_view kForwardFrame = "forwarded";

// Where the two stood in `whole`; nothing when they cannot be put back to the byte, as in a mail
// whose quotation marks are mixed. `words` that stand in an attached mail are no part of it.
[[nodiscard]] std::optional<boost::json::object> frame_of(std::string_view whole,
                                                          std::string_view comment,
                                                          std::string_view words);
// The reverse.
[[nodiscard]] std::string framed(const boost::json::object& frame, std::string_view comment,
                                 std::string_view words);
// How far behind its place in the words a passage stands in the whole; nothing when it does not.
[[nodiscard]] std::optional<std::size_t> shift_of(const boost::json::object& frame,
                                                  std::string_view comment);

// Messages of the ticket that are given back with it to `to`, who forwarded them: they leave the
// index first (hand_over.h).
[[nodiscard]] Result<std::vector<ports::DocumentKey>> forwards_of(App& app,
                                                                  const ports::Reading& tx,
                                                                  const ports::TicketRow& ticket,
                                                                  core::PersonId to);
// Gives them back: text, headers and quotations as they stood, the note gone, the question open
// again. Returns the ticket's former subject, unless it was changed since. Before hand_over().
[[nodiscard]] Result<std::optional<std::string>> give_back_forwards(App& app, ports::Writing& tx,
                                                                    const ports::TicketRow& ticket,
                                                                    core::PersonId to);

}  // namespace lethe::app
