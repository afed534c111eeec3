#include "connection.h"

#include "lethe/base/scrub.h"
#include "lethe/base/secret.h"

namespace lethe::smtp_in {
namespace {

smtp_protocol::Settings session_settings(const Settings& settings, bool offers_tls,
                                         const Listen& listen, std::string peer) {
  return {.dialect = listen.dialect,
          .host_name = settings.host_name,
          .offers_tls = offers_tls,
          .is_encrypted = listen.encryption == Encryption::from_start,
          .offers_notices = settings.offers_notices,
          .peer_address = std::move(peer),
          .limits = settings.limits};
}

}  // namespace

Connection::Connection(std::shared_ptr<Server::Core> core, Socket socket, const Listen& listen,
                       std::string peer_address)
    : core_(std::move(core)),
      wire_(std::move(socket)),
      session_(std::make_unique<smtp_protocol::Session>(
          session_settings(core_->settings, core_->tls() != nullptr, listen,
                           std::move(peer_address)),
          *core_->budget)),
      dialect_(listen.dialect),
      encryption_(listen.encryption),
      bell_(wire_.executor()),
      patience_(core_->settings.deadlines, Clock::now()) {}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  self->session_->greet();
  bool goes_on = self->encryption_ == Encryption::offered || co_await self->shake_hands();
  while (goes_on) goes_on = co_await self->advance();
  if (self->has_ended_) {
    co_await self->wire_.close_gently(Clock::now() + self->core_->settings.deadlines.farewell);
  }
  self->wire_.cut_off();
  self->session_.reset();  // its bytes are given back before the session counts as ended
  scrub_stack();
}

void Connection::drain() {
  asio::dispatch(executor(), [self = shared_from_this()] {
    if (!self->session_) return;  // it ended meanwhile
    self->session_->drain();
    if (self->waits_for_command_) self->wire_.interrupt();
  });
}

void Connection::cut_off() {
  asio::dispatch(executor(), [self = shared_from_this()] {
    self->is_cut_off_ = true;
    self->wire_.cut_off();
    self->bell_.cancel();
  });
}

asio::awaitable<bool> Connection::advance() {
  if (is_cut_off_) co_return false;
  smtp_protocol::Step step = session_->next();
  core_->count(session_->take_tally());
  if (auto* question = std::get_if<smtp_protocol::CheckRecipient>(&step)) {
    co_await ask_about(std::move(*question));
    co_return true;
  }
  if (auto* mail = std::get_if<smtp_protocol::TakeIn>(&step)) {
    co_await hand_over(std::move(mail->delivery));
    co_return true;
  }
  // Replies to pipelined commands leave together, here.
  if (!co_await flush()) co_return false;
  if (std::holds_alternative<smtp_protocol::StartTls>(step)) co_return co_await start_tls();
  if (std::holds_alternative<smtp_protocol::ReadMore>(step)) co_return co_await read_more();
  has_ended_ = true;
  co_return false;
}

asio::awaitable<bool> Connection::flush() {
  std::string replies = session_->take_replies();
  if (replies.empty()) co_return true;
  core_->note_refusals(dialect_, replies);
  const auto error =
      co_await wire_.write(std::move(replies), Clock::now() + core_->settings.deadlines.command);
  co_return !error;
}

asio::awaitable<bool> Connection::read_more() {
  const auto now = Clock::now();
  const auto deadline = patience_.deadline({.reading_content = session_->reading_content(),
                                            .progress = session_->progress(),
                                            .mails_ended = session_->mails_ended(),
                                            .content_bytes = session_->content_bytes(),
                                            .chunks = session_->chunks()},
                                           now);
  if (deadline <= now) {  // bytes that are there already would be read before any timer
    session_->time_out();
    co_return true;
  }
  waits_for_command_ = !session_->reading_content();
  const auto error = co_await wire_.read(deadline);
  waits_for_command_ = false;
  if (error == asio::error::timed_out) {
    session_->time_out();
  } else if (error && error != asio::error::operation_aborted) {
    co_return false;  // the peer is gone
  }
  // Aborted: the server drains, which the session says next.
  session_->feed(wire_.received());
  wire_.wipe_received();
  co_return true;
}

asio::awaitable<bool> Connection::shake_hands() {
  TlsContext context = core_->tls();
  const auto deadline = Clock::now() + core_->settings.deadlines.handshake;
  const auto error = co_await wire_.start_tls(std::move(context), deadline);
  co_return !error;
}

asio::awaitable<bool> Connection::start_tls() {
  if (!co_await shake_hands()) co_return false;
  session_->tls_started();
  patience_.restart_command(Clock::now());
  co_return true;
}

// The function that takes the answer to the connection's executor; only the
// first call counts.
template <class T>
std::function<void(Result<T>)> Connection::answer_to(std::shared_ptr<Answer<T>> answer) {
  return [answer = std::move(answer), gate = core_->gate,
          weak = weak_from_this()](Result<T> value) {
    gate->pass([&] {
      auto self = weak.lock();
      if (!self) return;
      const auto executor = self->executor();
      asio::post(executor, [answer, self = std::move(self), value = std::move(value)]() mutable {
        if (answer->value) return;
        answer->value = std::move(value);
        self->bell_.cancel();
      });
    });
  };
}

template <class T>
asio::awaitable<Result<T>> Connection::wait_for(std::shared_ptr<Answer<T>> answer,
                                                Deadlines::Duration patience) {
  const auto deadline = Clock::now() + patience;
  // A late answer to a former question rings too.
  while (!answer->value && !is_cut_off_ && Clock::now() < deadline) {
    bell_.expires_at(deadline);
    co_await bell_.async_wait(kNoThrow);
  }
  Result<T> late = fail(Errc::unavailable, "the mail intake did not answer in time");
  co_return std::move(answer->value).value_or(std::move(late));
}

asio::awaitable<void> Connection::ask_about(smtp_protocol::CheckRecipient question) {
  auto answer = std::make_shared<Answer<ports::RcptVerdict>>();
  auto reply = answer_to(answer);
  asio::post(core_->workers, [&intake = core_->intake, question = std::move(question),
                              reply = std::move(reply)]() mutable {
    try {
      reply(intake.check_recipient(question.so_far, question.recipient));
    } catch (...) {
      reply(fail(Errc::internal, "the check of a recipient failed"));
    }
    wipe(question.recipient);
    wipe(question.so_far.sender);
    scrub_stack();
  });
  const auto patience = core_->settings.deadlines.command;
  const auto verdict = co_await wait_for(std::move(answer), patience);
  session_->recipient_checked(verdict);
}

asio::awaitable<void> Connection::hand_over(ports::Delivery delivery) {
  auto answer = std::make_shared<Answer<void>>();
  auto reply = answer_to(answer);
  asio::post(core_->workers, [&intake = core_->intake, delivery = std::move(delivery),
                              reply = std::move(reply)]() mutable {
    try {
      intake.take_in(std::move(delivery), reply);
    } catch (...) {
      reply(fail(Errc::internal, "the mail intake failed"));
    }
    scrub_stack();
  });
  const auto patience = core_->settings.deadlines.intake;
  const auto outcome = co_await wait_for(std::move(answer), patience);
  scrub_stack();  // of this thread, too: it took the envelope apart
  session_->taken_in(outcome);
}

}  // namespace lethe::smtp_in
