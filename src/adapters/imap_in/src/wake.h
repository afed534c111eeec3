// Stops or hurries a thread that waits for a socket: a descriptor that poll()
// watches beside it.
#pragma once

namespace lethe::imap_in {

class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void raise() noexcept;  // from any thread
  void clear() noexcept;
  [[nodiscard]] int descriptor() const noexcept { return fd_; }

 private:
  int fd_;
};

}  // namespace lethe::imap_in
