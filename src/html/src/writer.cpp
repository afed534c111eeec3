#include "writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "elements.h"
#include "lethe/base/text.h"
#include "lethe/html/text.h"
#include "styles.h"
#include "urls.h"

namespace lethe::html {
namespace {

constexpr std::string_view kRemoteImageClass = "remote-image";
constexpr int kSpanMax = 1000;  // colspan and rowspan; more costs the browser, not us

enum class Check : std::uint8_t { text, number, length, word, colour, font, language };

struct AllowedAttribute {
  std::string_view name;
  std::string_view elements;  // blank-separated with blanks around; empty: every element
  Check check;
};

constexpr auto kAttributes = std::to_array<AllowedAttribute>({
    {"title", "", Check::text},
    {"lang", "", Check::language},
    {"dir", "", Check::word},
    {"align", "", Check::word},
    {"valign", "", Check::word},
    {"bgcolor", "", Check::colour},
    {"width", " img table td th col colgroup hr pre ", Check::length},
    {"height", " img table td th tr ", Check::length},
    {"border", " img table ", Check::number},
    {"cellpadding", " table ", Check::length},
    {"cellspacing", " table ", Check::length},
    {"colspan", " td th ", Check::number},
    {"rowspan", " td th ", Check::number},
    {"span", " col colgroup ", Check::number},
    {"nowrap", " td th ", Check::word},
    {"scope", " th td ", Check::word},
    {"hspace", " img ", Check::number},
    {"vspace", " img ", Check::number},
    {"alt", " img ", Check::text},
    {"color", " font hr ", Check::colour},
    {"face", " font ", Check::font},
    {"size", " font hr ", Check::font},
    {"start", " ol ", Check::number},
    {"type", " ol ul li ", Check::word},
    {"value", " li ", Check::number},
    {"datetime", " time ", Check::font},
    {"clear", " br ", Check::word},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_number(std::string_view value) {
  return !value.empty() && value.size() <= 5 && std::ranges::all_of(value, is_digit);
}

bool passes(Check check, std::string_view value) {
  switch (check) {
    case Check::text:
      return true;
    case Check::number:
      return is_number(value);
    case Check::length:
      if (value.ends_with('%')) value.remove_suffix(1);
      if (value.ends_with("px")) value.remove_suffix(2);
      return is_number(value);
    case Check::word:
      return value.size() <= 20 &&
             std::ranges::all_of(value, [](char c) { return is_letter(c) || is_digit(c); });
    case Check::language:
      return value.size() <= 35 && std::ranges::all_of(value, [](char c) {
               return is_letter(c) || is_digit(c) || c == '-';
             });
    case Check::colour:
      return value.size() <= 30 && std::ranges::all_of(value, [](char c) {
               return is_letter(c) || is_digit(c) || c == '#' || c == '(' || c == ')' || c == ',' ||
                      c == ' ' || c == '.' || c == '%';
             });
    case Check::font:
      return value.size() <= 200 && std::ranges::all_of(value, [](char c) {
               return is_letter(c) || is_digit(c) || c == ',' || c == ' ' || c == '-' || c == '+' ||
                      c == '.' || c == ':' || c == '\'' || c == '_';
             });
  }
  return false;
}

bool applies(const AllowedAttribute& allowed, std::string_view element) {
  if (allowed.elements.empty()) return true;
  const std::size_t at = allowed.elements.find(element);
  return at != std::string_view::npos && at > 0 && allowed.elements[at - 1] == ' ' &&
         allowed.elements[at + element.size()] == ' ';
}

bool exceeds_span(std::string_view name, std::string_view value) {
  if (name != "colspan" && name != "rowspan" && name != "span") return false;
  int number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number > kSpanMax;
}

std::string_view attribute_of(const GumboElement& element, const char* name) {
  const GumboAttribute* attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? std::string_view{} : std::string_view(attribute->value);
}

bool is_at_most_one(std::string_view size) {
  size = trimmed(size);
  return size == "0" || size == "1" || size == "0px" || size == "1px";
}

// References can bring back the control characters that sanitise() took out of the bytes.
std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= 0x20 && byte != 0x7F) || c == '\n' || c == '\t') out += c;
  }
  return escape(out);
}

class Writer {
 public:
  Writer(Images images, const Options& options, Sanitised& out)
      : images_(images), options_(options), out_(out) {}

  void write(const Tree& tree) {
    std::vector<Frame> open{{&tree.children(), 0, nullptr}};
    while (!open.empty()) {
      Frame& frame = open.back();
      if (frame.next == frame.children->length) {
        if (frame.element != nullptr) close(*frame.element);
        open.pop_back();
        continue;
      }
      const auto* node = static_cast<const GumboNode*>(frame.children->data[frame.next++]);
      if (is_text(*node)) append_text(*node);
      if (node->type != GUMBO_NODE_ELEMENT) continue;
      const Element* element = known(node->v.element);
      if (element != nullptr) start(*element, node->v.element);
      if (element != nullptr && element->is(kVoid)) continue;
      open.push_back({&node->v.element.children, 0, element});
    }
  }

