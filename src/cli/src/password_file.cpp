#include "password_file.h"

#include <fstream>

#include "lethe/base/text.h"

namespace lethe::cli {

Result<Secret> read_password_file(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  if (!std::getline(file, line)) return fail(Errc::not_found, "the password file cannot be read");
  Secret secret{trimmed(line)};
  wipe(line);
  return secret;
}

}  // namespace lethe::cli
