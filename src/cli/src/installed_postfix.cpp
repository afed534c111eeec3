#include "installed_postfix.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "lethe/core/postfix_settings.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

// Where it is not on everybody's PATH; -d asks the program, not the file.
constexpr std::array kQuestions{
    "/usr/sbin/postconf -d config_directory mail_version 2>/dev/null",
    "/usr/local/sbin/postconf -d config_directory mail_version 2>/dev/null"};

std::string answer_to(const char* question) {
  const std::string program{question, std::string{question}.find(' ')};
  if (::access(program.c_str(), X_OK) != 0) return {};
  const std::unique_ptr<std::FILE, Close> pipe{::popen(question, "re")};
  if (!pipe) return {};
  std::string answer(4096, '\0');
  answer.resize(std::fread(answer.data(), 1, answer.size(), pipe.get()));
  return answer;
}

}  // namespace

std::string installed_postfix_version(const std::string& main_cf) {
  for (const char* question : kQuestions) {
    const auto defaults = core::PostfixSettings::parse(answer_to(question));
    if (!defaults || !defaults->is_set("mail_version")) continue;
    const fs::path read{std::string{defaults->raw("config_directory")} + "/main.cf"};
    std::error_code error;
    if (fs::equivalent(read, main_cf, error) && !error) {
      return std::string{defaults->raw("mail_version")};
    }
  }
  return {};
}

}  // namespace lethe::cli
