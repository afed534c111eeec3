#include <algorithm>

#include "machine.h"

namespace lethe::smtp_protocol {
namespace {

constexpr Reply kNoArguments{501, "5.5.4", "This command takes no arguments."};
constexpr Reply kUnknownCommand{500, "5.5.1", "Unknown command."};
constexpr Reply kNotOffered{502, "5.5.1", "This command is not offered."};
constexpr Reply kHelloFirst{503, "5.5.1", "Say hello first."};
constexpr Reply kMailFirst{503, "5.5.1", "MAIL comes first."};
constexpr Reply kRcptFirst{503, "5.5.1", "RCPT comes first."};
constexpr Reply kTransactionOpen{503, "5.5.1", "A message is already under way."};
constexpr Reply kChunksOpen{503, "5.5.1", "This message comes by BDAT."};
constexpr Reply kNoRoom{452, "4.3.1", "No room for this message now. Send it again later."};
constexpr Reply kTooLarge{552, "5.3.4", "The message is larger than the server takes."};

// RCPT beyond the limit are answered one by one, so that the sender splits;
// this many per mail, then the session ends.
constexpr std::size_t kRecipientsBeyondLimitMax = 1000;
constexpr std::size_t kHelloBytesMax = 255;

bool is_printable_word(std::string_view text) noexcept {
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f;
  });
}

// What browsers send when a page makes them talk to a mail port; their body
// could hold commands, so nothing more of it is read.
constexpr Reply kWebRequest{521, "5.5.1", "This is a mail server; the session ends."};

}  // namespace

void Session::Machine::obey(const Command& command) {
  switch (command.verb) {
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo:
      return obey_hello(command);
    case Verb::mail:
      return obey_mail(command.argument);
    case Verb::rcpt:
      return obey_rcpt(command.argument);
    case Verb::data:
      return obey_data(command.argument);
    case Verb::bdat:
      return obey_bdat(command.argument);
    case Verb::starttls:
      return obey_starttls(command.argument);
    case Verb::quit:
      return close_with({221, "2.0.0", "Goodbye."});
    case Verb::web_request:
      return close_with(kWebRequest);
    case Verb::expn:
    case Verb::auth:
      return say_error(kNotOffered);
    case Verb::unknown:
      if (++unknown_commands_ <= settings_.limits.unknown_commands)
        return say_error(kUnknownCommand);
      return close_with({421, "4.7.0", "Too many unknown commands; the session ends."});
    case Verb::rset:
    case Verb::noop:
    case Verb::vrfy:
    case Verb::help:
      if (may_idle()) obey_simple(command);
  }
}

void Session::Machine::obey_simple(const Command& command) {
  switch (command.verb) {
    case Verb::rset:
      if (!command.argument.empty()) return say_error(kNoArguments);
      end_transaction();
      return say({250, "2.0.0", "Forgotten."});
    case Verb::vrfy:  // answers nothing about who has an address here
      return say({252, "2.5.0", "Cannot verify; send the message and see."});
    case Verb::help:
      return say({214, "2.0.0", "See RFC 5321. This server takes mail for a help desk."});
    default:
      return say({250, "2.0.0", "Still here."});
  }
}

void Session::Machine::obey_hello(const Command& command) {
  if ((settings_.dialect == Dialect::lmtp) != (command.verb == Verb::lhlo)) {
    return say_error(kUnknownCommand);
  }
  if (command.argument.empty() || command.argument.size() > kHelloBytesMax ||
      !is_printable_word(command.argument)) {
    return say_error({501, "5.5.4", "A name must follow."});
  }
  if (!may_idle()) return;
  end_transaction();
  helo_ = command.argument;
  if (command.verb == Verb::helo) {
    replies_ += "250 " + settings_.host_name + "\r\n";
  } else {
    say_extensions();
  }
}

void Session::Machine::say_extensions() {
  replies_ += "250-" + settings_.host_name + "\r\n";
  replies_ += "250-PIPELINING\r\n";
  replies_ += "250-SIZE " + std::to_string(settings_.limits.message_bytes) + "\r\n";
  replies_ += "250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n";
  if (settings_.offers_notices) replies_ += "250-DSN\r\n";
  if (settings_.offers_tls && !settings_.is_encrypted) replies_ += "250-STARTTLS\r\n";
  replies_ += "250-LIMITS RCPTMAX=" + std::to_string(settings_.limits.recipients) + "\r\n";
  replies_ += "250 ENHANCEDSTATUSCODES\r\n";
}

void Session::Machine::obey_mail(std::string_view argument) {
  if (const auto refusal = refusal_of_mail()) return say_error(*refusal);
  auto mail = parse_mail_arguments(argument);
  if (!mail) return say_error(mail.error());
  notice_id_ = std::move(mail->notice.envelope_id).value_or("");
  if (mail->size > settings_.limits.message_bytes) {
    ++tally_.refused;
    return say_error(kTooLarge);
  }
  if (mail->size > budget_->left()) {
    ++tally_.deferred;
    return say(kNoRoom);
  }
  envelope_ = ports::Envelope{
      .sender = std::move(mail->sender),
      .recipients = {},
      .smtputf8 = mail->smtputf8,
      .tls = settings_.is_encrypted,
      .peer_address = settings_.peer_address,
      .helo = helo_,
      .door = settings_.dialect == Dialect::lmtp ? ports::Door::lmtp : ports::Door::smtp};
  say({250, "2.1.0", "Sender noted."});
}

