// Any bytes: the cleaned HTML holds only what is allowed, cleaning it again changes nothing, and
// its text is valid UTF-8.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "lethe/base/assert.h"
#include "lethe/base/text.h"
#include "lethe/html/markdown.h"
#include "lethe/html/sanitise.h"
#include "lethe/html/text.h"
#include "safe_html.h"

namespace {

void check_harmless(const std::string& html) {
  const std::string fault = lethe::html::test::fault_of(html);
  if (fault.empty()) return;
  std::fprintf(stderr, "%s\n", fault.c_str());
  LETHE_ASSERT(fault.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const lethe::html::Sanitised once = lethe::html::sanitise(input);
  LETHE_ASSERT(lethe::is_valid_utf8(once.html));
  check_harmless(once.html);
  LETHE_ASSERT(lethe::html::sanitise(once.html).html == once.html);
  LETHE_ASSERT(lethe::is_valid_utf8(lethe::html::to_text(input)));
  check_harmless(lethe::html::markdown_to_html(input));
  return 0;
}
