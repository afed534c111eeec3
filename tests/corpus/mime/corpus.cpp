#include "corpus.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "contract.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/base/time.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {

std::filesystem::path corpora() {
  const char* const named = std::getenv("LETHE_CORPORA");
  return named != nullptr ? std::filesystem::path{named}
                          : std::filesystem::path{LETHE_SOURCE_DIR "/../shared/corpora"};
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream all;
  all << in.rdbuf();
  return std::move(all).str();
}

json::value read_json(const std::filesystem::path& path) { return json::parse(read_file(path)); }

std::string sha256(std::string_view bytes) {
  Bytes digest(crypto_hash_sha256_BYTES);
  const ByteView view = as_bytes(bytes);
  crypto_hash_sha256(digest.data(), view.data(), view.size());
  return to_hex(digest);
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + word.size())) {
    ++count;
  }
  return count;
}

void Tally::check(const std::string& what, bool passed, const std::string& detail) {
  Count& count = counts_.try_emplace(what).first->second;
  ++count.checks;
  if (passed) {
    ++count.passed;
  } else {
    failures_.push_back(what + ": " + detail.substr(0, 300));
  }
}

double Tally::share(const std::string& what) const {
  const auto found = counts_.find(what);
  if (found == counts_.end()) return 1;
  return static_cast<double>(found->second.passed) / static_cast<double>(found->second.checks);
}

std::size_t Tally::checks(const std::string& what) const {
  const auto found = counts_.find(what);
  return found == counts_.end() ? 0 : found->second.checks;
}

void Tally::print() const {
  Count all;
  std::string classes;
  for (const auto& [what, count] : counts_) {
    all.checks += count.checks;
    all.passed += count.passed;
    classes +=
        "  " + what + " " + std::to_string(count.passed) + "/" + std::to_string(count.checks);
  }
  const double percent =
      all.checks == 0 ? 100.0
                      : 100.0 * static_cast<double>(all.passed) / static_cast<double>(all.checks);
  std::cout << "corpus " << set_ << ": " << mails_ << " mails, " << all.checks << " checks, "
            << all.passed << " passed ("
            << static_cast<double>(static_cast<int>(percent * 100)) / 100 << "%)\n"
            << classes << "\n";
  for (const std::string& failure : failures_) std::cout << "    not met: " << failure << "\n";
}

bool is_anywhere(const mime::Message& message, std::string_view word) {
  if (message.text.contains(word) || message.html.contains(word)) return true;
  if (squeezed(message.text).contains(squeezed(word))) return true;
  return std::ranges::any_of(message.attachments, [word](const mime::Attachment& file) {
    return file.content.contains(word);
  });
}

void check_contract(const mime::Message& message, std::string_view raw, const std::string& file,
                    Tally& tally) {
  const auto broken = Contract::broken(message, raw);
  tally.check("contract", broken.empty(), file + ": " + (broken.empty() ? "" : broken.front()));
}

namespace {

// The domain is compared without regard to case.
std::string comparable(std::string_view address) {
  const std::size_t at_sign = address.rfind('@');
  if (at_sign == std::string_view::npos) return std::string{address};
  return std::string{address.substr(0, at_sign)} + ascii_lower(address.substr(at_sign));
}

std::string shown(const std::vector<mime::Mailbox>& mailboxes) {
  std::string out;
  for (const auto& mailbox : mailboxes) out += "[" + mailbox.name + " <" + mailbox.address + ">]";
  return out;
}

class Comparison {
 public:
  Comparison(const json::object& expected, const mime::Message& message, std::string file,
             Tally& tally)
      : expected_(expected), message_(message), file_(std::move(file)), tally_(tally) {
    if (const auto* list = expected_.if_contains("unsure")) {
      for (const auto& one : list->as_array()) unsure_.push_back(text_of(one));
    }
  }

  void run() {
    list("from", message_.from);
    list("to", message_.to);
    list("cc", message_.cc);
    squeezed_text("subject", "subject", message_.subject);
    date();
    if (const auto* id = field("message_id")) {
      tally_.check("message_id", text_of(*id) == message_.message_id,
                   file_ + ": " + message_.message_id);
    }
    squeezed_text("text", "text", message_.text);
    squeezed_text("html", "html", message_.html);
    contains("text_contains", "text", message_.text);
    contains("html_contains", "html", message_.html);
    contains_not("text_not_contains", "text", message_.text);
    contains_not("html_not_contains", "html", message_.html);
    anywhere();
    attachments();
  }

 private:
  [[nodiscard]] const json::value* field(std::string_view name) const {
    const auto unsure = [&](const std::string& one) { return one == "*" || one == name; };
    return std::ranges::any_of(unsure_, unsure) ? nullptr : expected_.if_contains(name);
  }

  void list(std::string_view name, const std::vector<mime::Mailbox>& found) {
    if (const auto* value = field(name)) {
      check_addresses(std::string{name}, value->as_array(), found, file_, tally_);
    }
  }

