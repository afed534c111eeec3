// Lines of a raw mail. They end in LF or CRLF; in a mail without any LF they
// end in CR, as old Macintosh programs wrote them.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace lethe::mime {

class Lines {
 public:
  explicit Lines(std::string_view raw)
      : raw_(raw), end_mark_(!raw.contains('\n') && raw.contains('\r') ? '\r' : '\n') {}

  [[nodiscard]] std::string_view raw() const noexcept { return raw_; }
  [[nodiscard]] std::size_t size() const noexcept { return raw_.size(); }

  // Where the line at `begin` stops: at its LF (or CR), or at the end.
  [[nodiscard]] std::size_t stop(std::size_t begin) const noexcept {
    if (begin >= raw_.size()) return raw_.size();
    const void* const mark = std::memchr(raw_.data() + begin, end_mark_, raw_.size() - begin);
    if (mark == nullptr) return raw_.size();
    return static_cast<std::size_t>(static_cast<const char*>(mark) - raw_.data());
  }
  // The start of the line after the one that stops at `stop`.
  [[nodiscard]] std::size_t after(std::size_t stop) const noexcept {
    return stop < raw_.size() ? stop + 1 : stop;
  }
  // The line without its end.
  [[nodiscard]] std::string_view text(std::size_t begin, std::size_t stop) const noexcept {
    if (stop > begin && end_mark_ == '\n' && stop < raw_.size() && raw_[stop - 1] == '\r') --stop;
    return raw_.substr(begin, stop - begin);
  }
  // Where the content stops that precedes a line at `begin`: the line end
  // before a delimiter belongs to the delimiter (RFC 2046, 5.1.1).
  [[nodiscard]] std::size_t before(std::size_t begin, std::size_t content_begin) const noexcept {
    if (begin > content_begin && raw_[begin - 1] == end_mark_) --begin;
    if (begin > content_begin && end_mark_ == '\n' && raw_[begin - 1] == '\r') --begin;
    return begin;
  }

 private:
  std::string_view raw_;
  char end_mark_;
};

}  // namespace lethe::mime
