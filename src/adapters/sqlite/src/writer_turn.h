#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <semaphore>
#include <utility>

namespace lethe::sqlite {

// Whose turn it is to write among the connections of one process to one file.
//
// SQLite lets one connection write and has the others ask again after naps of up to 100 ms: the
// mail writer would doze while the index writer is long done. Here they wait in line and are woken.
// Other processes are still met by SQLite's own lock.
class WriterLine {
 public:
  // Held until it is destroyed; on any thread.
  class Turn {
   public:
    explicit Turn(std::shared_ptr<WriterLine> line) : line_(std::move(line)) {}
    ~Turn() {
      if (line_) line_->free_.release();
    }
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    std::shared_ptr<WriterLine> line_;
  };

  // Nothing when others wrote all that time.
  [[nodiscard]] static std::optional<Turn> wait_for_turn(const std::shared_ptr<WriterLine>& line,
                                                         std::chrono::milliseconds patience) {
    if (!line->free_.try_acquire_for(patience)) return std::nullopt;
    return Turn{line};
  }

 private:
  std::binary_semaphore free_{1};
};

}  // namespace lethe::sqlite
