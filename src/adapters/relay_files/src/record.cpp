#include "record.h"

#include <sodium.h>

#include <algorithm>

namespace lethe::relay_files {
namespace {

constexpr std::size_t kChecked = 48;
using Check = std::array<std::uint8_t, 16>;

Check check_of(ByteView bytes) {
  Check check{};
  crypto_generichash(check.data(), check.size(), bytes.data(), bytes.size(), nullptr, 0);
  return check;
}

bool is_kind(std::uint8_t byte) {
  return byte >= static_cast<std::uint8_t>(Kind::tried) &&
         byte <= static_cast<std::uint8_t>(Kind::open);
}

}  // namespace

void append(Bytes& out, const Record& record) {
  const std::size_t begin = out.size();
  out.push_back(static_cast<std::uint8_t>(record.kind));
  out.resize(begin + 8);
  append_u64(out, static_cast<std::uint64_t>(unix_seconds(record.at)));
  out.insert(out.end(), record.digest.begin(), record.digest.end());
  append_u64(out, record.mailbox);
  append_u64(out, record.reference);
  const Check check = check_of(ByteView{out}.subspan(begin, kChecked));
  out.insert(out.end(), check.begin(), check.end());
}

std::optional<Record> parse(ByteView bytes) {
  if (bytes.size() != kRecordBytes || !is_kind(bytes[0])) return std::nullopt;
  if (!std::ranges::equal(check_of(bytes.first(kChecked)), bytes.subspan(kChecked))) {
    return std::nullopt;
  }
  Record record{.kind = static_cast<Kind>(bytes[0]),
                .at = instant_of(static_cast<std::int64_t>(read_u64(bytes.subspan(8, 8)))),
                .mailbox = read_u64(bytes.subspan(32, 8)),
                .reference = read_u64(bytes.subspan(40, 8))};
  std::ranges::copy(bytes.subspan(16, 16), record.digest.begin());
  return record;
}

}  // namespace lethe::relay_files
