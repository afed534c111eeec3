// Bodies that are taken in pieces, and answered while they come.
#include <boost/beast/http/read.hpp>

#include "asio_server.h"
#include "deadline.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/problem.h"
#include "pace.h"

namespace lethe::web {

StreamedAnswer AsioServer::begin_stream(const Job& job) const {
  try {
    return job.route->stream(job.request);
  } catch (const std::exception& broken) {
    problem(std::string{"http: handler: "} + typeid(broken).name());
    return {web_protocol::problem_response({500, {}, {}}), nullptr};
  }
}

// The refusal, or the head of an answer whose body follows from what the taker says.
asio::awaitable<bool> AsioServer::serve_stream(Connection& connection, Parser& parser, Job& job) {
  StreamedAnswer answer;
  if (waiting_jobs_ >= config_.waiting_jobs_max) {
    answer.head = answer_with_error(job, 503);
  } else {
    ++waiting_jobs_;
    answer = co_await on_worker([this, &job] { return begin_stream(job); });
    --waiting_jobs_;
  }
  add_common_headers(answer.head);
  const bool lives_on = parser.keep_alive() && !stopping_;
  KeepAlive keep_alive = lives_on ? KeepAlive::yes : KeepAlive::no;
  report(job, answer.head);
  if (answer.taker == nullptr) {
    // A body that is short is read, so that its sender comes to read the refusal.
    const bool is_short = parser.content_length().value_or(0) <= kFormBytesMax;
    if (!is_short || co_await read_body(connection, parser, kFormBytesMax) != 0) {
      keep_alive = KeepAlive::no;
    }
    connection.wipe_taken();
    co_return co_await send(connection, answer.head, false, keep_alive) &&
        keep_alive == KeepAlive::yes;
  }
  if (!parser.is_done()) co_await ask_to_go_on(connection, parser);
  PieceParser pieces{std::move(parser)};
  pieces.body_limit(boost::none);
  co_return co_await take_stream(connection, pieces, job, answer, keep_alive) &&
      keep_alive == KeepAlive::yes;
}

// The client has a stock of patience (pace.h); what the taker says in answer is sent before the
// next piece is read.
asio::awaitable<bool> AsioServer::take_stream(Connection& connection, PieceParser& parser,
                                              const Job& job, StreamedAnswer& answer,
                                              KeepAlive keep_alive) {
  std::string room(kPieceBytesMax, '\0');
  std::string head = head_of(answer.head, std::nullopt, keep_alive);
  Pace pace{config_.body_timeout};
  while (!stopping_) {
    const Piece piece = co_await read_piece(connection, parser, room, pace);
    if (piece.stage == Stage::gone) co_return false;
    if (piece.stage == Stage::slow) {
      // Behind the head of an answer there is no other one.
      co_return !head.empty() && co_await refuse(connection, job, 408);
    }
    const bool is_cut = piece.stage == Stage::cut;
    const bool is_last = is_cut || piece.stage == Stage::over;
    if (piece.bytes.empty() && !is_last) continue;
    const auto said = co_await on_worker([&] { return hand_over(*answer.taker, piece); });
    if (!said) co_return false;
    if (is_cut && !head.empty()) {
      answer.head.status = 400;
      head = head_of(answer.head, std::nullopt, KeepAlive::no);
    }
    std::string bytes = said->empty() && !is_last ? std::string{} : std::exchange(head, {});
    if (!said->empty()) bytes += chunk_of(*said);
    if (is_last) bytes += "0\r\n\r\n";
    connection.stream.expires_after(config_.body_timeout);
    auto [error, size] =
        co_await asio::async_write(connection.stream, asio::buffer(bytes), kNoThrow);
    if (error || is_last) co_return !error && !is_cut;
  }
  co_return false;
}

asio::awaitable<AsioServer::Piece> AsioServer::read_piece(Connection& connection,
                                                          PieceParser& parser, std::string& room,
                                                          Pace& pace) {
  if (parser.is_done()) co_return Piece{{}, Stage::over};
  if (pace.left() <= Pace::Wait::zero()) co_return Piece{{}, Stage::slow};
  parser.get().body().data = room.data();
  parser.get().body().size = room.size();
  const Deadline deadline{connection.stream, pace.left()};
  const auto began = Clock::now();
  auto [error, size] =
      co_await http::async_read_some(connection.stream, connection.buffer, parser, kNoThrow);
  connection.wipe_taken();
  pace.waited(std::chrono::duration_cast<Pace::Wait>(Clock::now() - began), size);
  const std::size_t got = room.size() - parser.get().body().size;
  const std::string_view bytes = std::string_view{room}.substr(0, got);
  if (error == http::error::partial_message || error == http::error::end_of_stream) {
    co_return Piece{bytes, Stage::cut};
  }
  if (!error || error == http::error::need_buffer) co_return Piece{bytes, Stage::goes_on};
  co_return Piece{{}, deadline.has_passed() ? Stage::slow : Stage::gone};
}

// On a worker. Nothing when the taker gave up: the connection then ends without the end of the
// answer.
std::optional<std::string> AsioServer::hand_over(BodyTaker& taker, const Piece& piece) const {
  try {
    std::string words = piece.bytes.empty() ? std::string{} : taker.take(piece.bytes);
    if (piece.stage == Stage::over) words += taker.finish();
    if (piece.stage == Stage::cut) words += taker.break_off();
    return words;
  } catch (const std::exception& broken) {
    problem(std::string{"http: body: "} + typeid(broken).name());
    return std::nullopt;
  }
}

}  // namespace lethe::web
