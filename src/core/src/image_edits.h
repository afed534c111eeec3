// Changes to a file that are noted first and made together, so that a file that turns out damaged
// stays as it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core::image_location {

// A stretch of the file. All reading is relative to it and never leaves it.
class Window {
 public:
  Window(std::string_view file, std::size_t begin, std::size_t size)
      : bytes_(file.substr(begin, size)), begin_(begin) {}

  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool holds(std::uint64_t at, std::uint64_t size) const noexcept {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }
  [[nodiscard]] bool has_at(std::size_t at, std::string_view text) const noexcept {
    return holds(at, text.size()) && bytes_.substr(at, text.size()) == text;
  }
  // An unsigned number of `size` bytes; 0 beyond the end: ask holds() first.
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t size, bool little) const noexcept;
  [[nodiscard]] std::uint64_t big(std::size_t at, std::size_t size) const noexcept {
    return number(at, size, false);
  }
  [[nodiscard]] Window part(std::size_t at, std::size_t size) const {
    return {bytes_, at, size, begin_ + at};
  }

 private:
  Window(std::string_view bytes, std::size_t at, std::size_t size, std::size_t begin)
      : bytes_(bytes.substr(at, size)), begin_(begin) {}
  std::string_view bytes_;
  std::size_t begin_ = 0;  // in the file
};

class Edits {
 public:
  // Places in the file, not in a window.
  void fill(std::size_t at, std::size_t size, char with) {
    edits_.push_back({at, std::string(size, with)});
  }
  void write(std::size_t at, std::string bytes) { edits_.push_back({at, std::move(bytes)}); }
  void take(Edits&& more) {
    std::ranges::move(more.edits_, std::back_inserter(edits_));
    damaged_ = damaged_ || more.damaged_;
  }
  void damaged() noexcept { damaged_ = true; }

  [[nodiscard]] bool is_damaged() const noexcept { return damaged_; }
  [[nodiscard]] bool empty() const noexcept { return edits_.empty(); }
  // `bytes` stand at `begin` of the file and hold every place noted.
  void apply(std::string& bytes, std::size_t begin) const;

 private:
  struct Edit {
    std::size_t at;
    std::string bytes;
  };
  std::vector<Edit> edits_;
  bool damaged_ = false;
};

// The metadata that several formats carry. Each notes what has to go.
void clean_tiff(const Window& tiff, Edits& edits);  // from "II" or "MM" on
// The same inside another file, which shows without it: what contradicts itself goes whole.
void clean_exif(const Window& tiff, Edits& edits);
void clean_xmp(const Window& packet, Edits& edits);     // an XML text
void clean_photoshop(const Window& irb, Edits& edits);  // image resource blocks with IPTC
void clean_iptc(const Window& iim, Edits& edits);

void clean_jpeg(const Window& file, Edits& edits);
void clean_png(const Window& file, Edits& edits);
void clean_webp(const Window& file, Edits& edits);
void clean_heif(const Window& file, Edits& edits);

}  // namespace lethe::core::image_location
