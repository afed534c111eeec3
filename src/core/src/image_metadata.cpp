// Exif (TIFF directories), XMP packets, IPTC records and the boxes of HEIF.
#include <algorithm>
#include <array>
#include <optional>

#include "image_edits.h"

namespace lethe::core::image_location {
namespace {

constexpr std::size_t kDirectoriesMax = 64;
constexpr std::size_t kEntriesMax = 512;
constexpr std::uint64_t kValueBytesMax = 64 * 1024;
constexpr std::size_t kEntry = 12;

enum Tag : std::uint64_t {
  kSubDirectories = 0x014A,
  kXmpTag = 0x02BC,
  kIptcTag = 0x83BB,
  kPhotoshopTag = 0x8649,
  kExifDirectory = 0x8769,
  kGpsDirectory = 0x8825,
};

// Bytes of one value of a TIFF type; 0 for unknown types.
std::uint64_t size_of_type(std::uint64_t type) {
  static constexpr std::array<std::uint8_t, 14> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < kSizes.size() ? kSizes[type] : 0;
}

class Directories {
 public:
  Directories(const Window& tiff, Edits& edits)
      : tiff_(tiff), edits_(edits), little_(tiff.has_at(0, "II")) {}

  void clean() {
    waiting_.push_back(number(4, 4));
    for (std::size_t next = 0; next < waiting_.size(); ++next) {
      if (waiting_.size() > kDirectoriesMax) return edits_.damaged();
      if (!clean_directory(waiting_[next])) return edits_.damaged();
    }
  }

 private:
  struct Entry {
    std::size_t at;
    std::uint64_t tag, type, count;
    std::uint64_t bytes;  // of all its values
    std::uint64_t value;  // the first number, or where the values stand
  };

  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t size) const {
    return tiff_.number(at, size, little_);
  }

  [[nodiscard]] Entry entry_at(std::size_t at) const {
    Entry entry{at, number(at, 2), number(at + 2, 2), number(at + 4, 4), 0, 0};
    entry.bytes = entry.count * size_of_type(entry.type);
    entry.value = number(at + 8, entry.bytes <= 2 && entry.bytes > 0 ? 2 : 4);
    return entry;
  }

  // Where the entries begin and how many there are.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> entries(
      std::uint64_t directory) const {
    if (!tiff_.holds(directory, 2)) return std::nullopt;
    const auto count = static_cast<std::size_t>(number(directory, 2));
    if (count > kEntriesMax || !tiff_.holds(directory + 2, count * kEntry)) return std::nullopt;
    return std::pair{static_cast<std::size_t>(directory) + 2, count};
  }

  void wait_for(std::uint64_t directory) {
    if (directory == 0) return;
    if (std::ranges::find(waiting_, directory) == waiting_.end()) waiting_.push_back(directory);
  }

  bool clean_directory(std::uint64_t directory) {
    const auto found = entries(directory);
    if (!found) return false;
    const auto [begin, count] = *found;
    std::vector<std::size_t> gone;
    for (std::size_t n = 0; n < count; ++n) {
      const Entry entry = entry_at(begin + n * kEntry);
      if (entry.tag == kGpsDirectory) {
        gone.push_back(n);
        if (!blank_directory(entry.value)) return false;
      } else if (!look_into(entry)) {
        return false;
      }
    }
    const std::size_t end = begin + count * kEntry;
    if (!gone.empty()) close_gaps(begin, count, gone);
    // Missing in a directory that ends the file: then nothing follows. Programs that take the
    // thumbnail out leave a link to nowhere.
    if (tiff_.holds(end, 4) && entries(number(end, 4))) wait_for(number(end, 4));
    return true;
  }

  bool look_into(const Entry& entry) {
    if (entry.tag == kExifDirectory) wait_for(entry.value);
    if (entry.tag == kSubDirectories && entry.count == 1) wait_for(entry.value);
    if (entry.tag == kSubDirectories && entry.count > 1) {
      if (entry.count > kDirectoriesMax || !tiff_.holds(entry.value, entry.bytes)) return false;
      for (std::size_t n = 0; n < entry.count; ++n) wait_for(number(entry.value + n * 4, 4));
    }
    const bool is_text =
        entry.tag == kXmpTag || entry.tag == kIptcTag || entry.tag == kPhotoshopTag;
    if (!is_text || entry.bytes <= 4) return true;
    if (!tiff_.holds(entry.value, entry.bytes)) return false;
    const Window text = tiff_.part(entry.value, entry.bytes);
    if (entry.tag == kXmpTag) clean_xmp(text, edits_);
    if (entry.tag == kIptcTag) clean_iptc(text, edits_);
    if (entry.tag == kPhotoshopTag) clean_photoshop(text, edits_);
    return true;
  }

