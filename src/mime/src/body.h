// The finishing pass: bytes of parts become text, HTML and attachments.
#pragma once

#include <string_view>

#include "lethe/mime/message.h"
#include "tree.h"

namespace lethe::mime {

// Fills text, html, attachments and their warnings of `message`, whose parts
// are already in place; `notes` holds one entry per part.
void fill_bodies(Message& message, const std::vector<PartNotes>& notes, std::string_view raw);

// Appends UTF-8 `text` with LF line ends and without U+0000. True when a
// U+0000 was left out.
bool append_text(std::string& out, std::string_view text);

}  // namespace lethe::mime
