// What goes from a mail before its first byte is written: card numbers, and what the administrator
// chose to mask (DESIGN section 7).
//
// Message-IDs stay as they are while the mail is taken in: threads are found by their keyed
// digests. One with a card number is not kept beside them (shown_id).
//
// Searched: the subject, the texts, names of people and files, and files that are text, whatever
// their character set: by their type, their name, or because they look it. Of an attached mail the
// parts that are text, to a depth of five, and the places in its pictures; its other bytes stay as
// they are.
#pragma once

#include "lethe/core/masks.h"
#include "lethe/mime/message.h"

namespace lethe::app {

// Changes `mail` in place; `parts`, `segments` and the spans of its headers stay what they were, of
// the raw mail. Returns whether anything went: then the raw copy holds it still and must not be
// kept.
[[nodiscard]] bool minimise_mail(mime::Message& mail, const core::MaskChoice& masks);

// `message_id` as it may be kept in readable form: empty when it holds a card number, as of a mail
// that has none. Half an id would name another mail to whoever is answered.
[[nodiscard]] std::string shown_id(const std::string& message_id);
// The same of many, without those that hold one.
[[nodiscard]] std::vector<std::string> shown_ids(std::vector<std::string> message_ids);

}  // namespace lethe::app
