// Who counts as one peer of the HTTP server, and how many connections each has open.
//
// One peer is an IPv4 address, or an IPv6 /64, which is what one customer of a network usually
// gets. 127.0.0.1 and ::1 are never counted: that is where the reverse proxy on this machine comes
// from, which stands for everybody.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace lethe::web {

class Peers {
 public:
  using Address = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2)

  explicit Peers(std::size_t most) : most_(most) {}
  // False when the peer has `most` connections already; what entered has to leave().
  [[nodiscard]] bool enter(const Address& address) {
    if (is_proxy(address)) return true;
    std::size_t& open = open_[key_of(address)];
    if (open >= most_) return false;
    ++open;
    return true;
  }
  void leave(const Address& address) {
    const auto found = open_.find(key_of(address));
    if (found == open_.end() || is_proxy(address)) return;
    if (--found->second == 0) open_.erase(found);
  }
  // Peers that have connections now, proxies aside.
  [[nodiscard]] std::size_t count() const noexcept { return open_.size(); }

 private:
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static bool is_ipv4(const Address& address) {
    return std::equal(kMapped.begin(), kMapped.end(), address.begin());
  }
  static bool is_proxy(const Address& address) {
    constexpr Address kLoopback4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
    constexpr Address kLoopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address == kLoopback4 || address == kLoopback6;
  }
  static Address key_of(Address address) {
    if (!is_ipv4(address)) std::fill(address.begin() + 8, address.end(), std::uint8_t{0});
    return address;
  }

  std::size_t most_;
  std::map<Address, std::size_t> open_;
};

}  // namespace lethe::web
