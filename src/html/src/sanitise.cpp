#include "lethe/html/sanitise.h"

#include <utility>

#include "lethe/base/text.h"
#include "lethe/html/text.h"
#include "rewrite.h"
#include "tree.h"
#include "writer.h"

namespace lethe::html {
namespace {

constexpr int kRoundsMax = 4;

// Control characters other than tab and line ends mean nothing in HTML; carriage returns are line
// feeds there.
std::string normalised(std::string_view html) {
  std::string text = to_valid_utf8(html);
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') text[size++] = '\n';
    } else if ((c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t') {
      text[size++] = text[i];
    }
  }
  text.resize(size);
  return text;
}

// What is left when repair does not come to rest: the words.
Sanitised as_plain_text(std::string_view html, std::size_t bytes_max) {
  Sanitised out;
  out.simplified = true;
  out.html = "<pre>" + escape(trimmed(to_text(html, bytes_max))) + "</pre>";
  return out;
}

Sanitised kept_images(const Tree& tree, const Options& options) {
  Sanitised out;
  write_tree(tree, Images::keep, options, out);
  return out;
}

}  // namespace

Sanitised sanitise(std::string_view html, const Options& options) {
  const std::string_view taken = clipped_utf8(html, options.bytes_max);
  Rewritten rewritten = rewrite(normalised(taken));
  const bool simplified = rewritten.simplified || taken.size() < html.size();

  Tree tree(std::move(rewritten.html));
  Sanitised first = kept_images(tree, options);
  std::string before = std::move(first.html);
  for (int round = 0; round < kRoundsMax; ++round) {
    tree = Tree(rewrite(before).html);
    std::string after = kept_images(tree, options).html;
    if (after == before) {
      Sanitised out;
      out.simplified = simplified;
      out.blocked_remote_images = first.blocked_remote_images;  // of backgrounds, gone by now
      write_tree(tree, Images::show, options, out);
      return out;
    }
    before = std::move(after);
  }
  return as_plain_text(taken, options.bytes_max);
}

}  // namespace lethe::html
