// Reading JSON shapes without exceptions: take() for values, tables for objects.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/time.h"
#include "lethe/core/people_key.h"
#include "lethe/core/retention_rule.h"

namespace lethe::core::retention {

// Each take() says whether `value` had the right shape; `out` is defined only then.
[[nodiscard]] bool take(const boost::json::value& value, bool& out);
[[nodiscard]] bool take(const boost::json::value& value, std::int64_t& out);  // 10 and 10.0
[[nodiscard]] bool take(const boost::json::value& value, std::string& out);
// Days as a number, or "90d", "90d+1s", "90d-1s"; within eight thousand years.
[[nodiscard]] bool take(const boost::json::value& value, Instant& out);
// An id of a foreign system: a number or a text.
[[nodiscard]] bool take(const boost::json::value& value, MatchKey& out);
[[nodiscard]] bool take(const boost::json::value& value, std::vector<std::string>& out);
[[nodiscard]] bool take(const boost::json::value& value, std::vector<MatchKey>& out);
[[nodiscard]] bool take(const boost::json::value& value, Filter& out);  // "*" or a list

// `null` is an absent value.
template <class T>
[[nodiscard]] bool take(const boost::json::value& value, std::optional<T>& out) {
  out.reset();
  return value.is_null() || take(value, out.emplace());
}

// One key of an object and how its value gets into a T.
template <class T>
struct Key {
  std::string_view name;
  Status (*set)(T& target, const boost::json::value& value);
};

[[nodiscard]] inline Status wrong_type() {
  return fail(Errc::invalid_argument, "the value has a wrong type");
}

// For a plain member.
template <class T, auto Member>
[[nodiscard]] Status set_member(T& target, const boost::json::value& value) {
  return take(value, target.*Member) ? Status{} : wrong_type();
}

// For a member that is written as one of several names.
template <class T, auto Member, auto Parse>
[[nodiscard]] Status set_name(T& target, const boost::json::value& value) {
  if (!value.is_string()) return wrong_type();
  LETHE_TRY(target.*Member, Parse(value.get_string()));
  return {};
}

// Fills `target`, in the order of the text; a key outside `keys` is an error.
// `field` of an error is the key where the fault was found, which may be deeper.
template <class T>
[[nodiscard]] Status read_object(const boost::json::value& value, std::span<const Key<T>> keys,
                                 T& target) {
  const auto* object = value.if_object();
  if (object == nullptr) return wrong_type();
  for (const auto& [name, inner] : *object) {
    const auto key = std::ranges::find(keys, std::string_view{name}, &Key<T>::name);
    if (key == keys.end()) return fail(Errc::invalid_argument, "unknown key", std::string{name});
    if (auto status = key->set(target, inner); !status) {
      Error error = std::move(status).error();
      if (error.field.empty()) error.field = name;
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

}  // namespace lethe::core::retention
