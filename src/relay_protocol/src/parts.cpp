#include "parts.h"

#include <algorithm>

#include "lethe/core/address.h"

namespace lethe::relay_protocol {
namespace {

using ports::RelayAnswer;
using ports::RelayOutcome;

// Quotes and line breaks as HTML forms write them (RFC 7578 section 2, HTML
// "multipart/form-data encoding algorithm").
std::string quoted(std::string_view text) {
  std::string out{'"'};
  for (const char c : text) {
    if (c == '"') {
      out += "%22";
    } else if (static_cast<unsigned char>(c) >= ' ') {
      out += c;
    }
  }
  return out += '"';
}

RelayOutcome outcome_of(int status) {
  switch (status) {
    case 400:
    case 406:
    case 415:
    case 422:
      return RelayOutcome::refused;
    case 413:
      return RelayOutcome::too_large;
    case 408:
    case 409:
    case 425:
    case 429:
      return RelayOutcome::deferred;
    default:
      // 5xx: perhaps it fell over after the effect. 1xx and 6xx make no sense.
      return status >= 300 && status < 500 ? RelayOutcome::misconfigured : RelayOutcome::unknown;
  }
}

}  // namespace

boost::json::value errors_in(const HttpAnswer& answer) {
  boost::system::error_code error;
  const boost::json::value said = boost::json::parse(answer.body.reveal(), error);
  const boost::json::object* object = error ? nullptr : said.if_object();
  const boost::json::value* errors = object ? object->if_contains("errors") : nullptr;
  return errors != nullptr ? *errors : boost::json::value();
}

bool is_success(const HttpAnswer& answer) noexcept {
  return answer.reached == HttpAnswer::Reached::answered && answer.status >= 200 &&
         answer.status < 300;
}

RelayAnswer judge_failure(const HttpAnswer& answer) {
  switch (answer.reached) {
    case HttpAnswer::Reached::no:
      return {RelayOutcome::deferred, {}, "not reached: " + answer.trouble};
    case HttpAnswer::Reached::perhaps:
      return {RelayOutcome::unknown, {}, "no answer: " + answer.trouble};
    case HttpAnswer::Reached::answered:
      break;
  }
  RelayAnswer judged{outcome_of(answer.status), {}, "answered " + std::to_string(answer.status)};
  // Elsewhere it says when to follow a redirect, or when to look at a result.
  if (answer.status == 429 || answer.status == 503) judged.pause = answer.retry_after;
  return judged;
}

RelayAnswer judge_failure(const HttpAnswer& answer, const std::vector<std::string>& faulty,
                          std::span<const std::string_view> of_the_mail) {
  RelayAnswer judged = judge_failure(answer);
  const bool is_ours = std::ranges::any_of(faulty, [&](const std::string& field) {
    return std::ranges::find(of_the_mail, field) == of_the_mail.end();
  });
  if (judged.outcome != RelayOutcome::refused || !is_ours) return judged;
  judged.outcome = RelayOutcome::misconfigured;
  judged.why += ", and it is not the mail's fault";
  return judged;
}

RelayAnswer judge_failed_question(const HttpAnswer& answer) {
  RelayAnswer judged = judge_failure(answer);
  if (judged.outcome != RelayOutcome::misconfigured) judged.outcome = RelayOutcome::deferred;
  return judged;
}

FormData::FormData(std::string_view key) : boundary_("lethe-" + std::string{key}) {}

void FormData::add(std::string_view name, std::string_view value) {
  body_.append("--").append(boundary_).append("\r\nContent-Disposition: form-data; name=");
  body_.append(quoted(name)).append("\r\n\r\n").append(value).append("\r\n");
}

void FormData::add_file(std::string_view name, const mime::Attachment& file) {
  const std::string_view file_name =
      file.name.empty() ? std::string_view{"attachment"} : std::string_view{file.name};
  const std::string_view type = file.type.empty() ? std::string_view{"application/octet-stream"}
                                                  : std::string_view{file.type};
  body_.append("--").append(boundary_).append("\r\nContent-Disposition: form-data; name=");
  body_.append(quoted(name)).append("; filename=").append(quoted(file_name));
  body_.append("\r\nContent-Type: ").append(type).append("\r\n\r\n");
  body_.append(file.content).append("\r\n");
}

std::string FormData::content_type() const { return "multipart/form-data; boundary=" + boundary_; }

Plaintext FormData::finish() && {
  body_.append("--").append(boundary_).append("--\r\n");
  return Plaintext{std::move(body_)};
}

mime::Mailbox author_of(const mime::Message& mail, const ports::Envelope& envelope) {
  for (const mime::Mailbox& from : mail.from) {
    const auto address = core::EmailAddress::parse(from.address);
    if (address) return {from.name, address->normalised()};
  }
  const auto sender = core::EmailAddress::parse(envelope.sender);
  return {{}, sender ? sender->normalised() : std::string{}};
}

std::string reference_line(std::string_view key) { return "lethe-" + std::string{key}; }

}  // namespace lethe::relay_protocol
