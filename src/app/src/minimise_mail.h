// What goes from a mail before its first byte is written: card numbers, and what the administrator
// chose to mask (DESIGN section 7).
//
// Searched: the subject, the texts, names of people and files, and files that are text, whatever
// their character set: by their type, or because they look it. Of an attached mail the parts that
// are text, to a depth of five; its other bytes stay as they are.
#pragma once

#include "lethe/core/masks.h"
#include "lethe/mime/message.h"

namespace lethe::app {

// Changes `mail` in place; `parts`, `segments` and the spans of its headers stay what they were, of
// the raw mail. Returns whether anything went: then the raw copy holds it still and must not be
// kept.
[[nodiscard]] bool minimise_mail(mime::Message& mail, const core::MaskChoice& masks);

}  // namespace lethe::app
