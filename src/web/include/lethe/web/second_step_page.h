// Two-step sign-in in one's own settings: off, a key to take into an authenticator, on, and the
// recovery codes, once.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/pages.h"

namespace lethe::web::views {

struct SecondStepPage {
  enum class State { off, pending, on, codes };
  State state = State::off;
  std::string email;
  bool is_owed = false;      // the role needs it, and it is not in force yet
  bool is_required = false;  // it cannot be turned off
  std::string key;           // pending: base32 in groups of four
  std::string qr_path;       // the same as a picture: path of the dark squares (qr.h)
  int qr_size = 0;           // its width in squares, the quiet zone included
  int recovery_left = 0;
  std::vector<std::string> recovery_codes;
  FormErrors errors;  // "code"
};

}  // namespace lethe::web::views

namespace lethe::web {

[[nodiscard]] std::string render(const PageContext& page, const views::SecondStepPage& view);

}  // namespace lethe::web
