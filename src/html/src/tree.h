// Gumbo's tree of a fragment, freed with its owner.
#pragma once

#include <gumbo.h>

#include <memory>
#include <string>
#include <string_view>

namespace lethe::html {

class Tree {
 public:
  // `html` must come from rewrite(): shallow and bounded. Kept here, as Gumbo's text nodes point
  // into it.
  explicit Tree(std::string html);
  [[nodiscard]] const GumboVector& children() const noexcept {
    return output_->root->v.element.children;
  }

 private:
  struct Destroy {
    void operator()(GumboOutput* output) const noexcept {
      gumbo_destroy_output(&kGumboDefaultOptions, output);
    }
  };
  std::unique_ptr<std::string> html_;
  std::unique_ptr<GumboOutput, Destroy> output_;
};

}  // namespace lethe::html
