// Helpers of the corpus tests: files, JSON, hashes and counting.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/mime/message.h"

namespace lethe::corpus {

namespace json = boost::json;

// LETHE_CORPORA or ../shared/corpora beside the source tree.
[[nodiscard]] std::filesystem::path corpora();
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
[[nodiscard]] json::value read_json(const std::filesystem::path& path);
[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string text_of(const json::value& value);
[[nodiscard]] std::size_t count_of(std::string_view text, std::string_view word);

// Counts checks by class; says which failed.
class Tally {
 public:
  explicit Tally(std::string set) : set_(std::move(set)) {}
  void mail() { ++mails_; }
  void check(const std::string& what, bool passed, const std::string& detail);
  // 1 when nothing of that class was checked.
  [[nodiscard]] double share(const std::string& what) const;
  [[nodiscard]] std::size_t checks(const std::string& what) const;
  [[nodiscard]] std::size_t mails() const { return mails_; }
  // "corpus <set>: <n> mails, <checks> checks, <pass> passed (..%)" and, one
  // line each, what failed.
  void print() const;

 private:
  struct Count {
    std::size_t checks = 0;
    std::size_t passed = 0;
  };
  std::string set_;
  std::size_t mails_ = 0;
  std::map<std::string, Count> counts_;
  std::vector<std::string> failures_;
};

// The common JSON form of the corpora's README: compares what `expected` names
// and counts it. Classes: contract, address, subject, date, message_id, text,
// html, attachment.
void compare_common(const json::object& expected, const mime::Message& message,
                    std::string_view raw, const std::string& file, Tally& tally);
void check_contract(const mime::Message& message, std::string_view raw, const std::string& file,
                    Tally& tally);
void check_addresses(const std::string& what, const json::array& expected,
                     const std::vector<mime::Mailbox>& found, const std::string& file,
                     Tally& tally);
// True when `word` stands in the text, the HTML or a file.
[[nodiscard]] bool is_anywhere(const mime::Message& message, std::string_view word);

}  // namespace lethe::corpus
