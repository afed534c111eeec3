#include "lethe/smtp_protocol/session.h"

#include "machine.h"

namespace lethe::smtp_protocol {

Session::Session(Settings settings, ByteBudget& budget)
    : machine_(std::make_unique<Machine>(std::move(settings), budget)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

void Session::greet() { machine_->greet(); }
void Session::feed(std::string_view bytes) { machine_->feed(bytes); }
Step Session::next() { return machine_->next(); }
void Session::recipient_checked(const Result<ports::RcptVerdict>& verdict) {
  machine_->recipient_checked(verdict);
}
void Session::taken_in(const Status& outcome) { machine_->taken_in(outcome); }
void Session::tls_started() { machine_->tls_started(); }
void Session::drain() { machine_->drain(); }
void Session::time_out() { machine_->time_out(); }
std::string Session::take_replies() { return machine_->take_replies(); }
Tally Session::take_tally() noexcept { return machine_->take_tally(); }
bool Session::reading_content() const noexcept { return machine_->reading_content(); }
std::uint64_t Session::progress() const noexcept { return machine_->progress(); }
std::uint64_t Session::mails_ended() const noexcept { return machine_->mails_ended(); }
std::uint64_t Session::content_bytes() const noexcept { return machine_->content_bytes(); }
std::uint64_t Session::chunks() const noexcept { return machine_->chunks(); }

}  // namespace lethe::smtp_protocol
