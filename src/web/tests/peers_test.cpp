#include "peers.h"

#include <doctest/doctest.h>

namespace lethe::web {
namespace {

Peers::Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}
// 2001:db8:0:NETWORK::HOST
Peers::Address ipv6(std::uint8_t network, std::uint8_t host) {
  return {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

TEST_CASE("the last connection that one address may have is let in, the next one is not") {
  Peers peers{2};
  CHECK(peers.enter(ipv4(192, 0, 2, 1)));
  CHECK(peers.enter(ipv4(192, 0, 2, 1)));
  CHECK_FALSE(peers.enter(ipv4(192, 0, 2, 1)));
  CHECK(peers.enter(ipv4(192, 0, 2, 2)));
}

TEST_CASE("who leaves makes room for one, and who was refused has nothing to give back") {
  Peers peers{1};
  CHECK(peers.enter(ipv4(192, 0, 2, 1)));
  CHECK_FALSE(peers.enter(ipv4(192, 0, 2, 1)));
  peers.leave(ipv4(192, 0, 2, 1));
  CHECK(peers.count() == 0);
  CHECK(peers.enter(ipv4(192, 0, 2, 1)));
  CHECK_FALSE(peers.enter(ipv4(192, 0, 2, 1)));
}

TEST_CASE("a network of IPv6 is one peer, its neighbour another one") {
  Peers peers{1};
  CHECK(peers.enter(ipv6(1, 1)));
  CHECK_FALSE(peers.enter(ipv6(1, 2)));
  CHECK(peers.enter(ipv6(2, 1)));
  peers.leave(ipv6(1, 2));
  CHECK(peers.enter(ipv6(1, 3)));
}

TEST_CASE("the proxy on this machine is not counted, other addresses of loopback are") {
  Peers peers{1};
  const Peers::Address six{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  for (int n = 0; n < 10; ++n) {
    CHECK(peers.enter(ipv4(127, 0, 0, 1)));
    CHECK(peers.enter(six));
  }
  CHECK(peers.count() == 0);
  peers.leave(six);
  CHECK(peers.enter(ipv4(127, 0, 0, 2)));
  CHECK_FALSE(peers.enter(ipv4(127, 0, 0, 2)));
}

TEST_CASE("nobody who has left is remembered") {
  Peers peers{3};
  for (int n = 0; n < 1000; ++n) {
    const auto address =
        ipv4(198, 51, static_cast<std::uint8_t>(n / 250), static_cast<std::uint8_t>(n % 250));
    CHECK(peers.enter(address));
    peers.leave(address);
  }
  CHECK(peers.count() == 0);
}

}  // namespace
}  // namespace lethe::web
