#include "lethe/core/postfix_smuggling.h"

#include <algorithm>
#include <charconv>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::string_view kBare = "smtpd_forbid_bare_newline";
constexpr std::string_view kExcept = "smtpd_forbid_bare_newline_exclusions";
constexpr std::string_view kPipelining = "smtpd_forbid_unauth_pipelining";
constexpr std::string_view kData = "smtpd_data_restrictions";
constexpr std::string_view kHidden = "smtpd_discard_ehlo_keywords";
constexpr PostfixVersion kSafe{3, 9, 0};  // by its defaults

// The first patch of 3.5, 3.6, 3.7 and 3.8 that has it; 3.9 has it all.
using Since = std::array<int, 4>;
constexpr Since kYesSince{23, 13, 9, 4};
constexpr Since kNormalizeSince{24, 14, 10, 5};
constexpr Since kPipeliningSince{20, 10, 6, 1};

bool has(const PostfixVersion& version, const Since& since) {
  constexpr int kFirstBranch = 5;
  if (version >= kSafe) return true;
  if (version[0] != 3 || version[1] < kFirstBranch) return false;
  return version[2] >= since.at(static_cast<std::size_t>(version[1] - kFirstBranch));
}

std::string words_of(const PostfixVersion& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
         std::to_string(version[2]);
}

// Words between commas and white space.
bool lists(std::string_view value, std::string_view wanted) {
  std::string spaced{value};
  std::ranges::replace(spaced, ',', ' ');
  std::ranges::replace(spaced, '\t', ' ');
  return std::ranges::any_of(split(spaced, ' '), [&](std::string_view word) {
    return equals_ignoring_ascii_case(word, wanted);
  });
}

class Judgement {
 public:
  Judgement(const PostfixSettings& settings, std::optional<PostfixVersion> version)
      : settings_(settings), version_(version) {}

  Findings run() {
    judge_bare_newline();
    // Exceptions to what is off say nothing.
    if (findings_.front().grade == Grade::ok) judge_exclusions();
    judge_pipelining();
    return std::move(findings_);
  }

 private:
  void say(Grade grade, std::string sentence) {
    findings_.push_back({grade, "postfix: " + std::move(sentence)});
  }
  void say_unreadable(std::string_view name, const Error& error) {
    say(Grade::error, std::string{name} + " cannot be read: " + error.detail);
  }

  void judge_bare_newline() {
    if (version_ && !has(*version_, kYesSince)) return judge_without_the_setting();
    if (!settings_.is_set(kBare)) return judge_default();
    const auto value = settings_.value(kBare);
    if (!value) return say_unreadable(kBare, value.error());
    judge_word(ascii_lower(trimmed(*value)));
  }

  void judge_default() {
    if (!version_) {
      return say(Grade::error,
                 "smtpd_forbid_bare_newline is not set. Only Postfix 3.9 and later refuse smuggled "
                 "mail without it; say the version with --postfix-version, or write "
                 "smtpd_forbid_bare_newline = normalize (before 3.8.5, 3.7.10, 3.6.14 and 3.5.24: "
                 "yes)");
    }
    if (*version_ >= kSafe) {
      return say(Grade::ok, "bare line feeds end no mail (the default of " + words_of(*version_) +
                                ": smtpd_forbid_bare_newline = normalize)");
    }
    say(Grade::error, "smtpd_forbid_bare_newline is not set, and the default of " +
                          words_of(*version_) +
                          " is no; write smtpd_forbid_bare_newline = " + wanted_word());
  }

  // What the version understands.
  [[nodiscard]] std::string wanted_word() const {
    return version_ && !has(*version_, kNormalizeSince) ? "yes" : "normalize";
  }

  void judge_word(const std::string& word) {
    const std::string set = "; write smtpd_forbid_bare_newline = " + wanted_word();
    if (word == "normalize" || word == "yes" || word == "reject") {
      if (word != "yes" && wanted_word() == "yes") {
        return say(Grade::error, "smtpd_forbid_bare_newline = " + word + " is not known to " +
                                     words_of(*version_) + set);
      }
      return say(Grade::ok,
                 "bare line feeds end no mail (smtpd_forbid_bare_newline = " + word + ")");
    }
    if (word == "no") {
      return say(Grade::error, "smtpd_forbid_bare_newline = no lets mail be smuggled" + set);
    }
    if (word == "note") {
      return say(Grade::error, "smtpd_forbid_bare_newline = note only logs smuggled mail" + set);
    }
    say(Grade::error, "smtpd_forbid_bare_newline has a value that Postfix does not know" + set);
  }

