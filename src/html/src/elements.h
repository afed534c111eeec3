// The elements a shown mail may hold, and what the repair of their nesting needs to know about
// them.
#pragma once

#include <cstdint>
#include <string_view>

namespace lethe::html {

enum Trait : std::uint16_t {
  kVoid = 1,             // no content, no end tag
  kFormatting = 2,       // reopened by parsers when left open
  kBlock = 4,            // ends an open paragraph
  kHeading = 8,          //
  kTableStructure = 16,  // table, tbody, tr ...: text does not belong directly inside
  kCell = 32,            // td, th, caption: a scope of its own
  kListItem = 64,        // li
  kList = 128,           // ul, ol: a scope for items
  kDefinition = 256,     // dt, dd
};

struct Element {
  std::string_view name;
  std::uint16_t traits;
  [[nodiscard]] bool is(Trait trait) const noexcept { return (traits & trait) != 0; }
};

// Null when the element is not allowed. `name` in lower case. The result lives for ever; equal
// names give equal pointers.
[[nodiscard]] const Element* allowed_element(std::string_view name) noexcept;

}  // namespace lethe::html
