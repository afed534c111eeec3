#include "lethe/relay_protocol/http.h"

#include <algorithm>

#include "lethe/base/encoding.h"

namespace lethe::relay_protocol {

void HttpRequest::add_header(std::string_view name, std::string_view value) {
  std::string line{name};
  line.append(": ").append(value);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  headers.emplace_back(std::move(line));
}

HttpAnswer::Reached reached_by(int status, Ending ending, bool was_sent) noexcept {
  if (status >= 200 && ending == Ending::whole) return HttpAnswer::Reached::answered;
  return status > 0 || was_sent ? HttpAnswer::Reached::perhaps : HttpAnswer::Reached::no;
}

Plaintext basic_credentials(std::string_view user_and_password) {
  return Plaintext{"Basic " + to_base64(as_bytes(user_and_password))};
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.contains(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

}  // namespace lethe::relay_protocol
