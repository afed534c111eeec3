#include "terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "exit_code.h"
#include "lethe/base/disk_full.h"

namespace lethe::cli {
namespace {

// A bar on a terminal, nothing in a pipe. What is said next begins on a line of its own.
class Bar {
 public:
  void draw(std::int64_t done, std::int64_t total, std::string_view what) {
    if (::isatty(STDERR_FILENO) == 0) return;
    is_drawn_ = true;
    const std::string words{what};
    if (total <= 0) {
      std::fprintf(stderr, "\r%lld %s\033[K", static_cast<long long>(done), words.c_str());
      return;
    }
    constexpr int kWidth = 30;
    const auto filled =
        static_cast<std::size_t>(std::clamp<std::int64_t>(done, 0, total) * kWidth / total);
    std::string bar(static_cast<std::size_t>(kWidth), '.');
    std::fill_n(bar.begin(), filled, '#');
    std::fprintf(stderr, "\r[%s] %lld of %lld %s\033[K", bar.c_str(), static_cast<long long>(done),
                 static_cast<long long>(total), words.c_str());
  }
  void end() {
    if (std::exchange(is_drawn_, false)) std::fputc('\n', stderr);
  }

 private:
  bool is_drawn_ = false;
};

Bar& bar() {
  static Bar the_bar;
  return the_bar;
}

}  // namespace

int ended(const Status& given) {
  bar().end();
  // Half an export on a full disk is no success.
  const Status status = given && std::fflush(stdout) != 0
                            ? fail(Errc::unavailable, "cannot write to standard output")
                            : given;
  if (status) return kDone;
  std::fprintf(stderr, "lethe: %s%s\n", status.error().detail.c_str(),
               status.error().field == kDiskFull
                   ? ". Make room where the data directory and its keyring lie, and try again"
                   : "");
  return exit_code_of(status.error().code);
}

Speaker terminal() {
  return {.print = [](std::string_view text) -> Status {
            bar().end();
            if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
            return fail(Errc::unavailable, "cannot write to standard output");
          },
          .progress = [](std::int64_t done, std::int64_t total,
                         std::string_view what) { bar().draw(done, total, what); }};
}

}  // namespace lethe::cli