  // The short-term workaround: the attacks that were published sent commands ahead of their turn.
  void judge_without_the_setting() {
    const std::string begin = words_of(*version_) + " does not know smtpd_forbid_bare_newline";
    const std::string update = "update Postfix to 3.9 (or 3.8.5, 3.7.10, 3.6.14, 3.5.24)";
    const auto hidden = settings_.value(kHidden);
    if (!hidden) return say_unreadable(kHidden, hidden.error());
    const auto held_back = holds_commands_back();
    if (held_back && *held_back && lists(*hidden, "chunking")) {
      return say(Grade::warning, begin +
                                     "; what is set against commands ahead of their turn stops "
                                     "the attacks that were published, not all: " +
                                     update);
    }
    say(Grade::error, begin + "; " + update +
                          ". Until then write smtpd_data_restrictions = reject_unauth_pipelining "
                          "and smtpd_discard_ehlo_keywords = chunking, silent-discard");
  }

  void judge_exclusions() {
    // As written: what it names may have a default that is not in main.cf.
    if (settings_.is_set(kExcept) && settings_.raw(kExcept).empty()) {
      return say(Grade::ok, "no client is excepted from smtpd_forbid_bare_newline");
    }
    say(Grade::warning,
        "clients in smtpd_forbid_bare_newline_exclusions (default: mynetworks) may still smuggle "
        "mail; write smtpd_forbid_bare_newline_exclusions = with nothing behind it, unless an old "
        "device needs it");
  }

  // Whether commands ahead of their turn are refused, by either setting or by default.
  [[nodiscard]] Result<bool> holds_commands_back() const {
    LETHE_TRY(const std::string data, settings_.value(kData));
    if (lists(data, "reject_unauth_pipelining")) return true;
    if (version_ && !has(*version_, kPipeliningSince)) return false;
    if (!settings_.is_set(kPipelining)) return version_ && *version_ >= kSafe;
    LETHE_TRY(const std::string forbid, settings_.value(kPipelining));
    return equals_ignoring_ascii_case(trimmed(forbid), "yes");
  }

  void judge_pipelining() {
    const auto held_back = holds_commands_back();
    if (!held_back) return say_unreadable("what holds commands back", held_back.error());
    if (*held_back) return say(Grade::ok, "commands sent ahead of their turn are refused");
    const bool is_old = version_ && !has(*version_, kPipeliningSince);
    const std::string set =
        std::string{"write smtpd_data_restrictions = reject_unauth_pipelining"} +
        (is_old ? "" : ", or smtpd_forbid_unauth_pipelining = yes");
    if (settings_.is_set(kPipelining) && !is_old) {
      return say(Grade::warning,
                 "smtpd_forbid_unauth_pipelining is off, so smuggled commands are obeyed; " + set);
    }
    const std::string who = version_ ? "in " + words_of(*version_) : std::string{"before 3.9"};
    say(Grade::warning,
        who + " commands sent ahead of their turn are obeyed, as smuggled ones are; " + set);
  }

  const PostfixSettings& settings_;
  std::optional<PostfixVersion> version_;
  Findings findings_;
};

}  // namespace

std::optional<PostfixVersion> parse_postfix_version(std::string_view text) {
  constexpr std::size_t kDigitsMax = 4;
  const auto parts = split(trimmed(text).substr(0, trimmed(text).find('-')), '.');
  PostfixVersion version{};
  if (parts.size() < 2 || parts.size() > version.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view digits = parts[i];
    const char* const end = digits.data() + digits.size();
    if (digits.empty() || digits.size() > kDigitsMax) return std::nullopt;
    const auto read = std::from_chars(digits.data(), end, version.at(i));
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  }
  return version;
}

Findings judge_smuggling(const PostfixSettings& settings, std::optional<PostfixVersion> version) {
  return Judgement{settings, version}.run();
}

}  // namespace lethe::core
