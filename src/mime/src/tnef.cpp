#include "tnef.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "charset.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "words.h"

namespace lethe::mime {
namespace {

constexpr std::uint32_t kSignature = 0x223E9F78;
constexpr std::size_t kItemsMax = 10'000;

enum class Attribute : std::uint32_t {
  oem_codepage = 0x00069007,
  body = 0x0002800C,
  mapi_properties = 0x00069003,
  attach_rendering = 0x00069002,  // begins an attachment
  attach_title = 0x00018010,
  attach_data = 0x0006800F,
  attach_properties = 0x00069005,
};

enum class Property : std::uint16_t {
  body = 0x1000,
  rtf_compressed = 0x1009,
  body_html = 0x1013,
  display_name = 0x3001,
  attach_data = 0x3701,
  attach_file_name = 0x3704,
  attach_long_file_name = 0x3707,
  attach_mime_tag = 0x370E,
  attach_content_id = 0x3712,
  internet_codepage = 0x3FDE,
};

constexpr std::uint16_t kObject = 0x000D;
constexpr std::uint16_t kString8 = 0x001E;
constexpr std::uint16_t kUnicode = 0x001F;
constexpr std::uint16_t kBinary = 0x0102;
constexpr std::uint16_t kManyValues = 0x1000;

// Little-endian reading that knows when it ran out.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return rest_.empty(); }

