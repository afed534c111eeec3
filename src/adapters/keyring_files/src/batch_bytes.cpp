#include "batch_bytes.h"

#include <algorithm>
#include <type_traits>

namespace lethe::keyring_files {
namespace {

using namespace ports;

// The one description of every row, for writing and for reading.
template <class Archive, class Row>
void fields(Archive& each, Row& row) {
  using T = std::remove_const_t<Row>;
  if constexpr (std::is_same_v<T, ContentKeyName>) {
    each(row.bucket, row.person, row.ticket, row.key_class, row.serial);
  } else if constexpr (std::is_same_v<T, ContentKeyRow>) {
    each(row.name, row.wrapped);
  } else if constexpr (std::is_same_v<T, NamedName>) {
    each(row.kind, row.number);
  } else if constexpr (std::is_same_v<T, BucketRow>) {
    each(row.bucket, row.wrapped);
  } else if constexpr (std::is_same_v<T, NamedRow>) {
    each(row.name, row.ends_at, row.wrapped);
  } else if constexpr (std::is_same_v<T, AddressRow>) {
    each(row.digest, row.person);
  } else if constexpr (std::is_same_v<T, TombstoneRow>) {
    each(row.epoch, row.digest);
  } else if constexpr (std::is_same_v<T, PunctureRow>) {
    each(row.sequence, row.at, row.person, row.ticket, row.key_class);
  } else if constexpr (std::is_same_v<T, RetiredKeyRow>) {
    each(row.key_id, row.at);
  } else if constexpr (std::is_same_v<T, JournalRow>) {
    each(row.id, row.kind, row.at, row.person, row.sealed);
  } else if constexpr (std::is_same_v<T, Head>) {
    each(row.workspace, row.sequence, row.generation, row.stamp);
  } else {
    static_assert(std::is_same_v<T, KeyringBatch>);
    each(row.removed_keys, row.removed_named, row.removed_addresses, row.removed_journal_of,
         row.removed_tombstones_below, row.removed_history_before);
    each(row.content_keys, row.buckets, row.named, row.addresses, row.tombstones, row.punctures,
         row.retired_keys, row.journal, row.stamp);
  }
}

class Writer {
 public:
  template <class... Fields>
  void operator()(const Fields&... values) {
    (put(values), ...);
  }
  Bytes take() { return std::move(out_); }

 private:
  template <class T>
    requires std::is_integral_v<T>
  void put(T value) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out_.push_back(static_cast<std::uint8_t>(bits >> shift));
    }
  }
  void put(const Bytes& bytes) {
    put(bytes.size());
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void put(const std::array<std::uint8_t, 16>& bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void put(Instant at) { put(unix_seconds(at)); }
  template <class Tag>
  void put(const Id<Tag>& id) {
    put(id.value());
  }
  template <class T>
  void put(const std::optional<T>& maybe) {
    put(maybe.has_value());
    if (maybe) put(*maybe);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put(list.size());
    for (const T& item : list) put(item);
  }
  template <class Row>
    requires std::is_class_v<Row>
  void put(const Row& row) {
    fields(*this, row);
  }

  Bytes out_;
};

// Ids have no empty value: this one is overwritten.
template <class T>
T blank() {
  if constexpr (std::is_same_v<T, core::PersonId> || std::is_same_v<T, core::TicketId>) {
    return T::of(1);
  } else if constexpr (std::is_same_v<T, AddressRow>) {
    return {.digest = {}, .person = core::PersonId::of(1)};
  } else if constexpr (std::is_same_v<T, PunctureRow>) {
    return {.at = {}, .person = core::PersonId::of(1), .ticket = {}, .key_class = {}};
  } else {
    return T{};
  }
}

// After the first thing that does not fit, everything read is empty and done() is false.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}
  template <class... Fields>
  void operator()(Fields&... values) {
    (get(values), ...);
  }
  [[nodiscard]] bool done() const { return good_ && left_.empty(); }

 private:
  ByteView cut(std::uint64_t size) {
    good_ = good_ && size <= left_.size();
    if (!good_) return {};
    const ByteView part = left_.first(static_cast<std::size_t>(size));
    left_ = left_.subspan(static_cast<std::size_t>(size));
    return part;
  }
  std::uint64_t number() {
    const ByteView eight = cut(8);
    return good_ ? read_u64(eight) : 0;
  }
  template <class T>
    requires std::is_integral_v<T>
  void get(T& value) {
    const std::uint64_t bits = number();
    value = static_cast<T>(bits);
    good_ = good_ && static_cast<std::uint64_t>(value) == bits;
  }
  void get(Bytes& bytes) {
    const ByteView part = cut(number());
    bytes.assign(part.begin(), part.end());
  }
  void get(std::array<std::uint8_t, 16>& bytes) {
    const ByteView part = cut(bytes.size());
    if (good_) std::ranges::copy(part, bytes.begin());
  }
  void get(Instant& at) {
    std::int64_t seconds = 0;
    get(seconds);
    at = instant_of(seconds);
  }
  template <class Tag>
  void get(Id<Tag>& id) {
    std::int64_t value = 0;
    get(value);
    good_ = good_ && value > 0;
    if (good_) id = Id<Tag>::of(value);
  }
  template <class T>
  void get(std::optional<T>& maybe) {
    bool present = false;
    get(present);
    if (!present) return maybe.reset();
    T value = blank<T>();
    get(value);
    maybe = value;
  }
  template <class T>
  void get(std::vector<T>& list) {
    const std::uint64_t count = number();
    good_ = good_ && count <= left_.size() / 8;  // the shortest item has 8 bytes
    list.clear();
    for (std::uint64_t i = 0; good_ && i < count; ++i) {
      list.push_back(blank<T>());
      get(list.back());
    }
  }
  template <class Row>
    requires std::is_class_v<Row>
  void get(Row& row) {
    fields(*this, row);
  }

  ByteView left_;
  bool good_ = true;
};

template <class T>
Bytes encoded(const T& value) {
  Writer writer;
  writer(value);
  return writer.take();
}

template <class T>
Result<T> decoded(ByteView bytes) {
  T value;
  Reader reader{bytes};
  reader(value);
  if (!reader.done()) return fail(Errc::corrupt, "a message about the keyring is malformed");
  return value;
}

}  // namespace

Bytes encode(const Head& head) { return encoded(head); }
Bytes encode(const KeyringBatch& batch) { return encoded(batch); }
Result<Head> decode_head(ByteView bytes) { return decoded<Head>(bytes); }
Result<KeyringBatch> decode_batch(ByteView bytes) { return decoded<KeyringBatch>(bytes); }

}  // namespace lethe::keyring_files
