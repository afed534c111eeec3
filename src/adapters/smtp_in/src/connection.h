// One peer: moves bytes between the wire and the session, and the session's
// questions to the intake.
#pragma once

#include <optional>

#include "core.h"
#include "patience.h"
#include "wire.h"

namespace lethe::smtp_in {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Server::Core> core, Socket socket, const Listen& listen,
             std::string peer_address);

  // The whole session. `self` keeps the connection alive meanwhile.
  static asio::awaitable<void> run(std::shared_ptr<Connection> self);

  // From any thread.
  void drain();
  void cut_off();
  [[nodiscard]] asio::any_io_executor executor() { return wire_.executor(); }

 private:
  // One answer of the intake. It knows no executor, for the intake may keep it
  // longer than there is one.
  template <class T>
  struct Answer {
    std::optional<Result<T>> value;
  };
  template <class T>
  [[nodiscard]] std::function<void(Result<T>)> answer_to(std::shared_ptr<Answer<T>> answer);
  template <class T>
  asio::awaitable<Result<T>> wait_for(std::shared_ptr<Answer<T>> answer,
                                      Deadlines::Duration patience);

  // Each returns false when the connection is to be dropped without a word.
  asio::awaitable<bool> advance();
  asio::awaitable<bool> flush();
  asio::awaitable<bool> read_more();
  asio::awaitable<bool> shake_hands();
  asio::awaitable<bool> start_tls();
  asio::awaitable<void> ask_about(smtp_protocol::CheckRecipient question);
  asio::awaitable<void> hand_over(ports::Delivery delivery);

  std::shared_ptr<Server::Core> core_;
  Wire wire_;
  std::unique_ptr<smtp_protocol::Session> session_;  // until run() ends
  smtp_protocol::Dialect dialect_;
  Encryption encryption_;
  asio::steady_timer bell_;  // rung when an answer has come
  bool has_ended_ = false;
  bool is_cut_off_ = false;
  bool waits_for_command_ = false;
  Patience patience_;
};

}  // namespace lethe::smtp_in
