#include "wire.h"

#include <array>
#include <charconv>
#include <cstring>

#include "lethe/web_protocol/problem.h"

namespace lethe::web {
namespace {

std::string without_control(std::string_view value) {
  std::string out{value};
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace

std::string head_of(const web_protocol::Response& response, std::optional<std::size_t> length,
                    KeepAlive keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += web_protocol::title_of(response.status);
  head += "\r\n";
  for (const web_protocol::Field& field : response.headers) {
    head += without_control(field.name) + ": " + without_control(field.value) + "\r\n";
  }
  // 204 and 304 have no body and so no length (RFC 9110 section 8.6).
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body)
    head += length ? "Content-Length: " + std::to_string(*length) + "\r\n"
                   : "Transfer-Encoding: chunked\r\n";
  head +=
      keep_alive == KeepAlive::yes ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

std::string chunk_of(std::string_view bytes) {
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16).ptr;
  std::string out{digits.data(), end};
  out += "\r\n";
  out += bytes;
  return out += "\r\n";
}

[[gnu::noinline]] void scrub_stack() noexcept {
  char below[std::size_t{64} * 1024];
  explicit_bzero(below, sizeof below);
}

}  // namespace lethe::web
