// The words that stand for our enumerations in the certificate's JSON.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "lethe/ledger/certificate.h"

namespace lethe::ledger {

template <class Value, std::size_t N>
using Words = std::array<std::pair<Value, std::string_view>, N>;

inline constexpr Words<ErasureKind, 5> kKindWords{{{ErasureKind::erase, "erase"},
                                                   {ErasureKind::retention, "retention"},
                                                   {ErasureKind::attachments, "attachments"},
                                                   {ErasureKind::raw, "raw"},
                                                   {ErasureKind::redaction, "redaction"}}};
inline constexpr Words<HorizonBasis, 2> kBasisWords{
    {{HorizonBasis::declared, "declared"}, {HorizonBasis::default_value, "default"}}};
inline constexpr Words<LegalGround, 5> kGroundWords{{{LegalGround::expression, "art17(3)(a)"},
                                                     {LegalGround::legal_obligation, "art17(3)(b)"},
                                                     {LegalGround::public_health, "art17(3)(c)"},
                                                     {LegalGround::archiving, "art17(3)(d)"},
                                                     {LegalGround::legal_claims, "art17(3)(e)"}}};
inline constexpr Words<RecipientState, 3> kStateWords{
    {{RecipientState::confirmed, "confirmed"},
     {RecipientState::told, "told"},
     {RecipientState::unreachable, "unreachable"}}};

template <class Value, std::size_t N>
std::string_view word_of(const Words<Value, N>& words, Value value) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const Words<Value, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

}  // namespace lethe::ledger
