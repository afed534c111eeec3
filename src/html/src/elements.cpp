#include "elements.h"

#include <algorithm>
#include <array>

namespace lethe::html {
namespace {

constexpr std::uint16_t kNone = 0;

// Sorted by name.
constexpr auto kElements = std::to_array<Element>({
    {"a", kFormatting},
    {"abbr", kNone},
    {"acronym", kNone},
    {"address", kBlock},
    {"article", kBlock},
    {"aside", kBlock},
    {"b", kFormatting},
    {"bdi", kNone},
    {"bdo", kNone},
    {"big", kFormatting},
    {"blockquote", kBlock},
    {"br", kVoid},
    {"caption", kCell},
    {"center", kBlock},
    {"cite", kNone},
    {"code", kFormatting},
    {"col", kVoid | kTableStructure},
    {"colgroup", kTableStructure},
    {"dd", kBlock | kDefinition},
    {"del", kNone},
    {"dfn", kNone},
    {"dir", kBlock | kList},
    {"div", kBlock},
    {"dl", kBlock},
    {"dt", kBlock | kDefinition},
    {"em", kFormatting},
    {"figcaption", kBlock},
    {"figure", kBlock},
    {"font", kFormatting},
    {"footer", kBlock},
    {"h1", kBlock | kHeading},
    {"h2", kBlock | kHeading},
    {"h3", kBlock | kHeading},
    {"h4", kBlock | kHeading},
    {"h5", kBlock | kHeading},
    {"h6", kBlock | kHeading},
    {"header", kBlock},
    {"hr", kVoid | kBlock},
    {"i", kFormatting},
    {"img", kVoid},
    {"ins", kNone},
    {"kbd", kNone},
    {"li", kBlock | kListItem},
    {"main", kBlock},
    {"mark", kNone},
    {"menu", kBlock | kList},
    {"nav", kBlock},
    {"ol", kBlock | kList},
    {"p", kBlock},
    {"pre", kBlock},
    {"q", kNone},
    {"s", kFormatting},
    {"samp", kNone},
    {"section", kBlock},
    {"small", kFormatting},
    {"span", kNone},
    {"strike", kFormatting},
    {"strong", kFormatting},
    {"sub", kNone},
    {"sup", kNone},
    {"table", kBlock | kTableStructure},
    {"tbody", kTableStructure},
    {"td", kCell},
    {"tfoot", kTableStructure},
    {"th", kCell},
    {"thead", kTableStructure},
    {"time", kNone},
    {"tr", kTableStructure},
    {"tt", kFormatting},
    {"u", kFormatting},
    {"ul", kBlock | kList},
    {"var", kNone},
    {"wbr", kVoid},
});
static_assert(std::ranges::is_sorted(kElements, {}, &Element::name));

}  // namespace

const Element* allowed_element(std::string_view name) noexcept {
  const auto found = std::ranges::lower_bound(kElements, name, {}, &Element::name);
  return found != kElements.end() && found->name == name ? &*found : nullptr;
}

}  // namespace lethe::html
