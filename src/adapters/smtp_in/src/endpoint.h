// Addresses to listen on, and how a peer is named.
#pragma once

#include <string>
#include <string_view>

#include "asio.h"
#include "lethe/base/result.h"

namespace lethe::smtp_in {

// "192.0.2.1:25", "[::1]:25" or "unix:/path". Errors: invalid_argument.
[[nodiscard]] Result<Protocol::endpoint> parse_endpoint(std::string_view text);

// Bound and listening. Errors: unavailable.
[[nodiscard]] Result<Acceptor> listen_on(const asio::any_io_executor& executor,
                                         const Protocol::endpoint& endpoint);

// The file of a unix socket, named as in parse_endpoint; nothing for TCP.
void remove_socket_file(std::string_view address);

// In the notation of parse_endpoint.
[[nodiscard]] std::string to_text(const Protocol::endpoint& endpoint);

// The IP address alone; empty for a unix socket.
[[nodiscard]] std::string peer_address(const Protocol::endpoint& endpoint);

// Who counts as one peer: an IPv4 address or an IPv6 /64, which is what one
// subscriber gets. Empty for a unix socket, where file permissions guard.
[[nodiscard]] std::string peer_key(const Protocol::endpoint& endpoint);

}  // namespace lethe::smtp_in