  // The GPS directory with all that it points at.
  bool blank_directory(std::uint64_t directory) {
    const auto found = entries(directory);
    if (!found) return false;
    const auto [begin, count] = *found;
    for (std::size_t n = 0; n < count; ++n) {
      const Entry entry = entry_at(begin + n * kEntry);
      if (entry.bytes <= 4) continue;
      if (entry.bytes > kValueBytesMax || !tiff_.holds(entry.value, entry.bytes)) return false;
      edits_.fill(tiff_.begin() + entry.value, entry.bytes, '\0');
    }
    edits_.fill(tiff_.begin() + directory, 2 + count * kEntry, '\0');
    return true;
  }

  // Entries that stay move together, the link to the next directory behind them.
  void close_gaps(std::size_t begin, std::size_t count, const std::vector<std::size_t>& gone) {
    std::string kept;
    for (std::size_t n = 0; n < count; ++n) {
      if (std::ranges::find(gone, n) == gone.end())
        kept += tiff_.bytes().substr(begin + n * kEntry, kEntry);
    }
    const std::size_t link = begin + count * kEntry;
    const std::size_t link_bytes = tiff_.holds(link, 4) ? 4 : 0;
    kept += tiff_.bytes().substr(link, link_bytes);
    kept.resize(count * kEntry + link_bytes, '\0');
    const auto left = static_cast<std::uint16_t>(count - gone.size());
    const char low = static_cast<char>(left & 0xFF);
    const char high = static_cast<char>(left >> 8);
    edits_.write(tiff_.begin() + begin - 2,
                 (little_ ? std::string{low, high} : std::string{high, low}) + kept);
  }

  const Window& tiff_;
  Edits& edits_;
  bool little_;
  std::vector<std::uint64_t> waiting_;
};

}  // namespace

void clean_tiff(const Window& tiff, Edits& edits) {
  const bool is_tiff =
      tiff.has_at(0, std::string_view{"II*\0", 4}) || tiff.has_at(0, std::string_view{"MM\0*", 4});
  if (!is_tiff || tiff.size() < 8) return edits.damaged();
  Directories{tiff, edits}.clean();
}

void clean_exif(const Window& tiff, Edits& edits) {
  if (tiff.bytes().find_first_not_of('\0') == std::string_view::npos) return;
  Edits own;
  clean_tiff(tiff, own);
  if (own.is_damaged()) return edits.fill(tiff.begin(), tiff.size(), '\0');
  edits.take(std::move(own));
}

