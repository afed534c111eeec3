// The session's state and its transitions: machine.cpp turns input into
// lines, commands.cpp obeys them, content.cpp reads what DATA and BDAT bring.
#pragma once

#include <optional>
#include <vector>

#include "content_buffer.h"
#include "lethe/smtp_protocol/command.h"
#include "lethe/smtp_protocol/content_decoder.h"
#include "lethe/smtp_protocol/session.h"

namespace lethe::smtp_protocol {

class Session::Machine {
 public:
  Machine(Settings settings, ByteBudget& budget);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void greet();
  void feed(std::string_view bytes);
  [[nodiscard]] Step next();
  void recipient_checked(const Result<ports::RcptVerdict>& verdict);
  void taken_in(const Status& outcome);
  void tls_started();
  void drain() noexcept { drains_ = true; }
  void time_out();
  [[nodiscard]] std::string take_replies() { return std::exchange(replies_, {}); }
  [[nodiscard]] Tally take_tally() noexcept { return std::exchange(tally_, {}); }
  [[nodiscard]] bool reading_content() const noexcept;
  [[nodiscard]] std::uint64_t progress() const noexcept { return progress_; }
  [[nodiscard]] std::uint64_t mails_ended() const noexcept { return mails_ended_; }
  [[nodiscard]] std::uint64_t content_bytes() const noexcept { return raw_read_; }
  [[nodiscard]] std::uint64_t chunks() const noexcept { return chunks_; }

 private:
  enum class Mode { command, data, chunk, recipient, intake, tls, closed };

  // machine.cpp
  [[nodiscard]] bool waits_for_driver() const noexcept;
  void say(const Reply& reply) { append_reply(replies_, reply); }
  void close_with(const Reply& reply);
  void say_error(const Reply& reply);
  [[nodiscard]] bool may_idle();
  [[nodiscard]] std::string_view unread() const noexcept;
  void drop_read_input();
  [[nodiscard]] bool read_command();
  void obey_line(std::string_view line);
  void end_transaction();

  // commands.cpp
  void obey(const Command& command);
  void obey_hello(const Command& command);
  void say_extensions();
  void obey_mail(std::string_view argument);
  void obey_rcpt(std::string_view argument);
  void note_wish(const std::string& recipient);
  void obey_data(std::string_view argument);
  void obey_bdat(std::string_view argument);
  void obey_starttls(std::string_view argument);
  void obey_simple(const Command& command);
  void ask_about_recipient();
  [[nodiscard]] ports::Envelope envelope_of_copy(std::size_t copy) const;
  [[nodiscard]] std::optional<Reply> refusal_of_mail() const;
  [[nodiscard]] std::optional<Reply> refusal_of_content() const;

  // content.cpp
  [[nodiscard]] bool read_data();
  [[nodiscard]] bool read_chunk();
  [[nodiscard]] std::optional<ContentDecoder::Outcome> take_content(std::string_view piece);
  void end_chunk();
  void ask_intake();
  void hand_over_next_copy();
  void note_outcome(const Reply& reply);
  void say_outcomes();
  void count(const Reply& reply);
  void refuse_bare_newline();

  Settings settings_;
  ByteBudget* budget_;
  Mode mode_ = Mode::command;
  std::optional<Step> question_;  // asked of the driver by next()
  bool drains_ = false;
  std::string replies_;
  Tally tally_;
  std::uint64_t progress_ = 0;
  std::uint64_t mails_ended_ = 0;

  std::string input_;
  std::size_t read_ = 0;          // of input_
  std::size_t line_scanned_ = 0;  // of the unread input: holds no LF

  unsigned errors_ = 0;
  unsigned unknown_commands_ = 0;
  unsigned idle_commands_ = 0;

  // The session's greeting and transaction, RFC 5321 section 4.1.4.
  std::string helo_;
  std::optional<ports::Envelope> envelope_;  // from MAIL on
  std::size_t recipients_beyond_limit_ = 0;
  std::size_t recipients_asked_ = 0;
  std::string recipient_in_question_;
  RcptNotice notice_in_question_;
  std::string notice_id_;  // ENVID; handed over with the first notice asked for

  // What the intake wants apart (RcptVerdict::needs_own_copy) LMTP takes in
  // one transaction: the intake gets one copy after the other, and each
  // recipient the reply to its own (RFC 2033 section 4.2).
  struct Copies {
    std::vector<std::size_t> of_recipients;  // the copy of each, in their order
    std::size_t count = 0;
    std::size_t asked = 0;       // the one that the recipient in question might join
    std::vector<Reply> replies;  // to the copies that were handed over, in order
    std::size_t reserved = 0;    // of the budget, for the copy with the intake
  };
  static constexpr std::size_t kCopiesMax = 8;
  Copies copies_;

  // The content under way.
  ContentBuffer content_;
  ContentDecoder decoder_{ContentDecoder::Framing::dots};
  std::optional<Reply> refusal_;    // of the content; the rest is read and dropped
  std::uint64_t raw_read_ = 0;      // of this mail's content, on the wire
  bool chunked_ = false;            // the transaction began with BDAT
  std::uint64_t chunks_ = 0;        // of this mail
  std::optional<Reply> misplaced_;  // the chunk came in a wrong state; skipped
  ChunkArguments chunk_;            // what is left of it
};

}  // namespace lethe::smtp_protocol
