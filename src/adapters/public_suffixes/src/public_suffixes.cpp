#include "lethe/public_suffixes/public_suffixes.h"

#include <libpsl.h>

#include <memory>

#include "lethe/base/text.h"

namespace lethe::public_suffixes {
namespace {

struct Free {
  void operator()(psl_ctx_t* list) const { psl_free(list); }
};
using List = std::unique_ptr<psl_ctx_t, Free>;

// libpsl compares letter by letter, and its own conversion asks the locale.
std::string lower(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  return ascii_lower(domain);
}

}  // namespace

std::string organisation_of(std::string_view domain) {
  std::string name = lower(domain);
  const List list{psl_latest(nullptr)};
  if (list == nullptr) return name;
  const char* const registered = psl_registrable_domain(list.get(), name.c_str());
  return registered == nullptr ? name : std::string{registered};
}

}  // namespace lethe::public_suffixes
