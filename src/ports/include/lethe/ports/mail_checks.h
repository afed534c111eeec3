// What is asked about a mail before it is taken in: a filter for senders and spam, and a scanner
// for viruses. Both may be away: then the mail is taken as it is and says so. Called from any
// thread, by many at once; both end within their own time limit.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lethe/core/mail_trust.h"
#include "lethe/ports/mail_intake.h"

namespace lethe::ports {

class MailFilter {
 public:
  virtual ~MailFilter() = default;
  // `content` is the mail as it came. `queue_id` is what the filter's log may say of it: no
  // personal data. Errors: unavailable (down, too slow, or its answer is not understood).
  [[nodiscard]] virtual Result<core::MailTrust> judge(const Envelope& envelope,
                                                      std::string_view content,
                                                      std::string_view from_domain,
                                                      std::string_view queue_id,
                                                      bool is_forwarded) = 0;
};

struct ScanResult {
  // not_checked: asked, and it would not say (too large for it); away: nobody to ask.
  enum class State { clean, infected, not_checked, away };
  State state = State::not_checked;
  std::string signature;  // infected: its name, letters, digits and ". _ - /", at most 100
};

class VirusScanner {
 public:
  virtual ~VirusScanner() = default;
  // not_checked when the scanner refuses the file, away when it is down or too slow.
  [[nodiscard]] virtual ScanResult scan(std::string_view bytes,
                                        std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace lethe::ports
