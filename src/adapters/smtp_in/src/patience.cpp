#include "patience.h"

#include <algorithm>

namespace lethe::smtp_in {
namespace {

constexpr std::uint64_t kBytesWithoutPayInChunk = 1024;

std::uint64_t paid_bytes(const Patience::Standing& standing) noexcept {
  const std::uint64_t toll = standing.chunks * kBytesWithoutPayInChunk;
  return standing.content_bytes - std::min(standing.content_bytes, toll);
}

}  // namespace

Patience::Patience(const Deadlines& deadlines, Instant now) noexcept
    : deadlines_(deadlines), command_began_(now), content_began_(now), transaction_began_(now) {}

Patience::Instant Patience::earned_since(Instant began, std::uint64_t bytes) const noexcept {
  return began + std::chrono::seconds{bytes / deadlines_.content_bytes_per_second_min};
}

Patience::Instant Patience::deadline(const Standing& standing, Instant now) noexcept {
  const bool is_next_mail = standing.mails_ended != standing_.mails_ended;
  const bool was_content = standing_.reading_content;
  if (is_next_mail) transaction_began_ = now;
  // Fewer bytes than before: another mail's, begun between two looks.
  if (standing.reading_content &&
      (!was_content || is_next_mail || standing.content_bytes < content_from_)) {
    content_began_ = now;
    content_from_ = standing.content_bytes;
  }
  if (standing.reading_content != was_content || standing.progress != standing_.progress) {
    command_began_ = now;
  }
  standing_ = standing;
  const Instant end =
      earned_since(transaction_began_, paid_bytes(standing)) + deadlines_.transaction;
  if (!standing.reading_content) return std::min(end, command_began_ + deadlines_.command);
  const Instant earned = earned_since(content_began_, standing.content_bytes - content_from_);
  return std::min(end, std::min(now, earned) + deadlines_.content);
}

}  // namespace lethe::smtp_in
