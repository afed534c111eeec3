// What a mail holds beside its own words: the mail that it forwards, the meeting that it invites
// to.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lethe/base/text.h"
#include "lethe/core/forwarded.h"
#include "lethe/core/invitation.h"
#include "lethe/core/mail_language.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first line is the subject, for forwarded mails.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t line = input.find('\n');
  const std::string_view subject = input.substr(0, line);
  const std::string_view text =
      line == std::string_view::npos ? std::string_view{} : input.substr(line + 1);
  if (const auto mail = lethe::core::forwarded_mail(subject, text)) {
    require(!mail->from_address.empty());
    require(mail->comment.size() + mail->text.size() < text.size());
  }
  static_cast<void>(lethe::core::without_forward_marks(subject));
  if (const auto meeting = lethe::core::parse_invitation(input)) {
    for (const auto* said : {&meeting->summary, &meeting->location, &meeting->organizer}) {
      require(said->size() <= 500 && lethe::is_valid_utf8(*said));
    }
    const auto& start = meeting->start;
    const auto day = lethe::Days{1};
    require(!start.at || (*start.at - start.wall < day && start.wall - *start.at < day));
  }
  require(lethe::core::language_of_mail({subject, subject, text}).size() <= 3);
  return 0;
}
