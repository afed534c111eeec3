// What was typed into a form whose session had ended: shown and kept on the page that says so, to
// be sent again from there once somebody is signed in. Nothing of it is stored.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/pages.h"

namespace lethe::web::views {

struct KeptForm {
  web_protocol::Fields typed;            // in their order, without the form's token
  std::vector<std::string> file_fields;  // chosen files do not come back: asked for anew
  bool signed_in = false;                // again, meanwhile
};

// A form too long to be read from somebody without a session: the page says so and what to do.
struct NotKeptForm {};

}  // namespace lethe::web::views

namespace lethe::web {

// The form goes to the address at which this page is answered.
[[nodiscard]] std::string render(const PageContext& page, const views::KeptForm& view);
[[nodiscard]] std::string render(const PageContext& page, const views::NotKeptForm& view);

}  // namespace lethe::web
