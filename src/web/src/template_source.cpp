#include "template_source.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "catalogue.h"
#include "embedded.h"
#include "lethe/base/text.h"
#include "lethe/web/assets.h"

namespace lethe::web {
namespace {

constexpr int kIncludeDepthMax = 6;

Result<std::string_view> source_of(std::string_view name) {
  for (const EmbeddedFile& file : embedded_templates()) {
    if (file.name == name) return file.bytes;
  }
  return fail(Errc::corrupt, "no template " + std::string{name});
}

std::string replaced(std::string_view pattern, std::string_view what, std::string_view by) {
  std::string out{pattern};
  for (std::size_t at = 0; (at = out.find(what, at)) != std::string::npos; at += by.size()) {
    out.replace(at, what.size(), by);
  }
  return out;
}

std::string icon(std::string_view name, std::string_view size) {
  std::string out = "<svg class=\"icon";
  if (!size.empty()) out += " " + std::string{size};
  out += "\" aria-hidden=\"true\"><use href=\"";
  out += asset("icons.svg").path;
  return out + "#" + std::string{name} + "\"/></svg>";
}

std::string avatar(std::string_view who, std::string_view size) {
  const std::string extra = size.empty() ? "" : " " + std::string{size};
  return replaced("{{#@_ERASED}}<span class=\"avatar" + extra + "\" aria-hidden=\"true\">" +
                      icon("eraser", "") +
                      "</span>{{/@_ERASED}}{{#@_LIVE}}<span class=\"avatar {{@_COLOUR}}" + extra +
                      "\" aria-hidden=\"true\">{{@_INITIALS}}</span>{{/@_LIVE}}",
                  "@", who);
}

// What a [[@name arguments]] stands for.
Result<std::string> expand_macro(const std::vector<std::string_view>& words) {
  const std::string_view name = words.front();
  const std::string_view first = words.size() > 1 ? words[1] : std::string_view{};
  const std::string_view second = words.size() > 2 ? words[2] : std::string_view{};
  if (name == "@asset") return std::string{asset(first).path};
  if (name == "@icon") return icon(first, second);
  if (name == "@avatar") return avatar(first, second);
  if (name == "@time") {
    return replaced("<time datetime=\"{{@_ISO}}\" title=\"{{@_FULL}}\">{{@}}</time>", "@", first);
  }
  if (name == "@options") {
    return replaced(
        "{{#@}}<option value=\"{{VALUE}}\"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/@}}",
        "@", first);
  }
  if (name == "@invalid") {
    return replaced(
        "{{#HAS_@_ERROR}} aria-invalid=\"true\" aria-describedby=\"@-e\"{{/HAS_@_ERROR}}", "@",
        first);
  }
  if (name == "@error") {
    return replaced("{{#HAS_@_ERROR}}<p class=\"error\" id=\"@-e\">" + icon("circle-alert", "") +
                        "{{@_ERROR}}</p>{{/HAS_@_ERROR}}",
                    "@", first);
  }
  return fail(Errc::corrupt, "unknown macro " + std::string{name});
}

// Indentation is for us; the browser gets none of it.
std::string without_indentation(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view kept = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
    if (kept.empty()) continue;
    out += kept;
    out += '\n';
  }
  return out;
}

Result<std::string> expand(std::string_view text, Language language, int depth);

Result<std::string> expand_one(std::string_view inside, Language language, int depth) {
  if (!inside.starts_with('@')) return std::string{translated(language, squeezed(inside))};
  std::vector<std::string_view> words = split(inside, ' ');
  std::erase(words, "");
  if (words.front() != "@include") return expand_macro(words);
  if (words.size() != 2 || depth == kIncludeDepthMax) return fail(Errc::corrupt, "broken include");
  LETHE_TRY(const std::string_view source, source_of(words[1]));
  return expand(source, language, depth + 1);
}

Result<std::string> expand(std::string_view text, Language language, int depth) {
  std::string out;
  while (true) {
    const std::size_t open = text.find("[[");
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find("]]", open);
    if (close == std::string_view::npos) return fail(Errc::corrupt, "[[ without ]]");
    LETHE_TRY(const std::string inside,
              expand_one(text.substr(open + 2, close - open - 2), language, depth));
    out += inside;
    text.remove_prefix(close + 2);
  }
}

// The layout that the first line names, and the text after that line.
std::pair<std::string_view, std::string_view> split_layout(std::string_view source) {
  static constexpr std::string_view kOpen = "[[@layout ";
  if (!source.starts_with(kOpen)) return {{}, source};
  const std::size_t close = source.find("]]");
  return {source.substr(kOpen.size(), close - kOpen.size()), source.substr(close + 2)};
}

// Calls `change(tag)` for each start tag; what it returns is put in before the closing bracket or
// after it.
template <class Change>
std::string for_each_tag(std::string_view html, Change change) {
  std::string out;
  while (true) {
    const std::size_t open = html.find('<');
    out += html.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = html.find('>', open);
    if (close == std::string_view::npos) return out += html.substr(open);
    out += change(html.substr(open, close - open + 1));
    html.remove_prefix(close + 1);
  }
}

bool starts_element(std::string_view tag, std::string_view name) {
  if (!tag.starts_with('<') || !tag.substr(1).starts_with(name)) return false;
  const std::string_view rest = tag.substr(1 + name.size());
  return !rest.empty() && (rest.front() == '>' || rest.front() == ' ');
}

// Each {{VALUE}} of a text, escaped by the modifier that leaves line ends alone.
std::string with_pre_escape(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t open = text.find("{{");
    const std::size_t close = text.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    out += text.substr(0, close);
    const std::string_view name = text.substr(open + 2, close - open - 2);
    const bool value = !name.contains(':') && name.find_first_of("#/!%>") != 0;
    out += value ? ":pre_escape}}" : "}}";
    text.remove_prefix(close + 2);
  }
  return out += text;
}

}  // namespace

