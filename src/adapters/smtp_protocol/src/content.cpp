#include <algorithm>

#include "lethe/base/assert.h"
#include "machine.h"

namespace lethe::smtp_protocol {
namespace {

constexpr Reply kNoRoom{452, "4.3.1", "No room for this message now. Send it again later."};
constexpr Reply kTooLarge{552, "5.3.4", "The message is larger than the server takes."};

}  // namespace

void Session::Machine::refuse_bare_newline() {
  ++tally_.refused;
  close_with({521, "5.5.2", "The message has a line end that is not CR LF; the session ends."});
}

// Decodes `piece` into the message or, once that is refused, into nothing: it
// is read to its end so that the reply is understood, but not for ever.
// Nothing when the session ended over it.
std::optional<ContentDecoder::Outcome> Session::Machine::take_content(std::string_view piece) {
  const std::uint64_t raw_max = 2 * std::uint64_t{settings_.limits.message_bytes} + 1024;
  piece = piece.substr(0, raw_max + 1 - raw_read_);
  if (!refusal_ && !content_.make_room(piece.size() + 1)) refusal_ = kNoRoom;
  std::string dropped;
  const auto outcome = decoder_.decode(piece, refusal_ ? dropped : content_.bytes());
  wipe(dropped);
  read_ += outcome.bytes_read;
  raw_read_ += outcome.bytes_read;
  if (!refusal_ && content_.bytes().size() > settings_.limits.message_bytes) refusal_ = kTooLarge;
  if (refusal_) content_.drop();
  if (outcome.verdict == ContentDecoder::Verdict::bare_newline) {
    refuse_bare_newline();
    return std::nullopt;
  }
  if (raw_read_ > raw_max) {
    close_with(refusal_.value_or(kTooLarge));
    return std::nullopt;
  }
  return outcome;
}

bool Session::Machine::read_data() {
  const std::string_view piece = unread();
  if (piece.empty()) return false;
  const auto outcome = take_content(piece);
  if (outcome && outcome->verdict == ContentDecoder::Verdict::end) ask_intake();
  return true;
}

bool Session::Machine::read_chunk() {
  if (chunk_.bytes == 0) {
    end_chunk();
    return true;
  }
  const std::string_view piece = unread().substr(0, chunk_.bytes);
  if (piece.empty()) return false;
  if (misplaced_) {
    read_ += piece.size();
    chunk_.bytes -= piece.size();
  } else if (const auto outcome = take_content(piece)) {
    chunk_.bytes -= outcome->bytes_read;
  }
  return true;
}

// RFC 3030 section 2: every chunk has its reply, the last one the message's.
void Session::Machine::end_chunk() {
  mode_ = Mode::command;
  if (misplaced_) {
    say_error(*misplaced_);
    if (chunk_.is_last) end_transaction();
  } else if (chunk_.is_last && decoder_.has_pending_cr()) {
    refuse_bare_newline();
  } else if (chunk_.is_last) {
    ask_intake();
  } else {
    say(refusal_.value_or(Reply{250, "2.0.0", "Chunk taken."}));
  }
}

void Session::Machine::ask_intake() {
  LETHE_ASSERT(envelope_);  // content begins only after MAIL and RCPT
  ++mails_ended_;
  mode_ = Mode::command;
  ++progress_;
  if (!refusal_) return hand_over_next_copy();
  copies_.replies.assign(copies_.count, *refusal_);
  count(*refusal_);
  say_outcomes();
}

// The last copy is the message itself; those before it are counted beside it.
void Session::Machine::hand_over_next_copy() {
  while (copies_.replies.size() < copies_.count) {
    const std::size_t copy = copies_.replies.size();
    const bool is_last = copy + 1 == copies_.count;
    const std::size_t needed = is_last ? 0 : content_.bytes().size();
    if (!budget_->take(needed)) {
      note_outcome(kNoRoom);
      continue;
    }
    copies_.reserved = needed;
    question_ = TakeIn{{.envelope = envelope_of_copy(copy),
                        .content = is_last ? content_.hand_over() : content_.bytes()}};
    mode_ = Mode::intake;
    return;
  }
  say_outcomes();
}

void Session::Machine::taken_in(const Status& outcome) {
  if (mode_ == Mode::closed) return;
  mode_ = Mode::command;
  budget_->give_back(std::exchange(copies_.reserved, 0));
  if (outcome) errors_ = unknown_commands_ = idle_commands_ = 0;
  note_outcome(reply_to_intake(outcome));
  hand_over_next_copy();
}

void Session::Machine::note_outcome(const Reply& reply) {
  count(reply);
  copies_.replies.push_back(reply);
}

void Session::Machine::count(const Reply& reply) {
  ++(reply.code < 300 ? tally_.accepted : reply.code < 500 ? tally_.deferred : tally_.refused);
}

// SMTP has one reply for all recipients and so one copy, LMTP one for each.
void Session::Machine::say_outcomes() {
  if (settings_.dialect == Dialect::lmtp) {
    for (const std::size_t copy : copies_.of_recipients) say(copies_.replies[copy]);
  } else {
    say(copies_.replies.front());
  }
  end_transaction();
}

}  // namespace lethe::smtp_protocol
