#include "lethe/smtp_protocol/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::smtp_protocol {
namespace {

constexpr Reply kBadSyntax{501, "5.5.4", "Syntax error in the arguments."};
constexpr Reply kUnknownParameter{555, "5.5.4", "This parameter is not offered."};
constexpr Reply kNeedsSmtputf8{553, "5.6.7", "An address with these letters needs SMTPUTF8."};

constexpr std::array<std::pair<std::string_view, Verb>, 22> kVerbs{{
    {"EHLO", Verb::ehlo},         {"HELO", Verb::helo},           {"LHLO", Verb::lhlo},
    {"MAIL", Verb::mail},         {"RCPT", Verb::rcpt},           {"DATA", Verb::data},
    {"BDAT", Verb::bdat},         {"RSET", Verb::rset},           {"NOOP", Verb::noop},
    {"VRFY", Verb::vrfy},         {"EXPN", Verb::expn},           {"HELP", Verb::help},
    {"QUIT", Verb::quit},         {"STARTTLS", Verb::starttls},   {"AUTH", Verb::auth},
    {"GET", Verb::web_request},   {"POST", Verb::web_request},    {"PUT", Verb::web_request},
    {"HEAD", Verb::web_request},  {"OPTIONS", Verb::web_request}, {"CONNECT", Verb::web_request},
    {"PATCH", Verb::web_request},
}};

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

std::size_t word_length(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if(text, is_blank) - text.begin());
}

// The next blank-separated word, taken off `text`.
std::string_view take_word(std::string_view& text) noexcept {
  text = trimmed(text);
  const std::string_view word = text.substr(0, word_length(text));
  text.remove_prefix(word.size());
  return word;
}

std::optional<std::uint64_t> parse_digits(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const char* end = std::to_address(text.end());
  const auto [stop, error] = std::from_chars(std::to_address(text.begin()), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// `argument` behind "FROM:" or "TO:".
OrReply<std::string_view> behind_keyword(std::string_view argument, std::string_view keyword) {
  if (!starts_with_ignoring_ascii_case(argument, keyword)) return std::unexpected(kBadSyntax);
  return trimmed(argument.substr(keyword.size()));
}

// What follows a path: nothing, or a blank and parameters.
OrReply<std::string_view> parameters_behind(std::string_view text, const Path& path) {
  const std::string_view rest = text.substr(path.bytes_read);
  if (!rest.empty() && !is_blank(rest.front())) return std::unexpected(kBadSyntax);
  return rest;
}

std::expected<void, Reply> read_size(MailArguments& mail, std::string_view value) {
  if (mail.size) return std::unexpected(kBadSyntax);
  mail.size = parse_digits(value);
  if (!mail.size) return std::unexpected(kBadSyntax);
  return {};
}

struct Parameter {
  std::string_view name, value;
  bool has_value = false;
};
Parameter parameter_of(std::string_view word) noexcept {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {word, {}, false};
  return {word.substr(0, equals), word.substr(equals + 1), true};
}

std::expected<void, Reply> read_parameter(MailArguments& mail, std::string_view word) {
  const auto [name, value, has_value] = parameter_of(word);
  if (equals_ignoring_ascii_case(name, "SIZE") && has_value) return read_size(mail, value);
  if (equals_ignoring_ascii_case(name, "SMTPUTF8") && !has_value) {
    mail.smtputf8 = true;
    return {};
  }
  if (equals_ignoring_ascii_case(name, "BODY") && (equals_ignoring_ascii_case(value, "7BIT") ||
                                                   equals_ignoring_ascii_case(value, "8BITMIME"))) {
    return {};  // content is kept as bytes in both cases
  }
  LETHE_TRY(const bool is_known, read_mail_notice(mail.notice, name, value));
  if (!is_known) return std::unexpected(kUnknownParameter);
  return {};
}

}  // namespace

Command parse_command(std::string_view line) noexcept {
  const std::string_view word = line.substr(0, word_length(line));
  const std::string_view argument = trimmed(line.substr(word.size()));
  for (const auto& [name, verb] : kVerbs) {
    if (equals_ignoring_ascii_case(word, name)) return {verb, argument};
  }
  return {Verb::unknown, argument};
}

OrReply<MailArguments> parse_mail_arguments(std::string_view argument) {
  LETHE_TRY(const std::string_view text, behind_keyword(argument, "FROM:"));
  LETHE_TRY(Path path, parse_path(text));
  LETHE_TRY(std::string_view rest, parameters_behind(text, path));
  MailArguments mail;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    LETHE_CHECK(read_parameter(mail, word));
  }
  if (!path.is_ascii && !mail.smtputf8) return std::unexpected(kNeedsSmtputf8);
  mail.sender = std::move(path.address);
  return mail;
}

OrReply<RcptArguments> parse_rcpt_arguments(std::string_view argument, bool smtputf8) {
  LETHE_TRY(const std::string_view text, behind_keyword(argument, "TO:"));
  LETHE_TRY(Path path, parse_path(text));
  LETHE_TRY(std::string_view rest, parameters_behind(text, path));
  RcptArguments rcpt;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    const Parameter parameter = parameter_of(word);
    LETHE_TRY(const bool is_known,
              read_rcpt_notice(rcpt.notice, parameter.name, parameter.value, smtputf8));
    if (!is_known) return std::unexpected(kUnknownParameter);
  }
  if (path.address.empty()) return std::unexpected(Reply{501, "5.1.3", "Not an address."});
  if (!path.is_ascii && !smtputf8) return std::unexpected(kNeedsSmtputf8);
  rcpt.recipient = std::move(path.address);
  return rcpt;
}

std::optional<ChunkArguments> parse_chunk_arguments(std::string_view argument) {
  const auto bytes = parse_digits(take_word(argument));
  const std::string_view last = take_word(argument);
  const bool is_last = equals_ignoring_ascii_case(last, "LAST");
  if (!bytes || (!last.empty() && !is_last) || !trimmed(argument).empty()) return std::nullopt;
  return ChunkArguments{*bytes, is_last};
}

}  // namespace lethe::smtp_protocol
