// One TCP connection, with TLS when asked, on which every wait has a deadline
// and can be broken off, and every answer a size.
//
// The certificate is always checked: chain, dates and name (RFC 9525). Host
// names and addresses of the peer never stand in a failure's detail.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "failure.h"
#include "wake.h"

namespace lethe::imap_in {

using SteadyTime = std::chrono::steady_clock::time_point;

struct PeerPlace {
  std::string host;
  std::uint16_t port = 0;
  std::string ca_file;  // empty: the system's authorities
};

class Peer {
 public:
  // Tries every address of the host until `deadline`. The name itself is asked
  // of the system's resolver, whose own time-outs hold. `stop` breaks off.
  [[nodiscard]] static Tried<std::unique_ptr<Peer>> connect(const PeerPlace& place, Wake& stop,
                                                            SteadyTime deadline);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] Tried<void> start_tls(const PeerPlace& place);

  // For what follows: when it must have ended, how many bytes may come.
  void limit(SteadyTime deadline, std::size_t bytes_max);
  // 0 at the end, -1 on failure (see failure()).
  [[nodiscard]] long read(std::span<char> into);
  [[nodiscard]] bool write(std::span<const char> bytes);
  // Waits for bytes or `wake`, at most until `deadline`. True: there are bytes, or the peer hung
  // up.
  [[nodiscard]] bool wait_readable(Wake& wake, SteadyTime deadline);

  // Why the last call failed.
  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

 private:
  struct Tls;
  Peer(int fd, Wake& stop);
  enum class For { reading, writing };
  [[nodiscard]] bool wait(For what);
  [[nodiscard]] long read_socket(std::span<char> into);
  [[nodiscard]] bool write_socket(std::span<const char> bytes);
  [[nodiscard]] bool flush_tls();
  [[nodiscard]] bool feed_tls();
  [[nodiscard]] Tried<void> handshake();
  long note(ports::SourceTrouble trouble, std::string detail = {});

  int fd_;
  Wake& stop_;
  SteadyTime deadline_;
  std::size_t bytes_left_ = 0;
  std::unique_ptr<Tls> tls_;
  Failure failure_;
};

}  // namespace lethe::imap_in
