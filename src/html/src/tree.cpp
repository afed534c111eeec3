#include "tree.h"

#include <utility>

#include "lethe/base/assert.h"

namespace lethe::html {

Tree::Tree(std::string html) : html_(std::make_unique<std::string>(std::move(html))) {
  GumboOptions options = kGumboDefaultOptions;
  options.fragment_context = GUMBO_TAG_BODY;
  options.max_errors = 0;
  output_.reset(gumbo_parse_with_options(&options, html_->data(), html_->size()));
  LETHE_ASSERT(output_ != nullptr);
}

}  // namespace lethe::html
