#include "lethe/web_protocol/negotiate.h"

#include "lethe/base/text.h"

namespace lethe::web_protocol {
namespace {

struct Weighted {
  std::string_view value;
  int thousandths = 1000;
};

// "0.5" -> 500; what is no weight counts as 1, as if it had not been sent.
int parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  if (text[0] == '1') return 1000;
  int value = 0;
  int scale = 100;
  for (std::size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i) {
    value += (text[i] - '0') * scale;
    scale /= 10;
  }
  return value;
}

std::vector<Weighted> parse_weighted(std::string_view header) {
  static constexpr std::size_t kItemsMax = 64;
  std::vector<Weighted> items;
  for (const std::string_view raw : split(header, ',')) {
    if (items.size() == kItemsMax) break;
    const auto parts = split(raw, ';');
    Weighted item{trimmed(parts.front())};
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string_view parameter = trimmed(parts[i]);
      if (starts_with_ignoring_ascii_case(parameter, "q=")) {
        item.thousandths = parse_weight(parameter.substr(2));
      }
    }
    if (!item.value.empty()) items.push_back(item);
  }
  return items;
}

// How closely `range` names `offer`: 0 not at all, 3 exactly.
int closeness(std::string_view range, std::string_view offer) {
  if (equals_ignoring_ascii_case(range, offer)) return 3;
  if (range == "*/*") return 1;
  const bool is_kind = range.ends_with("/*");
  if (is_kind && starts_with_ignoring_ascii_case(offer, range.substr(0, range.size() - 1)))
    return 2;
  return 0;
}

int weight_of(const std::vector<Weighted>& ranges, std::string_view offer) {
  int best = 0;
  int weight = 0;
  for (const Weighted& range : ranges) {
    const int close = closeness(range.value, offer);
    if (close > best) {
      best = close;
      weight = range.thousandths;
    }
  }
  return weight;
}

}  // namespace

std::optional<std::string_view> best_media_type(std::string_view accept,
                                                const std::vector<std::string_view>& offers) {
  if (offers.empty()) return std::nullopt;
  const auto ranges = parse_weighted(accept);
  if (ranges.empty()) return offers.front();
  std::optional<std::string_view> best;
  int best_weight = 0;
  for (const std::string_view offer : offers) {
    const int weight = weight_of(ranges, offer);
    if (weight > best_weight) {
      best = offer;
      best_weight = weight;
    }
  }
  return best;
}

std::string_view best_language(std::string_view accept_language,
                               const std::vector<std::string_view>& offers) {
  std::string_view best = offers.empty() ? std::string_view{} : offers.front();
  int best_weight = 0;
  for (const Weighted& wanted : parse_weighted(accept_language)) {
    const std::string_view primary = wanted.value.substr(0, wanted.value.find('-'));
    for (const std::string_view offer : offers) {
      if (wanted.thousandths > best_weight && equals_ignoring_ascii_case(primary, offer)) {
        best = offer;
        best_weight = wanted.thousandths;
      }
    }
  }
  return best;
}

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) {
  for (const Weighted& item : parse_weighted(accept_encoding)) {
    if (equals_ignoring_ascii_case(item.value, coding)) return item.thousandths > 0;
  }
  return false;
}

}  // namespace lethe::web_protocol