  std::uint32_t number(std::size_t width) {
    const std::string_view bytes = take(width);
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
      value = (value << 8U) | static_cast<std::uint8_t>(bytes[i]);
    }
    return value;
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  // A value padded to four bytes; the last one may lack its padding.
  std::string_view take_padded(std::size_t size) {
    const std::string_view taken = take(size);
    rest_.remove_prefix(std::min(rest_.size(), (4 - size % 4) % 4));
    return taken;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::size_t width_of(std::uint16_t type) {
  switch (type) {
    case 0x0005:  // double
    case 0x0006:  // currency
    case 0x0007:  // application time
    case 0x0014:  // 64-bit integer
    case 0x0040:  // time
      return 8;
    case 0x0048:  // class id
      return 16;
    default:
      return 4;
  }
}

struct MapiValue {
  Property id{};
  std::uint16_t type = 0;
  std::string_view bytes;  // of the first value

  [[nodiscard]] std::uint32_t number() const {
    return Reader{bytes}.number(std::min<std::size_t>(4, bytes.size()));
  }
};

void skip_property_name(Reader& reader) {
  reader.take(16);  // the set it belongs to
  if (reader.number(4) == 0) {
    reader.take(4);
  } else {
    reader.take_padded(reader.number(4));
  }
}

// Calls `visit` with each property; false when the list is damaged.
template <class Visit>
bool for_each_property(std::string_view bytes, Visit visit) {
  Reader reader{bytes};
  const std::uint32_t count = reader.number(4);
  for (std::uint32_t i = 0; i < count && i < kItemsMax && reader.ok(); ++i) {
    const auto type = static_cast<std::uint16_t>(reader.number(2));
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    if (id >= 0x8000) skip_property_name(reader);
    const auto base = static_cast<std::uint16_t>(type & ~kManyValues);
    const bool sized = base == kString8 || base == kUnicode || base == kObject || base == kBinary;
    const bool many = (type & kManyValues) != 0;
    const std::uint32_t values = sized || many ? reader.number(4) : 1;
    MapiValue value{.id = static_cast<Property>(id), .type = base, .bytes = {}};
    for (std::uint32_t v = 0; v < values && v < kItemsMax && reader.ok(); ++v) {
      const std::string_view one = reader.take_padded(sized ? reader.number(4) : width_of(base));
      if (v == 0) value.bytes = one;
    }
    if (reader.ok()) visit(value);
  }
  return reader.ok();
}

// An embedded message begins with the id of its interface (IID_IMessage).
std::string_view without_message_interface(const MapiValue& value) {
  constexpr std::string_view kMessage{"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16};
  const bool message = value.type == kObject && value.bytes.starts_with(kMessage);
  return message ? value.bytes.substr(kMessage.size()) : value.bytes;
}

std::string_view until_nul(std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); }

std::string charset_of_codepage(std::uint32_t codepage) {
  switch (codepage) {
    case 0:
      return {};
    case 65001:
      return "utf-8";
    case 20127:
      return "us-ascii";
    case 20866:
      return "koi8-r";
    case 21866:
      return "koi8-u";
    case 28591:
    case 28592:
    case 28595:
    case 28597:
    case 28599:
    case 28605:
      return "iso-8859-" + std::to_string(codepage - 28590);
    default:
      return codepage < 2000 ? "cp" + std::to_string(codepage) : std::string{};
  }
}

class Unpacker {
 public:
  Tnef run(std::string_view bytes) && {
    Reader reader{bytes};
    if (reader.number(4) != kSignature || !reader.ok()) return {};
    reader.take(2);
    std::size_t attributes = 0;
    while (!reader.done() && tnef_.attachments.size() < kItemsMax && attributes < kItemsMax) {
      if (!take_attribute(reader)) {
        tnef_.damaged = true;
        break;
      }
      ++attributes;
    }
    finish_attachment();
    tnef_.recognised = attributes > 0;
    set_charsets();
    return std::move(tnef_);
  }

 private:
  bool take_attribute(Reader& reader) {
    const std::uint32_t level = reader.number(1);
    if (level != 1 && level != 2) return false;
    const auto attribute = static_cast<Attribute>(reader.number(4));
    const std::string_view data = reader.take(reader.number(4));
    const std::uint32_t checksum = reader.number(2);
    if (!reader.ok()) return false;
    std::uint32_t sum = 0;
    for (const char c : data) sum += static_cast<std::uint8_t>(c);
    if ((sum & 0xFFFFU) != checksum) tnef_.damaged = true;
    take(attribute, data);
    return true;
  }

  void take(Attribute attribute, std::string_view data) {
    switch (attribute) {
      case Attribute::oem_codepage:
        codepage_ = MapiValue{.bytes = data}.number();
        return;
      case Attribute::body:
        return add_body(TnefBodyKind::text, std::string{until_nul(data)}, {});
      case Attribute::mapi_properties:
        if (!for_each_property(data, [this](const MapiValue& v) { take_message_property(v); })) {
          tnef_.damaged = true;
        }
        return;
      case Attribute::attach_rendering:
        finish_attachment();
        open_ = Attachment{};
        return;
      case Attribute::attach_title:
        if (title_.empty()) title_ = until_nul(data);
        return;
      case Attribute::attach_data:
        attachment().content = data;
        return;
      case Attribute::attach_properties:
        attachment();
        if (!for_each_property(data, [this](const MapiValue& v) { take_attachment_property(v); })) {
          tnef_.damaged = true;
        }
        return;
    }
  }

  Attachment& attachment() {
    if (!open_) open_ = Attachment{};
    return *open_;
  }

  void add_body(TnefBodyKind kind, std::string bytes, std::string charset) {
    if (bytes.empty()) return;
    const bool known =
        std::ranges::any_of(tnef_.bodies, [&](const TnefBody& b) { return b.kind == kind; });
    if (!known)
      tnef_.bodies.push_back(
          {.kind = kind, .bytes = std::move(bytes), .charset = std::move(charset)});
  }

  void take_message_property(const MapiValue& value) {
    switch (value.id) {
      case Property::internet_codepage:
        internet_codepage_ = value.number();
        return;
      case Property::rtf_compressed:
        return add_body(TnefBodyKind::rtf, decompressed_rtf(value.bytes), {});
      case Property::body:
      case Property::body_html: {
        const TnefBodyKind kind =
            value.id == Property::body ? TnefBodyKind::text : TnefBodyKind::html;
        if (value.type == kUnicode) return add_body(kind, text_of(value), "utf-8");
        if (value.type == kString8 || value.type == kBinary) {
          return add_body(kind, std::string{until_nul(value.bytes)}, {});
        }
        return;
      }
      default:
        return;
    }
  }

  void take_attachment_property(const MapiValue& value) {
    Attachment& file = attachment();
    switch (value.id) {
      case Property::attach_data:
        // A file that was announced by another attribute is kept beside this one.
        if (!file.content.empty()) second_content_ = std::exchange(file.content, {});
        file.content = without_message_interface(value);
        return;
      case Property::attach_long_file_name:
        long_name_ = text_of(value);
        return;
      case Property::attach_file_name:
        if (short_name_.empty()) short_name_ = text_of(value);
        return;
      case Property::display_name:
        if (display_name_.empty()) display_name_ = text_of(value);
        return;
      case Property::attach_mime_tag:
        file.type = ascii_lower(one_line(text_of(value)));
        return;
      case Property::attach_content_id: {
        auto ids = parse_message_ids(text_of(value));
        if (!ids.empty()) file.content_id = std::move(ids.front());
        return;
      }
      default:
        return;
    }
  }

  [[nodiscard]] std::string text_of(const MapiValue& value) const {
    if (value.type == kUnicode) {
      std::string text = decode(value.bytes, "utf-16le").text;
      return std::string{until_nul(text)};
    }
    return decode(until_nul(value.bytes), charset_of_codepage(codepage_)).text;
  }

  void finish_attachment() {
    if (open_) {
      const std::string title = decode(title_, charset_of_codepage(codepage_)).text;
      for (const std::string& name : {long_name_, title, short_name_, display_name_}) {
        if (open_->name.empty()) open_->name = safe_file_name(one_line(name));
      }
      if (!open_->type.contains('/')) open_->type = "application/octet-stream";
      open_->is_inline = !open_->content_id.empty();
      if (!second_content_.empty() && second_content_ != open_->content) {
        tnef_.attachments.push_back({.name = open_->name,
                                     .type = "application/octet-stream",
                                     .content_id = {},
                                     .content = std::move(second_content_)});
      }
      tnef_.attachments.push_back(*std::move(open_));
    }
    open_.reset();
    second_content_.clear();
    for (std::string* name : {&title_, &long_name_, &short_name_, &display_name_}) name->clear();
  }

  void set_charsets() {
    for (TnefBody& body : tnef_.bodies) {
      const bool html = body.kind == TnefBodyKind::html;
      if (html && body.charset.empty()) body.charset = charset_of_codepage(internet_codepage_);
      if (html && body.charset.empty()) body.charset = charset_in_html(body.bytes);
      if (body.kind == TnefBodyKind::text && body.charset.empty()) {
        body.charset = charset_of_codepage(codepage_);
      }
    }
  }

  Tnef tnef_;
  std::optional<Attachment> open_;
  std::string second_content_;
  std::string title_, long_name_, short_name_, display_name_;
  std::uint32_t codepage_ = 0;
  std::uint32_t internet_codepage_ = 0;
};

// The dictionary that both sides of the compression begin with.
constexpr std::string_view kRtfDictionary =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript "
    "\\fdecor MS Sans SerifSymbolArialTimes New "
    "RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

std::string inflated_rtf(std::string_view tokens) {
  constexpr std::size_t kWindow = 4096;
  std::string window{kRtfDictionary};
  std::size_t write = window.size();
  window.resize(kWindow, ' ');
  std::string out;
  const auto put = [&](char c) {
    out.push_back(c);
    window[write] = c;
    write = (write + 1) % kWindow;
  };
  std::size_t at = 0;
  while (at < tokens.size()) {
    const auto control = static_cast<std::uint8_t>(tokens[at++]);
    for (unsigned bit = 0; bit < 8 && at < tokens.size(); ++bit) {
      if (((control >> bit) & 1U) == 0) {
        put(tokens[at++]);
        continue;
      }
      if (at + 1 >= tokens.size()) return out;
      const unsigned reference =
          (static_cast<unsigned>(static_cast<std::uint8_t>(tokens[at])) << 8U) |
          static_cast<std::uint8_t>(tokens[at + 1]);
      at += 2;
      std::size_t from = reference >> 4U;
      if (from == write) return out;  // the end mark
      for (unsigned i = 0; i < (reference & 0xFU) + 2; ++i) {
        put(window[from]);
        from = (from + 1) % kWindow;
      }
    }
  }
  return out;
}

}  // namespace

Tnef unpack_tnef(std::string_view bytes) { return Unpacker{}.run(bytes); }

std::string decompressed_rtf(std::string_view compressed) {
  constexpr std::uint32_t kCompressed = 0x75465A4C;  // "LZFu"
  constexpr std::uint32_t kPlain = 0x414C454D;       // "MELA"
  Reader reader{compressed};
  const std::uint32_t size_after = reader.number(4);
  const std::uint32_t plain_size = reader.number(4);
  const std::uint32_t kind = reader.number(4);
  reader.take(4);  // checksum
  if (!reader.ok() || size_after < 12) return {};
  const std::string_view tokens = compressed.substr(16, size_after - 12);
  if (kind == kPlain) return std::string{tokens.substr(0, plain_size)};
  if (kind != kCompressed) return {};
  std::string rtf = inflated_rtf(tokens);
  if (rtf.size() > plain_size) rtf.resize(plain_size);
  return rtf;
}

}  // namespace lethe::mime
