// An opinion about sanitised HTML that shares no code with the sanitiser: reads it again with
// Gumbo, as a whole page in a browser would, and names the first thing that may not be there. For
// unit tests, corpus tests and the fuzzer.
#pragma once

#include <gumbo.h>

#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace lethe::html::test {

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

inline bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

inline bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text == word) return true;
  return false;
}

inline std::string fault_of_url(std::string_view name, std::string_view value) {
  const std::string url = lower(value);
  if (name == "src") return url.starts_with("cid:") ? "" : "src loads: " + url;
  for (const std::string_view scheme : {"http://", "https://", "mailto:", "tel:"})
    if (url.starts_with(scheme)) return "";
  return "href: " + url;
}

inline std::string fault_of_attribute(std::string_view name, std::string_view value) {
  if (name == "src" || name == "href") return fault_of_url(name, value);
  if (name == "style")
    return contains_any(lower(value), {"url", "expression", "\\", "javascript", "behavior",
                                       "binding", "position", "<", "/*", "content:", "@"})
               ? "style: " + std::string(value)
               : "";
  if (name == "class") return value == "remote-image" ? "" : "class: " + std::string(value);
  if (name == "rel") return value == "noopener noreferrer nofollow" ? "" : "rel";
  if (name == "target") return value == "_blank" ? "" : "target";
  if (is_one_of(name,
                {"title", "alt",    "lang",   "dir",         "align",       "valign",  "bgcolor",
                 "width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan",
                 "span",  "nowrap", "scope",  "hspace",      "vspace",      "color",   "face",
                 "size",  "start",  "type",   "value",       "datetime",    "clear"}))
    return "";
  return "attribute: " + std::string(name);
}

inline std::string fault_of_node(const GumboNode& node, int depth);

inline std::string fault_of_element(const GumboElement& element, int depth) {
  if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return "foreign element";
  const std::string_view name = gumbo_normalized_tagname(element.tag);
  if (name.empty()) return "unknown element";
  if (is_one_of(name,
                {"script",  "style",  "form",     "input",  "button",   "textarea",  "select",
                 "iframe",  "frame",  "frameset", "object", "embed",    "applet",    "svg",
                 "math",    "base",   "meta",     "link",   "template", "noscript",  "video",
                 "audio",   "source", "picture",  "title",  "xmp",      "plaintext", "marquee",
                 "isindex", "keygen", "dialog"}))
    return "element: " + std::string(name);
  for (unsigned i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    std::string fault = fault_of_attribute(attribute->name, attribute->value);
    if (!fault.empty()) return fault;
  }
  for (unsigned i = 0; i < element.children.length; ++i) {
    std::string fault =
        fault_of_node(*static_cast<const GumboNode*>(element.children.data[i]), depth + 1);
    if (!fault.empty()) return fault;
  }
  return {};
}

inline std::string fault_of_node(const GumboNode& node, int depth) {
  if (depth > 400) return "too deep";
  if (node.type == GUMBO_NODE_COMMENT) return "comment";
  if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE)
    return fault_of_element(node.v.element, depth);
  return {};
}

// Empty when `html` is harmless.
inline std::string fault_of(std::string_view html) {
  const std::string page =
      "<!DOCTYPE html><html><head></head><body>" + std::string(html) + "</body></html>";
  GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size());
  if (output == nullptr) return "not parsed";
  std::string fault = fault_of_node(*output->root, 0);
  gumbo_destroy_output(&kGumboDefaultOptions, output);
  return fault;
}

}  // namespace lethe::html::test