std::optional<Reply> Session::Machine::refusal_of_mail() const {
  if (helo_.empty()) return kHelloFirst;
  if (envelope_) return kTransactionOpen;
  return std::nullopt;
}

void Session::Machine::obey_rcpt(std::string_view argument) {
  if (!envelope_) return say_error(kMailFirst);
  if (chunked_) return say_error(kChunksOpen);
  auto rcpt = parse_rcpt_arguments(argument, envelope_->smtputf8);
  if (!rcpt) return say_error(rcpt.error());
  ++recipients_asked_;
  if (envelope_->recipients.size() >= settings_.limits.recipients) {
    if (++recipients_beyond_limit_ > kRecipientsBeyondLimitMax) {
      return close_with({421, "4.5.3", "Far too many recipients; the session ends."});
    }
    return say({452, "4.5.3", "Too many recipients; send the others their own copy."});
  }
  notice_in_question_ = std::move(rcpt->notice);
  recipient_in_question_ = std::move(rcpt->recipient);
  copies_.asked = 0;
  ask_about_recipient();
}

void Session::Machine::ask_about_recipient() {
  question_ = CheckRecipient{envelope_of_copy(copies_.asked), recipient_in_question_};
  mode_ = Mode::recipient;
}

ports::Envelope Session::Machine::envelope_of_copy(std::size_t copy) const {
  ports::Envelope envelope = *envelope_;
  envelope.recipients.clear();
  for (std::size_t n = 0; n < copies_.of_recipients.size(); ++n) {
    if (copies_.of_recipients[n] == copy) envelope.recipients.push_back(envelope_->recipients[n]);
  }
  std::erase_if(envelope.notices, [&](const ports::DeliveryNotice& notice) {
    return std::ranges::find(envelope.recipients, notice.recipient) == envelope.recipients.end();
  });
  return envelope;
}

void Session::Machine::recipient_checked(const Result<ports::RcptVerdict>& verdict) {
  if (mode_ == Mode::closed) return;
  mode_ = Mode::command;
  const bool is_apart = verdict && *verdict == ports::RcptVerdict::needs_own_copy;
  if (is_apart && settings_.dialect == Dialect::lmtp && copies_.asked < copies_.count &&
      copies_.asked + 1 < kCopiesMax) {
    ++copies_.asked;
    return ask_about_recipient();
  }
  const Reply reply = reply_to_recipient(verdict);
  std::string recipient = std::exchange(recipient_in_question_, {});
  if (reply.code < 300) {
    note_wish(recipient);
    envelope_->recipients.push_back(std::move(recipient));
    copies_.of_recipients.push_back(copies_.asked);
    copies_.count = std::max(copies_.count, copies_.asked + 1);
    return say(reply);
  }
  ++(reply.code < 500 ? tally_.deferred : tally_.refused);
  say_error(reply);
}

// Of the parameters only what a notice will say goes into the envelope.
void Session::Machine::note_wish(const std::string& recipient) {
  RcptNotice wish = std::exchange(notice_in_question_, {});
  if (!settings_.offers_notices || !wish.wants_success.value_or(false)) return;
  envelope_->notice_id = notice_id_;
  envelope_->notices.push_back({recipient, std::move(wish.original_recipient).value_or("")});
}

std::optional<Reply> Session::Machine::refusal_of_content() const {
  if (!envelope_) return kMailFirst;
  if (!envelope_->recipients.empty()) return std::nullopt;
  if (recipients_asked_ == 0 || settings_.dialect == Dialect::lmtp) return kRcptFirst;
  return Reply{554, "5.5.1", "No recipient was accepted."};
}

void Session::Machine::obey_data(std::string_view argument) {
  if (!argument.empty()) return say_error(kNoArguments);
  if (chunked_) return say_error(kChunksOpen);
  if (const auto refusal = refusal_of_content()) return say_error(*refusal);
  if (!content_.make_room(1)) {
    ++tally_.deferred;
    return say(kNoRoom);
  }
  decoder_ = ContentDecoder{ContentDecoder::Framing::dots};
  mode_ = Mode::data;
  say({354, "", "Send the message; end with a dot on a line by itself."});
}

void Session::Machine::obey_bdat(std::string_view argument) {
  const auto chunk = parse_chunk_arguments(argument);
  // Where an unreadable chunk ends nobody knows, so its bytes would be read as
  // commands; the same for one that is too large to skip.
  if (!chunk) return close_with({501, "5.5.4", "A size must follow; the session ends."});
  if (chunk->bytes / 2 > settings_.limits.message_bytes) return close_with(kTooLarge);
  misplaced_ = refusal_of_content();
  if (!misplaced_ && !chunked_) {
    chunked_ = true;
    decoder_ = ContentDecoder{ContentDecoder::Framing::octets};
  }
  ++chunks_;
  chunk_ = *chunk;
  mode_ = Mode::chunk;
}

void Session::Machine::obey_starttls(std::string_view argument) {
  if (!settings_.offers_tls) return say_error(kNotOffered);
  if (!argument.empty()) return say_error(kNoArguments);
  if (settings_.is_encrypted) return say_error({503, "5.5.1", "TLS is already on."});
  say({220, "2.0.0", "Start TLS now."});
  // All that was said in clear is forgotten, commands behind STARTTLS above
  // all: somebody in between could have added them (RFC 3207 section 4.2).
  end_transaction();
  helo_.clear();
  read_ = input_.size();
  question_ = StartTls{};
  mode_ = Mode::tls;
}

}  // namespace lethe::smtp_protocol