  void squeezed_text(std::string_view name, const std::string& what, const std::string& found) {
    if (const auto* value = field(name)) {
      const bool same = squeezed(text_of(*value)) == squeezed(found);
      tally_.check(what, same,
                   file_ + ": got \"" + squeezed(found).substr(0, 100) + "\" for \"" +
                       squeezed(text_of(*value)).substr(0, 100) + "\"");
    }
  }

  void date() {
    const auto* value = field("date");
    if (value == nullptr) return;
    const std::string text = text_of(*value);
    if (text.empty()) {
      tally_.check("date", !message_.date, file_ + ": a date where none can be used");
      return;
    }
    const auto expected = parse_rfc3339(text);
    const bool same = expected && message_.date && *expected == *message_.date;
    tally_.check(
        "date", same,
        file_ + ": " + (message_.date ? to_rfc3339(*message_.date) : "none") + " for " + text);
  }

  void contains(std::string_view name, const std::string& what, const std::string& found) {
    const auto* value = field(name);
    if (value == nullptr) return;
    for (const auto& one : value->as_array()) {
      if (one.is_string()) {
        tally_.check(what, squeezed(found).contains(squeezed(text_of(one))),
                     file_ + " lacks " + text_of(one));
        continue;
      }
      const auto& wanted = one.as_object();
      const auto times = static_cast<std::size_t>(wanted.at("count").to_number<std::int64_t>());
      const std::size_t got = count_of(found, text_of(wanted.at("string")));
      tally_.check(what, got == times,
                   file_ + ": " + std::to_string(got) + " times " + text_of(wanted.at("string")));
    }
  }

  void contains_not(std::string_view name, const std::string& what, const std::string& found) {
    const auto* value = field(name);
    if (value == nullptr) return;
    for (const auto& one : value->as_array()) {
      tally_.check(what, !found.contains(text_of(one)), file_ + " must not hold " + text_of(one));
    }
  }

  void anywhere() {
    if (const auto* value = field("anywhere_contains")) {
      for (const auto& one : value->as_array()) {
        tally_.check("anywhere", is_anywhere(message_, text_of(one)),
                     file_ + " lost " + text_of(one));
      }
    }
  }

  void attachments() {
    const auto* value = field("attachments");
    if (value == nullptr) return;
    const auto& wanted = value->as_array();
    const auto& found = message_.attachments;
    if (wanted.size() != found.size()) {
      tally_.check("attachment", false,
                   file_ + ": " + std::to_string(found.size()) + " files for " +
                       std::to_string(wanted.size()));
      return;
    }
    for (std::size_t i = 0; i < found.size(); ++i) attachment(wanted[i].as_object(), found[i]);
  }

  void attachment(const json::object& wanted, const mime::Attachment& found) {
    const auto text = [&](std::string_view name) {
      const auto* value = wanted.if_contains(name);
      return value == nullptr ? std::string{} : text_of(*value);
    };
    if (wanted.if_contains("name") != nullptr) {
      tally_.check("attachment name", mime::safe_file_name(text("name")) == found.name,
                   file_ + ": \"" + found.name + "\" for \"" + text("name") + "\"");
    }
    if (wanted.if_contains("type") != nullptr) {
      tally_.check("attachment type", ascii_lower(text("type")) == found.type,
                   file_ + ": " + found.type + " for " + text("type"));
    }
    const auto* free = wanted.if_contains("hash_unsure");
    if (wanted.if_contains("sha256") != nullptr && (free == nullptr || !free->as_bool())) {
      tally_.check(
          "attachment", text("sha256") == sha256(found.content),
          file_ + " " + found.name + ": " + std::to_string(found.content.size()) + " bytes");
    }
    if (const auto* held = wanted.if_contains("contains")) {
      for (const auto& one : held->as_array()) {
        const auto& word = one.as_object();
        const auto times = static_cast<std::size_t>(word.at("count").to_number<std::int64_t>());
        tally_.check("attachment", count_of(found.content, text_of(word.at("string"))) == times,
                     file_ + " counts");
      }
    }
  }

  const json::object& expected_;
  const mime::Message& message_;
  std::string file_;
  Tally& tally_;
  std::vector<std::string> unsure_;
};

}  // namespace

void check_addresses(const std::string& what, const json::array& expected,
                     const std::vector<mime::Mailbox>& found, const std::string& file,
                     Tally& tally) {
  bool same = expected.size() == found.size();
  for (std::size_t i = 0; same && i < found.size(); ++i) {
    const auto& one = expected[i].as_object();
    same = squeezed(text_of(one.at("name"))) == squeezed(found[i].name) &&
           comparable(text_of(one.at("address"))) == comparable(found[i].address);
  }
  tally.check("address", same,
              file + " " + what + ": " + shown(found) + " for " + json::serialize(expected));
}

void compare_common(const json::object& expected, const mime::Message& message,
                    std::string_view raw, const std::string& file, Tally& tally) {
  tally.mail();
  check_contract(message, raw, file, tally);
  Comparison{expected, message, file, tally}.run();
}

}  // namespace lethe::corpus
