#include "site_languages.h"

#include <algorithm>
#include <utility>

#include "lethe/web/language.h"

namespace lethe::web {

views::Options language_options(std::string none, std::string_view chosen) {
  views::Options options{{"", std::move(none), chosen.empty()}};
  for (const Language each : kAllLanguages) {
    options.push_back(
        {std::string{code_of(each)}, std::string{name_of(each)}, code_of(each) == chosen});
  }
  if (std::ranges::none_of(options, &views::Option::chosen)) {
    options.push_back({std::string{chosen}, std::string{chosen}, true});
  }
  return options;
}

}  // namespace lethe::web
