// What went wrong with a source: a kind that the pages have a sentence for, and
// a system message for operators.
#pragma once

#include <expected>
#include <string>

#include "lethe/ports/mail_source.h"

namespace lethe::imap_in {

struct Failure {
  ports::SourceTrouble trouble = ports::SourceTrouble::none;
  std::string detail;          // no address, no password, no word of a mail
  bool session_lives = false;  // the server said no to this one thing and goes on
};
template <class T>
using Tried = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> failed(ports::SourceTrouble trouble,
                                                     std::string detail = {}) {
  return std::unexpected(Failure{trouble, std::move(detail)});
}

}  // namespace lethe::imap_in
