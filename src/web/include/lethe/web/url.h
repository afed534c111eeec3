// Links of our own pages. A Url is made only here, from a fixed pattern and encoded parts, so that
// text from outside never becomes an address that a browser or htmx follows.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "lethe/web_protocol/fields.h"

namespace lethe::web {

class Url {
 public:
  Url() = default;  // no link
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}
  friend Url url_for(std::string_view, std::initializer_list<std::string_view>,
                     const web_protocol::Fields&);
  friend Url with_fragment(const Url&, std::string_view);
  std::string text_;
};

// url_for("/tickets/{id}/notes", {"7"}, query) -> "/tickets/7/notes?...". Each part is
// percent-encoded and fills one placeholder. Asserts that the pattern is a path and that the
// numbers agree.
[[nodiscard]] Url url_for(std::string_view pattern,
                          std::initializer_list<std::string_view> parts = {},
                          const web_protocol::Fields& query = {});
// The same page, at the element `id`; of an empty Url, a place on the page itself.
[[nodiscard]] Url with_fragment(const Url& url, std::string_view id);

}  // namespace lethe::web
