#include "lethe/app/app.h"

#include <algorithm>
#include <array>

#include "lethe/base/bytes.h"

namespace lethe::app {
namespace {

std::uint64_t random_bits(ports::Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return read_u64(bytes);
}

}  // namespace

core::PersonId IdMaker::make_person() {
  for (;;) {
    const auto bits = static_cast<std::int64_t>(random_bits(random_) >> 1);
    if (bits != 0) return core::PersonId::of(bits);
  }
}

std::int64_t IdMaker::next() {
  constexpr int kRandomBits = 21;
  // Half of the random space is left above the first id of a millisecond, so that rising ones fit.
  const auto random = static_cast<std::int64_t>(random_bits(random_) & ((1U << 20U) - 1U));
  const std::int64_t fresh = clock_.now_milliseconds() << kRandomBits | random;
  std::int64_t last = last_.load();
  for (;;) {
    const std::int64_t id = fresh > last ? fresh : last + 1;
    if (last_.compare_exchange_weak(last, id)) return id;
  }
}

bool MailInFlight::begin(core::PersonId person) {
  const std::scoped_lock lock{mutex_};
  if (held_.contains(person)) return false;
  leaving_.insert(person);
  return true;
}

void MailInFlight::end(core::PersonId person) {
  const std::scoped_lock lock{mutex_};
  leaving_.extract(person);
  changed_.notify_all();
}

bool MailInFlight::hold_back(const std::vector<core::PersonId>& persons, Seconds patience) {
  std::unique_lock lock{mutex_};
  held_.insert(persons.begin(), persons.end());
  return changed_.wait_for(lock, patience, [&] {
    return std::ranges::none_of(persons, [&](core::PersonId p) { return leaving_.contains(p); });
  });
}

void MailInFlight::release(const std::vector<core::PersonId>& persons) {
  const std::scoped_lock lock{mutex_};
  for (const core::PersonId person : persons) held_.extract(person);
}

}  // namespace lethe::app
