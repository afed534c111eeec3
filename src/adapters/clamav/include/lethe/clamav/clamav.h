// clamd: one file at a time by its INSTREAM command (clamd(8)), over TCP or a unix socket.
//
// Said: "zINSTREAM\0", chunks of a length in four bytes and that many bytes, a length of 0.
// Answered: "stream: OK\0", "stream: NAME FOUND\0", or words that end in ERROR. A connection for
// each file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lethe/ports/mail_checks.h"

namespace lethe::clamav {

// `where`: "unix:/run/clamav/clamd.ctl" or "HOST:PORT". Nothing is connected yet.
// Errors: invalid_argument.
[[nodiscard]] Result<std::unique_ptr<ports::VirusScanner>> open_scanner(std::string where);

inline constexpr std::size_t kAnswerBytesMax = 4096;
// What an answer means, without a socket. A name is cut to what ScanResult allows.
[[nodiscard]] ports::ScanResult read_answer(std::string_view answer);

}  // namespace lethe::clamav