std::string with_form_tokens(std::string_view html) {
  return for_each_tag(html, [](std::string_view tag) {
    std::string out{tag};
    if (tag.starts_with("<form") && tag.contains("method=\"post\"")) {
      out += "<input type=\"hidden\" name=\"form_token\" value=\"{{FORM_TOKEN}}\">";
    }
    return out;
  });
}

std::string with_htmx_nonces(std::string_view html) {
  return for_each_tag(html, [](std::string_view tag) {
    std::string out{tag};
    if (tag.contains(" hx-")) {
      out.insert(tag.ends_with("/>") ? out.size() - 2 : out.size() - 1, " hx-nonce=\"{{NONCE}}\"");
    }
    return out;
  });
}

std::string with_kept_line_ends(std::string_view html) {
  static constexpr std::array kElements{std::string_view{"textarea"}, std::string_view{"pre"}};
  std::string out;
  bool kept = false;
  while (!html.empty()) {
    const bool tag = html.front() == '<';
    const std::size_t end =
        tag ? std::min(html.find('>'), html.size() - 1) + 1 : std::min(html.find('<'), html.size());
    const std::string_view piece = html.substr(0, end);
    html.remove_prefix(end);
    for (const std::string_view element : kElements) {
      if (starts_element(piece, element)) kept = true;
      if (starts_element(piece, "/" + std::string{element})) kept = false;
    }
    out += kept && !tag ? with_pre_escape(piece) : std::string{piece};
    // A parser drops one line end after the tag (HTML, 13.1.2.5), be it ours or the writer's.
    if (starts_element(piece, "textarea")) out += '\n';
  }
  return out;
}

Result<std::string> compose_template(std::string_view name, Language language, Frame frame) {
  LETHE_TRY(const std::string_view source, source_of(name));
  const auto [layout, content] = split_layout(source);
  std::string text{content};
  if (!layout.empty() && frame == Frame::whole_page) {
    LETHE_TRY(const std::string_view around, source_of("layout_" + std::string{layout} + ".tpl"));
    text = replaced(around, "[[@content]]", content);
  }
  auto expanded = expand(text, language, 0);
  if (!expanded) return std::unexpected(std::move(expanded).error().within(name));
  return "{{%AUTOESCAPE context=\"HTML\"}}" +
         with_kept_line_ends(with_htmx_nonces(with_form_tokens(without_indentation(*expanded))));
}

}  // namespace lethe::web
