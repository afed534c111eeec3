// Writes a tree with only what the allow-list names.
#pragma once

#include "lethe/html/sanitise.h"
#include "tree.h"

namespace lethe::html {

// What becomes of pictures: `keep` leaves their addresses as they are, so that the result can be
// read again and compared; `show` does what the options say. Only results of `show` leave this
// layer.
enum class Images { keep, show };

// Fills html, counts and content ids of `out`.
void write_tree(const Tree& tree, Images images, const Options& options, Sanitised& out);

}  // namespace lethe::html
