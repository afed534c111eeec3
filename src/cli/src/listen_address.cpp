#include "listen_address.h"

#include <charconv>

namespace lethe::cli {

Result<ListenAddress> parse_listen_address(const std::string& key, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress listen;
  const bool has_port = colon != std::string::npos && colon > 0 && colon + 1 < text.size();
  const char* begin = has_port ? text.data() + colon + 1 : text.data();
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, listen.port);
  if (!has_port || error != std::errc{} || stop != end) {
    return fail(Errc::invalid_argument, key + " is ADDRESS:PORT, not " + text);
  }
  listen.address = text.substr(0, colon);
  if (listen.address.starts_with('[') && listen.address.ends_with(']')) {
    listen.address = listen.address.substr(1, listen.address.size() - 2);
  }
  return listen;
}

}  // namespace lethe::cli
