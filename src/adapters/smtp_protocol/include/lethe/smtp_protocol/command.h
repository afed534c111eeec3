// Command lines of SMTP (RFC 5321) and LMTP (RFC 2033) and their arguments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/smtp_protocol/address.h"
#include "lethe/smtp_protocol/delivery_notice.h"
#include "lethe/smtp_protocol/reply.h"

namespace lethe::smtp_protocol {

enum class Verb {
  ehlo,
  helo,
  lhlo,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  vrfy,
  expn,
  help,
  quit,
  starttls,
  auth,
  web_request,  // GET, POST ...: a browser tricked into talking to us
  unknown,
};

struct Command {
  Verb verb = Verb::unknown;
  std::string_view argument;  // into the line, trimmed
};

// `line` without its CRLF.
[[nodiscard]] Command parse_command(std::string_view line) noexcept;

struct MailArguments {
  std::string sender;                 // empty: the null sender
  std::optional<std::uint64_t> size;  // RFC 1870, as declared
  bool smtputf8 = false;
  MailNotice notice;
};
// "FROM:<path> [SIZE=n] [BODY=7BIT|8BITMIME] [SMTPUTF8] [RET=FULL|HDRS]
// [ENVID=xtext]"; a blank after the colon is tolerated, as every server does.
[[nodiscard]] OrReply<MailArguments> parse_mail_arguments(std::string_view argument);

struct RcptArguments {
  std::string recipient;
  RcptNotice notice;
};
// "TO:<path> [NOTIFY=...] [ORCPT=...]". UTF-8 needs `smtputf8` at MAIL.
[[nodiscard]] OrReply<RcptArguments> parse_rcpt_arguments(std::string_view argument, bool smtputf8);

struct ChunkArguments {
  std::uint64_t bytes = 0;
  bool is_last = false;
};
// "n [LAST]", RFC 3030.
[[nodiscard]] std::optional<ChunkArguments> parse_chunk_arguments(std::string_view argument);

}  // namespace lethe::smtp_protocol
