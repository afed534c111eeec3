#include "dialogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::smtp_out {
namespace {

constexpr std::array<std::pair<std::string_view, Stage>, 8> kCommands{{
    {"EHLO", Stage::hello},
    {"HELO", Stage::hello},
    {"STARTTLS", Stage::start_tls},
    {"AUTH", Stage::sign_in},
    {"MAIL", Stage::sender},
    {"RCPT", Stage::recipient},
    {"DATA", Stage::data},
    {"BDAT", Stage::content},
}};

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::greeting:
      return "the connection";
    case Stage::hello:
      return "EHLO";
    case Stage::start_tls:
      return "STARTTLS";
    case Stage::sign_in:
      return "the sign-in";
    case Stage::sender:
      return "the sender address";
    case Stage::recipient:
      return "the recipients";
    case Stage::data:
      return "DATA";
    case Stage::content:
      return "the message";
    case Stage::other:
      break;
  }
  return "a command";
}

// 0 when the line does not begin with a code.
int code_of(std::string_view line) {
  int code = 0;
  if (line.size() < 3) return code;
  std::from_chars(std::to_address(line.begin()), std::to_address(line.begin() + 3), code);
  return code;
}

bool is_about_the_mail(Stage stage) {
  return stage == Stage::sender || stage == Stage::recipient || stage == Stage::data ||
         stage == Stage::content;
}

// A refusal of us, not of this mail, is no reason to give the mail up.
Errc errc_of(Stage stage, int code) {
  if (code < 500) return Errc::unavailable;
  if (stage == Stage::sign_in || code == 530 || code == 535) return Errc::unauthenticated;
  if (!is_about_the_mail(stage)) return Errc::unavailable;
  return code == 552 ? Errc::too_large : Errc::forbidden;
}

}  // namespace

void Dialogue::note_command(std::string_view line) {
  for (const auto& [verb, stage] : kCommands) {
    if (starts_with_ignoring_ascii_case(line, verb)) {
      stage_ = stage;
      return;
    }
  }
  // What follows AUTH are bare lines of base64.
  if (stage_ != Stage::sign_in || line.starts_with("NOOP") || line.starts_with("QUIT")) {
    stage_ = Stage::other;
  }
}

bool Dialogue::note_reply(std::string_view line) {
  const int code = code_of(line);
  if (stage_ == Stage::hello && code == 250) {
    const std::string_view extension = line.substr(std::min<std::size_t>(4, line.size()));
    if (starts_with_ignoring_ascii_case(extension, "SMTPUTF8")) offers_smtputf8_ = true;
    if (starts_with_ignoring_ascii_case(extension, "AUTH ")) offers_sign_in_ = true;
  }
  if (line.substr(3, 1) == "-") return true;  // more lines of this reply follow
  if (stage_ == Stage::recipient) recipient_codes_.push_back(code);
  if (stage_ == Stage::content) content_code_ = code;
  if (code >= 400 && stage_ != Stage::other) {
    failed_stage_ = stage_;
    failed_code_ = code;
  }
  if (stage_ == Stage::data && code == 354) stage_ = Stage::content;
  if (stage_ == Stage::start_tls && code == 220) is_encrypted_ = true;
  return stage_ != Stage::hello || code != 250 || ends_hello();
}

// The extensions are complete: is there what we need?
bool Dialogue::ends_hello() {
  if (needs_.start_tls && !is_encrypted_) {
    offers_smtputf8_ = offers_sign_in_ = false;  // they will be named again
    return true;
  }
  if (needs_.sign_in && !offers_sign_in_) {
    missing_ = Error{Errc::unauthenticated, "The mail server offers no sign-in.", {}};
  } else if (needs_.smtputf8 && !offers_smtputf8_) {
    missing_ =
        Error{Errc::unsupported, "The mail server takes no addresses beyond ASCII (SMTPUTF8).", {}};
  }
  return !missing_;
}

std::vector<ports::RefusedRecipient> Dialogue::refused() const {
  std::vector<ports::RefusedRecipient> refused;
  for (std::size_t i = 0; i < recipient_codes_.size(); ++i) {
    const int code = recipient_codes_[i];
    if (code < 400) continue;
    const auto kind = code < 500 ? ports::Refusal::temporary : ports::Refusal::permanent;
    refused.push_back({.index = i, .kind = kind, .smtp_code = code});
  }
  return refused;
}

// 421 is the server's good-bye (RFC 5321 section 3.8), whatever was asked; 530 and 535 want us to
// sign in.
bool Dialogue::refused_every_recipient() const {
  return failed_stage_ == Stage::recipient && std::ranges::all_of(recipient_codes_, [](int code) {
           return code >= 400 && code != 421 && code != 530 && code != 535;
         });
}

std::optional<Error> Dialogue::complaint() const {
  if (missing_) return missing_;
  if (failed_code_ == 0) return std::nullopt;
  // Refused recipients do not explain a mail that others were to have.
  const bool some_accepted = std::ranges::any_of(recipient_codes_, [](int c) { return c < 400; });
  if (failed_stage_ == Stage::recipient && some_accepted) return std::nullopt;
  return Error{errc_of(failed_stage_, failed_code_),
               "The mail server answered " + std::to_string(failed_code_) + " to " +
                   std::string{name_of(failed_stage_)} + ".",
               {}};
}

}  // namespace lethe::smtp_out
