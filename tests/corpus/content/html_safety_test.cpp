// The HTML of every mail in the corpora comes out harmless, again and again the same, with its
// words.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "corpus.h"
#include "lethe/base/text.h"
#include "lethe/html/sanitise.h"
#include "lethe/html/text.h"
#include "safe_html.h"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Score {
  int mails = 0;
  int safe = 0;
  int stable = 0;
  int words_kept = 0;
  double megabytes = 0;
  double seconds = 0;
};

void score(const std::string& name, const std::string& html, Score& total) {
  CAPTURE(name);
  const auto start = std::chrono::steady_clock::now();
  const lethe::html::Sanitised clean = lethe::html::sanitise(html);
  total.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  total.megabytes += static_cast<double>(html.size()) / 1e6;
  ++total.mails;
  const std::string fault = lethe::html::test::fault_of(clean.html);
  CHECK(fault == "");
  total.safe += fault.empty() ? 1 : 0;
  const bool stable = lethe::html::sanitise(clean.html).html == clean.html;
  CHECK(stable);
  total.stable += stable ? 1 : 0;
  CHECK(lethe::is_valid_utf8(clean.html));
  CHECK(lethe::is_valid_utf8(lethe::html::to_text(html)));
  // The same words before and after, as text: cleaning loses no sentence.
  const bool kept = lethe::squeezed(lethe::html::to_text(clean.html)).size() * 10 >=
                    lethe::squeezed(lethe::html::to_text(html)).size() * 9;
  total.words_kept += kept ? 1 : 0;
  if (!kept && std::getenv("LETHE_CORPUS_VERBOSE") != nullptr)
    std::printf("  %s: words lost\n", name.c_str());
}

void report(const char* set, const Score& total) {
  std::printf("corpus %s: html of %d mails, safe %d, stable %d, words kept %d, %.1f MB/s\n", set,
              total.mails, total.safe, total.stable, total.words_kept,
              total.seconds > 0 ? total.megabytes / total.seconds : 0.0);
}

// Makes the attack mails of one seed in a folder of their own and removes them after.
class Generated {
 public:
  explicit Generated(const std::string& seed) {
    std::string pattern = (fs::temp_directory_path() / "lethe_html_XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    const bool numeric = std::ranges::all_of(seed, [](char c) { return c >= '0' && c <= '9'; });
    REQUIRE(numeric);
    const std::string command =
        "python3 " + (lethe::test::corpora() / "attack/generate.py").string() + " --seed " + seed +
        " --scale 0.2 --out " + folder_.string() + " > /dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  ~Generated() { fs::remove_all(folder_); }
  Generated(const Generated&) = delete;
  Generated& operator=(const Generated&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

bool asks_for_safety(const json::object& mail) {
  const json::object& must = mail.at("must").as_object();
  return must.contains("html_safe") || must.contains("no_network");
}

}  // namespace

TEST_CASE("attack mails are harmless after cleaning, whatever the seed") {
  Score total;
  std::vector<std::string> seeds{"1", "2", "77"};
  if (const char* extra = std::getenv("LETHE_ATTACK_SEED"); extra != nullptr)
    seeds.emplace_back(extra);
  for (const std::string& seed : seeds) {
    const Generated mails(seed);
    const json::value expectations = lethe::test::json_of(mails.folder() / "expectations.json");
    for (const json::value& entry : expectations.at("mails").as_array()) {
      const json::object& expected = entry.as_object();
      const std::string name = lethe::test::text_at(expected, "file");
      const std::string raw = lethe::test::bytes_of(mails.folder() / name);
      const lethe::mime::Message message = lethe::mime::parse(raw);
      if (message.html.empty() && !asks_for_safety(expected)) continue;
      score("seed " + seed + " " + name, message.html, total);
    }
  }
  report("attack", total);
  CHECK(total.mails > 0);
}

TEST_CASE("the HTML of ordinary mails keeps its words") {
  for (const char* const set : {"mime-enmime", "mime-php", "mime-cpython", "mime-mime4j",
                                "mime-stalwart", "bounces", "not-bounces"}) {
    Score total;
    for (const auto& entry : fs::recursive_directory_iterator(lethe::test::corpora() / set)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() ||
          (extension != ".eml" && extension != ".raw" && extension != ".msg"))
        continue;
      const std::string raw = lethe::test::bytes_of(entry.path());
      const lethe::mime::Message message = lethe::mime::parse(raw);
      if (!message.html.empty()) score(entry.path().filename().string(), message.html, total);
    }
    report(set, total);
    CHECK(total.words_kept * 100 >= total.mails * 95);
  }
}
