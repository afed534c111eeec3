// Which passages of a mail somebody else wrote first.
//
// A mail that answers quotes the message it answers, and names its author in
// the line above. Those passages are sealed under the author's key, so that
// they go when the author is erased (GDPR art. 17, DESIGN section 4).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/core/ids.h"
#include "lethe/core/reply_text.h"

namespace lethe::app {

// What is known about who wrote what in a ticket.
class KnownVoices {
 public:
  // Every line of `text` that says something is `who`'s. The first to have written it keeps it.
  void add_text(core::PersonId who, std::string_view text);
  // A name or address by which an attribution line gives `who` away.
  void add_name(core::PersonId who, std::string_view name);

  // Whose words the line is, quote marks ignored; nullptr when nobody's that is known.
  [[nodiscard]] const core::PersonId* author_of_line(std::string_view line) const;
  // Who is named in the line; nullptr when nobody that is known.
  [[nodiscard]] const core::PersonId* named_in(std::string_view line) const;
  [[nodiscard]] bool empty() const noexcept { return lines_.empty() && names_.empty(); }

 private:
  std::unordered_map<std::string, core::PersonId> lines_;
  std::vector<std::pair<std::string, core::PersonId>> names_;
};

struct QuotedPassage {
  core::PersonId author;
  std::size_t place = 0;  // byte offset in Unquoted::text
  std::string text;
};

struct Unquoted {
  std::string text;  // the sender's own words, byte for byte
  std::vector<QuotedPassage> passages;
};

// Takes passages of others out of `body`. Quotations whose author is unknown stay with the sender.
// Putting each passage back at its place gives `body` again.
[[nodiscard]] Unquoted take_out_quotes(std::string_view body, core::PersonId sender,
                                       const KnownVoices& voices);
// The same of a body that was split before.
[[nodiscard]] Unquoted take_out_quotes(std::string_view body,
                                       std::span<const core::ReplySegment> segments,
                                       core::PersonId sender, const KnownVoices& voices);

// The reverse: passages in order of place.
[[nodiscard]] std::string with_passages(std::string_view text,
                                        const std::vector<QuotedPassage>& passages);

// The beginning of what is new in a body, for lists: at most 240 bytes in one line. Of a body that
// was not split before the first 64 KiB are looked at.
[[nodiscard]] std::string snippet_of(std::string_view body);
[[nodiscard]] std::string snippet_of(std::string_view body,
                                     std::span<const core::ReplySegment> segments);

}  // namespace lethe::app
