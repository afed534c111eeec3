#include "machine.h"

#include <algorithm>

#include "lethe/base/assert.h"

namespace lethe::smtp_protocol {
namespace {

// Lines beyond Limits::command_bytes are read to their end and refused, up to
// this many times the limit.
constexpr std::size_t kOverlongFactor = 16;

constexpr Reply kLineTooLong{500, "5.5.2", "The command line is too long."};
constexpr Reply kBareNewline{521, "5.5.2", "Lines must end with CR LF; the session ends."};

}  // namespace

Session::Machine::Machine(Settings settings, ByteBudget& budget)
    : settings_(std::move(settings)), budget_(&budget), content_(budget) {}

Session::Machine::~Machine() {
  wipe(input_);
  budget_->give_back(copies_.reserved);
}

void Session::Machine::greet() {
  replies_ += "220 " + settings_.host_name;
  replies_ += settings_.dialect == Dialect::lmtp ? " LMTP Lethe\r\n" : " ESMTP Lethe\r\n";
}

void Session::Machine::feed(std::string_view bytes) {
  if (mode_ == Mode::tls || mode_ == Mode::closed) return;
  input_ += bytes;
}

Step Session::Machine::next() {
  while (true) {
    if (question_) {
      Step step = std::move(*question_);
      question_.reset();
      return step;
    }
    LETHE_ASSERT(!waits_for_driver());
    bool has_advanced = false;
    switch (mode_) {
      case Mode::closed:
        return Close{};
      case Mode::command:
        has_advanced = read_command();
        break;
      case Mode::data:
        has_advanced = read_data();
        break;
      case Mode::chunk:
        has_advanced = read_chunk();
        break;
      case Mode::recipient:
      case Mode::intake:
      case Mode::tls:
        break;
    }
    if (!has_advanced) {
      drop_read_input();
      return ReadMore{};
    }
  }
}

bool Session::Machine::reading_content() const noexcept {
  return mode_ == Mode::data || mode_ == Mode::chunk;
}

bool Session::Machine::waits_for_driver() const noexcept {
  return mode_ == Mode::recipient || mode_ == Mode::intake || mode_ == Mode::tls;
}

void Session::Machine::time_out() {
  close_with({421, "4.4.2", "Nothing came for too long; the session ends."});
}

void Session::Machine::tls_started() {
  LETHE_ASSERT(mode_ == Mode::tls);
  settings_.is_encrypted = true;
  mode_ = Mode::command;
}

void Session::Machine::close_with(const Reply& reply) {
  say(reply);
  mode_ = Mode::closed;
  question_.reset();
  content_.drop();
  budget_->give_back(std::exchange(copies_.reserved, 0));
  read_ = input_.size();
  drop_read_input();
}

void Session::Machine::say_error(const Reply& reply) {
  if (++errors_ > settings_.limits.errors) {
    close_with({421, "4.7.0", "Too many errors; the session ends."});
  } else {
    say(reply);
  }
}

// Counts a command that brings no mail nearer; false ends the session.
bool Session::Machine::may_idle() {
  if (++idle_commands_ <= settings_.limits.idle_commands) return true;
  close_with({421, "4.7.0", "Too many commands without a message; the session ends."});
  return false;
}

std::string_view Session::Machine::unread() const noexcept {
  return std::string_view{input_}.substr(read_);
}

// Overwrites what was read and moves the rest to the front.
void Session::Machine::drop_read_input() {
  const std::size_t rest = input_.size() - read_;
  std::copy(input_.begin() + static_cast<std::ptrdiff_t>(read_), input_.end(), input_.begin());
  wipe(input_.data() + rest, read_);
  input_.resize(rest);
  read_ = 0;
}

bool Session::Machine::read_command() {
  if (drains_ && !chunked_) {
    close_with({421, "4.3.2", "The server is stopping. Send the message again later."});
    return true;
  }
  const std::size_t longest = kOverlongFactor * settings_.limits.command_bytes;
  const std::string_view rest = unread();
  const std::size_t newline = rest.find('\n', line_scanned_);
  line_scanned_ = std::min(newline, rest.size());
  if (line_scanned_ >= longest) {
    close_with(kLineTooLong);
    return true;
  }
  if (newline == std::string_view::npos) return false;
  line_scanned_ = 0;
  read_ += newline + 1;
  ++progress_;
  obey_line(rest.substr(0, newline));
  return true;
}

// `line` still has its CR.
void Session::Machine::obey_line(std::string_view line) {
  if (line.find('\r') != line.size() - 1 || line.empty()) return close_with(kBareNewline);
  if (line.size() + 1 > settings_.limits.command_bytes) return say_error(kLineTooLong);
  line.remove_suffix(1);
  obey(parse_command(line));
}

void Session::Machine::end_transaction() {
  envelope_.reset();
  recipients_beyond_limit_ = 0;
  recipients_asked_ = 0;
  copies_ = {};
  content_.drop();
  refusal_.reset();
  raw_read_ = 0;
  chunked_ = false;
  chunks_ = 0;
  misplaced_.reset();
}

}  // namespace lethe::smtp_protocol