void clean_xmp(const Window& packet, Edits& edits) {
  static constexpr auto kPlaces = std::to_array<std::string_view>(
      {"GPS", "Location", "geo:", "photoshop:City", "photoshop:State", "photoshop:Country",
       "CountryCode", "CountryName", "ProvinceState", "Sublocation"});
  const std::string_view text = packet.bytes();
  // Sixteen bits to a letter: it cannot be read here, so it goes.
  const bool is_wide =
      text.find('\0') != std::string_view::npos && text.find('\0') + 1 < text.size() / 2;
  const bool names_place = std::ranges::any_of(
      kPlaces, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
  if (is_wide || names_place) edits.fill(packet.begin(), packet.size(), ' ');
}

void clean_iptc(const Window& iim, Edits& edits) {
  static constexpr auto kPlaces = std::to_array<std::uint64_t>({26, 27, 90, 92, 95, 100, 101});
  for (std::size_t at = 0; at + 5 <= iim.size();) {
    if (iim.big(at, 1) != 0x1C) return;  // padding
    const std::uint64_t size = iim.big(at + 3, 2);
    // Longer than any place name: lengths of lengths, for pictures in the record.
    if ((size & 0x8000U) != 0) return;
    if (!iim.holds(at + 5, size)) return edits.damaged();
    const bool is_place =
        iim.big(at + 1, 1) == 2 && std::ranges::find(kPlaces, iim.big(at + 2, 1)) != kPlaces.end();
    const bool is_blank =
        iim.bytes().substr(at + 5, size).find_first_not_of(' ') == std::string_view::npos;
    if (is_place && !is_blank) edits.fill(iim.begin() + at + 5, size, ' ');
    at += 5 + size;
  }
}

void clean_photoshop(const Window& irb, Edits& edits) {
  constexpr std::uint64_t kIptcResource = 0x0404;
  for (std::size_t at = 0; at + 12 <= irb.size();) {
    if (!irb.has_at(at, "8BIM")) return;
    const std::uint64_t name = irb.big(at + 6, 1) + 1;
    const std::size_t head = at + 6 + name + (name & 1);
    if (!irb.holds(head, 4)) return edits.damaged();
    const std::uint64_t size = irb.big(head, 4);
    if (!irb.holds(head + 4, size)) return edits.damaged();
    if (irb.big(at + 4, 2) == kIptcResource) clean_iptc(irb.part(head + 4, size), edits);
    at = head + 4 + size + (size & 1);
  }
}

namespace {

// A box of ISO/IEC 14496-12: its content and where the next begins.
struct Box {
  std::string_view type;
  Window content;
  std::size_t next;
};

std::optional<Box> box_at(const Window& in, std::size_t at) {
  if (!in.holds(at, 8)) return std::nullopt;
  std::uint64_t size = in.big(at, 4);
  std::size_t head = 8;
  if (size == 1) {
    size = in.big(at + 8, 8);
    head = 16;
  }
  if (size == 0) size = in.size() - at;
  if (size < head || !in.holds(at, size)) return std::nullopt;
  return Box{in.bytes().substr(at + 4, 4), in.part(at + head, size - head), at + size};
}

std::optional<Window> find_box(const Window& in, std::size_t at, std::string_view type) {
  while (at < in.size()) {
    const auto box = box_at(in, at);
    if (!box) return std::nullopt;
    if (box->type == type) return box->content;
    at = box->next;
  }
  return std::nullopt;
}

struct MetadataItems {
  std::vector<std::uint64_t> exif, xmp;
};

// iinf: which items are Exif, which XMP.
MetadataItems metadata_items(const Window& iinf) {
  MetadataItems items;
  std::size_t at = iinf.big(0, 1) == 0 ? 6 : 8;
  for (std::size_t n = 0; n < 4096 && at < iinf.size(); ++n) {
    const auto box = box_at(iinf, at);
    if (!box) break;
    const Window& infe = box->content;
    const std::uint64_t version = infe.big(0, 1);
    const std::size_t id_bytes = version >= 3 ? 4 : 2;
    const std::size_t type = 4 + id_bytes + 2;
    if (box->type == "infe" && version >= 2) {
      if (infe.has_at(type, "Exif")) items.exif.push_back(infe.big(4, id_bytes));
      const bool is_xmp = infe.has_at(type, "mime") &&
                          infe.bytes().find("application/rdf+xml") != std::string_view::npos;
      if (is_xmp) items.xmp.push_back(infe.big(4, id_bytes));
    }
    at = box->next;
  }
  return items;
}

// Walks iloc; calls `each(item, place, size)` for extents that stand in the file itself. False when
// it ends before it should.
template <class Each>
bool each_extent(const Window& iloc, Each&& each) {
  const std::uint64_t version = iloc.big(0, 1);
  const std::uint64_t sizes = iloc.big(4, 2);
  const std::size_t offset_bytes = (sizes >> 12) & 0xF;
  const std::size_t length_bytes = (sizes >> 8) & 0xF;
  const std::size_t base_bytes = (sizes >> 4) & 0xF;
  const std::size_t index_bytes = version == 0 ? 0 : sizes & 0xF;
  const std::size_t id_bytes = version < 2 ? 2 : 4;
  std::size_t at = 6;
  const std::uint64_t count = iloc.big(at, id_bytes);
  at += id_bytes;
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t item = iloc.big(at, id_bytes);
    at += id_bytes;
    const std::uint64_t method = version == 0 ? 0 : iloc.big(at, 2) & 0xF;
    at += version == 0 ? 2 : 4;
    const std::uint64_t base = iloc.big(at, base_bytes);
    at += base_bytes;
    if (!iloc.holds(at, 2)) return false;
    const std::uint64_t extents = iloc.big(at, 2);
    at += 2;
    for (std::uint64_t extent = 0; extent < extents; ++extent) {
      const std::size_t size = index_bytes + offset_bytes + length_bytes;
      if (!iloc.holds(at, size)) return false;
      const std::uint64_t place = iloc.big(at + index_bytes, offset_bytes);
      const std::uint64_t length = iloc.big(at + index_bytes + offset_bytes, length_bytes);
      if (method == 0) each(item, base + place, length);
      at += size;
    }
  }
  return true;
}

}  // namespace

void clean_heif(const Window& file, Edits& edits) {
  const auto meta = find_box(file, 0, "meta");
  if (!meta || meta->size() < 4) return;
  const auto iinf = find_box(*meta, 4, "iinf");
  const auto iloc = find_box(*meta, 4, "iloc");
  if (!iinf || !iloc) return;
  const MetadataItems items = metadata_items(*iinf);
  const auto is_one_of = [](const std::vector<std::uint64_t>& ids, std::uint64_t id) {
    return std::ranges::find(ids, id) != ids.end();
  };
  const bool whole = each_extent(*iloc, [&](std::uint64_t id, std::uint64_t at, std::uint64_t n) {
    const bool is_exif = is_one_of(items.exif, id);
    if (!is_exif && !is_one_of(items.xmp, id)) return;
    if (!file.holds(at, n)) return edits.damaged();
    const Window data = file.part(at, n);
    if (!is_exif) return clean_xmp(data, edits);
    const std::uint64_t skipped = data.big(0, 4) + 4;  // to the head of the TIFF
    if (!data.holds(skipped, 8)) return edits.damaged();
    clean_exif(data.part(skipped, data.size() - skipped), edits);
  });
  if (!whole) edits.damaged();
}

}  // namespace lethe::core::image_location
