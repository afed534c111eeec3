// HTML of a mail made safe to show: an allow-list of elements, attributes, CSS properties and URL
// schemes.
//
// Three steps, each linear: a tokeniser of ours writes the mail again with only known tags and
// bounds depth, size and work (Gumbo is quadratic in depth); Gumbo builds the tree as a browser
// would; the tree is written with only what the list allows. The result holds no script, style
// sheet, form, frame, object, SVG, MathML or event handler, loads nothing from anywhere, and is a
// fixed point: sanitising it again changes nothing. It belongs into a sandboxed frame all the same.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::html {

struct Options {
  // The URL to show for an inline image; empty result: the image is left out. Unset: `cid:` stays,
  // which loads nothing.
  std::function<std::string(std::string_view content_id)> cid_url;
  // The URL of our own proxy for a remote image that somebody asked to see; empty result or unset:
  // a placeholder.
  std::function<std::string(std::string_view url)> remote_image_url;
  std::size_t bytes_max = 2 * 1024 * 1024;  // what is longer is cut there and marked `simplified`
};

struct Sanitised {
  std::string html;  // a fragment for a <body>
  std::size_t blocked_remote_images =
      0;  // replaced by <img class="remote-image" alt="...">, tracking pixels not counted
  std::size_t tracking_pixels = 0;       // removed
  std::vector<std::string> content_ids;  // used by images, each once, in order
  bool simplified =
      false;  // too long, too deep or too tangled: structure was dropped, text kept up to bytes_max
};

// Any bytes in, valid UTF-8 out. Never fails.
[[nodiscard]] Sanitised sanitise(std::string_view html, const Options& options = {});

}  // namespace lethe::html
