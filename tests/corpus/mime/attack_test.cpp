// The attack corpus: made anew by its generator for several seeds, or taken
// from the directory LETHE_ATTACK_DIR. LETHE_ATTACK_SEED adds a seed (CI gives
// the date), LETHE_ATTACK_SCALE shrinks the bombs for sanitised builds.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "corpus.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {
namespace {

using Words = std::vector<std::string>;

Words words_of(const json::value& value) {
  if (value.is_string()) return {text_of(value)};
  Words words;
  for (const auto& one : value.as_array()) words.push_back(text_of(one));
  return words;
}

std::size_t size_of(const json::value& value) {
  return static_cast<std::size_t>(value.to_number<std::int64_t>());
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Words addresses(const std::vector<mime::Mailbox>& list) {
  Words out;
  for (const auto& mailbox : list) out.push_back(mailbox.address);
  return out;
}

bool holds_all(std::string_view text, const Words& words) {
  const std::string plain = squeezed(text);
  return std::ranges::all_of(
      words, [&](const std::string& word) { return plain.contains(squeezed(word)); });
}

bool has_no_control(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

Words hashes(const mime::Message& message) {
  Words out;
  for (const auto& file : message.attachments) out.push_back(sha256(file.content));
  return out;
}

bool same_files(const json::value& wanted, const mime::Message& message) {
  const auto& list = wanted.as_array();
  if (list.size() != message.attachments.size()) return false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& one = list[i].as_object();
    const auto& file = message.attachments[i];
    if (text_of(one.at("name")) != file.name || text_of(one.at("type")) != file.type ||
        size_of(one.at("size")) != file.content.size() ||
        text_of(one.at("sha256")) != sha256(file.content)) {
      return false;
    }
  }
  return true;
}

enum class Outcome { met, not_met, elsewhere };

class Judge {
 public:
  explicit Judge(const mime::Message& message) : message_(message) {}

  Outcome judge(std::string_view check, const json::value& value) const {
    // Judged by the HTML cleaner, the SMTP listener and the network tests.
    for (const std::string_view other : {"html_safe", "no_network", "listener"}) {
      if (check == other) return Outcome::elsewhere;
    }
    return met(check, value) ? Outcome::met : Outcome::not_met;
  }

 private:
  bool met(std::string_view check, const json::value& value) const {
    if (check.starts_with("subject")) return subject(check, value);
    if (check.starts_with("text") || check.starts_with("html")) return body(check, value);
    if (check.starts_with("attachment")) return files(check, value);
    if (check == "from_addresses") return addresses(message_.from) == words_of(value);
    if (check == "from_first")
      return !message_.from.empty() && message_.from.front().address == text_of(value);
    if (check == "from_names") return from_names(value);
    if (check == "to_first")
      return !message_.to.empty() && message_.to.front().address == text_of(value);
    if (check == "to_count_min") return message_.to.size() >= size_of(value);
    if (check == "bcc_count") return message_.bcc.size() == size_of(value);
    if (check == "message_count") return size_of(value) == 1;  // parse() never makes two of one
    if (check == "date_empty") return !message_.date.has_value();
    if (check == "flag") {
      return std::ranges::any_of(
          message_.warnings, [&](mime::Warning w) { return mime::name_of(w) == text_of(value); });
    }
    const Words words = words_of(value);
    const auto there = [this](const std::string& word) { return is_anywhere(message_, word); };
    if (check == "anywhere_contains") return std::ranges::all_of(words, there);
    if (check == "anywhere_contains_any") return std::ranges::any_of(words, there);
    return false;  // a check that nobody knows is not met
  }

  bool from_names(const json::value& value) const {
    Words names;
    for (const auto& mailbox : message_.from) names.push_back(mailbox.name);
    return names == words_of(value);
  }

  bool subject(std::string_view check, const json::value& value) const {
    const std::string& subject = message_.subject;
    if (check == "subject_equals") return subject == squeezed(text_of(value));
    if (check == "subject_starts") return subject.starts_with(text_of(value));
    if (check == "subject_contains") return holds_all(subject, words_of(value));
    if (check == "subject_no_control") return has_no_control(subject);
    if (check == "subject_any") return std::ranges::count(words_of(value), subject) != 0;
    return false;
  }

  bool body(std::string_view check, const json::value& value) const {
    const std::string& body = check.starts_with("text") ? message_.text : message_.html;
    const std::string_view rest = check.substr(4);
    if (rest == "_equals") return squeezed(body) == squeezed(text_of(value));
    if (rest == "_contains") return holds_all(body, words_of(value));
    if (rest == "_length_min") return body.size() >= size_of(value);
    if (rest == "_not_contains") {
      const Words words = words_of(value);
      return std::ranges::none_of(words,
                                  [&](const std::string& word) { return body.contains(word); });
    }
    return false;
  }

  bool files(std::string_view check, const json::value& value) const {
    const auto& files = message_.attachments;
    if (check == "attachments") return same_files(value, message_);
    if (check == "attachment_count") return files.size() == size_of(value);
    if (check == "attachment_count_max") return files.size() <= size_of(value);
    if (check == "attachment_hashes") return hashes(message_) == words_of(value);
    if (check == "attachment_hashes_include") {
      const Words have = hashes(message_);
      const Words wanted = words_of(value);
      return std::ranges::all_of(
          wanted, [&](const std::string& hash) { return std::ranges::count(have, hash) != 0; });
    }
    if (check == "attachment_name_max") {
      return std::ranges::all_of(
          files, [&](const auto& file) { return characters(file.name) <= size_of(value); });
    }
    if (check == "attachment_names") {
      Words names;
      for (const auto& file : files) names.push_back(file.name);
      return names == words_of(value);
    }
    return false;
  }

  const mime::Message& message_;
};

struct Elsewhere {
  std::size_t checks = 0;
};

void judge_all(const json::object& wanted, const std::string& level, const std::string& file,
               const mime::Message& message, Tally& tally, Elsewhere& elsewhere) {
  for (const auto& [check, value] : wanted) {
    const Outcome outcome = Judge{message}.judge(std::string_view{check}, value);
    if (outcome == Outcome::elsewhere) {
      ++elsewhere.checks;
      continue;
    }
    tally.check(level, outcome == Outcome::met,
                file + " " + std::string{check} + " " + json::serialize(value).substr(0, 120));
  }
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Sanitised builds and loaded machines are slower; LETHE_ATTACK_SLOWDOWN says
// how much. The bound is what a quadratic reader would break, not a benchmark.
double slowdown() {
  const char* const named = std::getenv("LETHE_ATTACK_SLOWDOWN");
  return named == nullptr ? 4.0 : std::atof(named);
}

void run_folder(const std::filesystem::path& folder, const std::string& name) {
  Tally tally{"attack " + name};
  Elsewhere elsewhere;
  const json::value expectations = read_json(folder / "expectations.json");
  for (const auto& entry : expectations.at("mails").as_array()) {
    const auto& mail = entry.as_object();
    const std::string file = text_of(mail.at("file"));
    const std::string raw = read_file(folder / file);
    REQUIRE(sha256(raw) == text_of(mail.at("sha256")));
    const long memory_before = peak_kilobytes();
    const auto begin = std::chrono::steady_clock::now();
    const mime::Message message = mime::parse(raw);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double allowed = mail.at("max_seconds").to_number<double>() * slowdown();
    const long grown = (peak_kilobytes() - memory_before) / 1024;
    tally.mail();
    tally.check("seconds", took.count() <= allowed,
                file + ": " + std::to_string(took.count()) + " s");
    tally.check("memory", grown <= mail.at("max_memory_mb").to_number<std::int64_t>(),
                file + ": " + std::to_string(grown) + " MB");
    check_contract(message, raw, file, tally);
    judge_all(mail.at("must").as_object(), "must", file, message, tally, elsewhere);
    judge_all(mail.at("should").as_object(), "should", file, message, tally, elsewhere);
  }
  tally.print();
  std::cout << "  checks of other modules not made here: " << elsewhere.checks << "\n";
  CHECK(tally.mails() > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("must") == 1.0);
  CHECK(tally.share("seconds") == 1.0);
  CHECK(tally.share("should") >= 0.95);
}

std::string setting(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 12 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// Makes the mails of `seed` in a directory of their own and removes them after.
class Generated {
 public:
  explicit Generated(const std::string& seed) {
    std::string pattern = (std::filesystem::temp_directory_path() / "lethe-attack-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    const std::string scale = setting("LETHE_ATTACK_SCALE", LETHE_ATTACK_DEFAULT_SCALE);
    REQUIRE(is_number(seed));
    REQUIRE(is_number(scale));
    const std::string command = std::string{LETHE_PYTHON} + " " +
                                (corpora() / "attack/generate.py").string() + " --seed " + seed +
                                " --scale " + scale + " --out " + folder_.string() + " > /dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  ~Generated() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Generated(const Generated&) = delete;
  Generated& operator=(const Generated&) = delete;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("no mail of the attack corpus breaks a promise, whatever the seed") {
  const std::string given = setting("LETHE_ATTACK_DIR", "");
  if (!given.empty()) return run_folder(given, given);
  Words seeds{"1", "2", "77"};
  const std::string extra = setting("LETHE_ATTACK_SEED", "");
  if (!extra.empty()) seeds.push_back(extra);
  for (const std::string& seed : seeds) {
    const Generated mails{seed};
    run_folder(mails.folder(), "seed " + seed);
  }
}

}  // namespace lethe::corpus
