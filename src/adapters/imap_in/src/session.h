// One signed-in IMAP session with its folder selected, as the poller sees it:
// what a scripted server stands in for in the tests.
//
// Every call ends within its time limit or says `timed_out`. After a failure
// the session is over; the caller makes another one. Uids hold within one
// session only as far as uid_validity() is the same (RFC 9051 section 2.3.1.1).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "wake.h"

namespace lethe::imap_in {

inline constexpr std::size_t kMailBytesMax = std::size_t{35} * 1024 * 1024;

struct Listed {
  std::uint32_t uid = 0;
  std::optional<std::uint32_t> size;  // RFC822.SIZE, as the server says; with Sizes::asked
  bool set_aside = false;             // carries our keyword
};

// A server reads every mail to say its size, and one that it cannot read spoils the whole answer.
enum class Sizes : std::uint8_t { asked, left_out };

enum class Aside : std::uint8_t {
  moved,   // to the folder Lethe-refused
  marked,  // with a keyword, where it is
  left,    // the server allows neither
};

class Session {
 public:
  virtual ~Session() = default;

  [[nodiscard]] virtual std::uint32_t uid_validity() const = 0;
  // Mails in the folder, as far as the server told.
  [[nodiscard]] virtual std::uint32_t count() const = 0;
  // By position from 1, at most `many`, in the folder's order.
  [[nodiscard]] virtual Tried<std::vector<Listed>> list(std::uint32_t first, std::uint32_t many,
                                                        Sizes sizes) = 0;
  // What the server says of one mail; nothing when it is gone. Failures as those of fetch().
  [[nodiscard]] virtual Tried<std::optional<std::uint32_t>> size(std::uint32_t uid) = 0;
  // The whole mail, at most kMailBytesMax; nothing is flagged by it. Nothing when
  // it is gone meanwhile; one that is longer than kMailBytesMax comes longer than that. A failure
  // with `session_lives` is about this mail: damaged there, or withheld for now.
  [[nodiscard]] virtual Tried<std::optional<std::string>> fetch(std::uint32_t uid) = 0;
  // Removes these and no others. False: they are marked and stay, for mails that somebody else
  // marked would go with them.
  [[nodiscard]] virtual Tried<bool> remove(const std::vector<std::uint32_t>& uids) = 0;
  // Out of the way, as far as the server allows.
  [[nodiscard]] virtual Tried<Aside> set_aside(std::uint32_t uid) = 0;
  // Into this folder, which is made when it is not there. False: the server refuses it.
  [[nodiscard]] virtual Tried<bool> move_to(std::uint32_t uid, const std::string& folder) = 0;
  [[nodiscard]] virtual bool pushes() const = 0;
  // Until something changed in the folder, `wake` was raised or the time is over; with
  // pushes() only.
  [[nodiscard]] virtual Tried<void> wait(Wake& wake, std::chrono::seconds at_most) = 0;
  // Asks whether something changed.
  [[nodiscard]] virtual Tried<void> look() = 0;
};

// Where set_aside() moves mails to; the second where folders lie below the inbox.
inline constexpr std::array kAsideFolders{"Lethe-refused", "INBOX.Lethe-refused"};

// Connects, encrypts, signs in and selects the folder. `stop` breaks off every
// wait of the session and must outlive it.
[[nodiscard]] Tried<std::unique_ptr<Session>> open_session(const ports::MailSource& source,
                                                           Wake& stop,
                                                           std::chrono::seconds patience);

}  // namespace lethe::imap_in