 private:
  struct Frame {
    const GumboVector* children;
    unsigned next;
    const Element* element;  // null: an element that is not written
  };

  static bool is_text(const GumboNode& node) {
    return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
           node.type == GUMBO_NODE_CDATA;
  }

  static const Element* known(const GumboElement& element) {
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML || element.tag == GUMBO_TAG_UNKNOWN)
      return nullptr;
    return allowed_element(gumbo_normalized_tagname(element.tag));
  }

  void append_text(const GumboNode& node) {
    const std::string_view text = node.v.text.text;
    // The parser drops one line feed after <pre>.
    if (out_.html.ends_with("<pre>") && text.starts_with('\n')) out_.html += '\n';
    out_.html += plain(text);
  }

  void append_attribute(std::string_view name, std::string_view value) {
    out_.html.append(" ").append(name).append("=\"").append(plain(value)).append("\"");
  }

  void start(const Element& element, const GumboElement& node) {
    if (element.name == "img") return write_image(node);
    out_.html.append("<").append(element.name);
    if (element.name == "a") write_link(node);
    write_common(element.name, node);
    out_.html += '>';
  }

  void close(const Element& element) { out_.html.append("</").append(element.name).append(">"); }

  void write_link(const GumboElement& node) {
    CleanUrl url = clean_url(attribute_of(node, "href"));
    if (url.kind == UrlKind::refused || url.kind == UrlKind::cid) return;
    append_attribute("href", url.text);
    append_attribute("rel", "noopener noreferrer nofollow");
    append_attribute("target", "_blank");
  }

  void write_common(std::string_view element, const GumboElement& node) {
    for (unsigned i = 0; i < node.attributes.length; ++i) {
      const auto& attribute = *static_cast<const GumboAttribute*>(node.attributes.data[i]);
      write_if_allowed(element, attribute.name, attribute.value);
    }
  }

  void write_if_allowed(std::string_view element, std::string_view name, std::string_view value) {
    if (name == "style") return write_style(value);
    if (name == "background" && clean_url(value).kind == UrlKind::http)
      ++out_.blocked_remote_images;
    const auto allowed = std::ranges::find(kAttributes, name, &AllowedAttribute::name);
    if (allowed == kAttributes.end() || !applies(*allowed, element)) return;
    if (allowed->check != Check::text) value = trimmed(value);
    if (passes(allowed->check, value) && !exceeds_span(name, value)) append_attribute(name, value);
  }

  void write_style(std::string_view style) {
    const CleanStyle clean = clean_style(style);
    out_.blocked_remote_images += clean.remote_loads;
    if (!clean.text.empty()) append_attribute("style", clean.text);
  }

  void write_image(const GumboElement& node) {
    CleanUrl url = clean_url(attribute_of(node, "src"));
    if (url.kind == UrlKind::http) return write_remote_image(node, url.text);
    if (url.kind == UrlKind::cid) return write_inline_image(node, url.text);
    const bool placeholder = attribute_of(node, "class") == kRemoteImageClass;
    if (placeholder || !attribute_of(node, "alt").empty()) write_image_tag(node, "", placeholder);
  }

  void write_remote_image(const GumboElement& node, const std::string& url) {
    if (images_ == Images::keep) return write_image_tag(node, url, false);
    if (counts_readers(node, url)) {
      ++out_.tracking_pixels;
      return;
    }
    const std::string proxied =
        options_.remote_image_url ? options_.remote_image_url(url) : std::string{};
    if (proxied.empty()) ++out_.blocked_remote_images;
    write_image_tag(node, proxied, proxied.empty());
  }

  static bool counts_readers(const GumboElement& node, std::string_view url) {
    const bool tiny =
        is_at_most_one(attribute_of(node, "width")) && is_at_most_one(attribute_of(node, "height"));
    return tiny || clean_style(attribute_of(node, "style")).hidden || is_tracker(url);
  }

  void write_inline_image(const GumboElement& node, const std::string& url) {
    const std::string content_id = note_content_id(url);
    if (images_ == Images::keep || !options_.cid_url) return write_image_tag(node, url, false);
    const std::string shown = options_.cid_url(content_id);
    if (!shown.empty() || !attribute_of(node, "alt").empty()) write_image_tag(node, shown, false);
  }

  std::string note_content_id(std::string_view url) {
    std::string content_id = percent_decoded(url.substr(4));
    if (std::ranges::find(out_.content_ids, content_id) == out_.content_ids.end() &&
        out_.content_ids.size() < kContentIdsMax)
      out_.content_ids.push_back(content_id);
    return content_id;
  }

  void write_image_tag(const GumboElement& node, std::string_view source, bool placeholder) {
    out_.html += "<img";
    if (!source.empty()) append_attribute("src", source);
    if (placeholder) append_attribute("class", kRemoteImageClass);
    write_common("img", node);
    out_.html += '>';
  }

  static constexpr std::size_t kContentIdsMax = 500;

  Images images_;
  const Options& options_;
  Sanitised& out_;
};

}  // namespace

void write_tree(const Tree& tree, Images images, const Options& options, Sanitised& out) {
  Writer(images, options, out).write(tree);
}

}  // namespace lethe::html
