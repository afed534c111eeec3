// "Forgot password?": the same answer whether or not the address is an agent's.
#pragma once

#include <string>

#include "lethe/web/pages.h"

namespace lethe::web::views {

struct ForgotPassword {
  std::string organisation;
  std::string email;
  bool can_send = true;  // without a server for outgoing mail an administrator helps
  bool asked = false;
  int minutes = 30;   // how long the link works
  FormErrors errors;  // "email"
};

}  // namespace lethe::web::views

namespace lethe::web {

[[nodiscard]] std::string render(const PageContext& page, const views::ForgotPassword& view);

}  // namespace lethe::web
