// From the template as we write it to the one the engine reads.
//
//   [[English text]]          the translation; may hold tags and {{MARKERS}}
//   [[@layout agent]]         first line: the frame around it, unless a fragment is wanted
//   [[@include row.tpl]]      another template's text
//   [[@asset lethe.css]]      the path of an embedded file
//   [[@icon inbox]]           an icon of the sprite; [[@icon inbox lg]] larger
//   [[@avatar WHO]]           initials of person or agent WHO; a size may follow
//   [[@time AT]]              relative time with the full date in its title
//   [[@options NAME]]         <option>s from a list
//   [[@invalid email]] [[@error email]]   marks an input as wrong; the words below it
//
// Four things are put in so that nobody can forget them: a form token after each posting form's
// tag, the nonce on each element with htmx attributes, the modifier that keeps line ends on each
// value in <textarea> and <pre> (the engine's own makes them spaces), and its escaping switch at
// the top.
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/web/language.h"

namespace lethe::web {

enum class Frame { whole_page, fragment };

// The text for the engine. Errors: corrupt naming the template and the construct.
[[nodiscard]] Result<std::string> compose_template(std::string_view name, Language language,
                                                   Frame frame);

// The pieces, for tests.
[[nodiscard]] std::string with_form_tokens(std::string_view html);
[[nodiscard]] std::string with_htmx_nonces(std::string_view html);
[[nodiscard]] std::string with_kept_line_ends(std::string_view html);

}  // namespace lethe::web
