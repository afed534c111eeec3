#include "dict.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>

#include "engine.h"
#include "lethe/base/assert.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

ctemplate::TemplateString view_of(std::string_view text) { return {text.data(), text.size()}; }

std::string joined(std::string_view a, std::string_view b) {
  std::string out{a};
  return out += b;
}

// The first letter of `word`, upper case; empty when it starts with something else.
std::string first_letter(std::string_view word) {
  std::int32_t at = 0;
  UChar32 point = 0;
  const auto length = static_cast<std::int32_t>(word.size());
  U8_NEXT(word.data(), at, length, point);
  if (point < 0 || u_isalnum(point) == 0) return {};
  point = u_toupper(point);
  std::array<char, U8_MAX_LENGTH> out{};
  std::int32_t size = 0;
  UBool is_error = 0;
  U8_APPEND(out.data(), size, U8_MAX_LENGTH, point, is_error);
  return is_error != 0 ? std::string{} : std::string{out.data(), static_cast<std::size_t>(size)};
}

const char* class_of(views::Tone tone) {
  switch (tone) {
    case views::Tone::neutral:
      return "";
    case views::Tone::accent:
      return "accent";
    case views::Tone::ok:
      return "ok";
    case views::Tone::warn:
      return "warn";
    case views::Tone::danger:
      return "danger";
    case views::Tone::info:
      return "info";
  }
  return "";
}

}  // namespace

std::string initials_of(std::string_view name) {
  const std::string line = squeezed(name);
  const auto words = split(line, ' ');
  std::string out = first_letter(words.front());
  if (words.size() > 1) out += first_letter(words.back());
  return out.empty() ? "?" : out;
}

std::string colour_class_of(std::int64_t seed) {
  return "a" + std::to_string(static_cast<std::uint64_t>(seed) % 6 + 1);
}

namespace {

// The gate writes its marks in English, whoever will read them.
std::string mark_words(const Text& words, std::string_view said) {
  constexpr std::string_view kCard = "card ending ";
  constexpr std::string_view kIban = "IBAN ending ";
  if (said.starts_with(kCard)) return words.with("card ending {}", said.substr(kCard.size()));
  if (said.starts_with(kIban)) return words.with("IBAN ending {}", said.substr(kIban.size()));
  if (said == "national id removed") return words("national id removed");
  if (said == "password removed") return words("password removed");
  return std::string{said};
}

}  // namespace

std::string status_word(const Text& words, views::Status status) {
  switch (status) {
    case views::Status::open:
      return words("Open");
    case views::Status::pending:
      return words("Waiting");
    case views::Status::solved:
      return words("Solved");
    case views::Status::closed:
      return words("Closed");
    case views::Status::spam:
      return words("Spam");
    case views::Status::trash:
      return words("Trash");
  }
  return {};
}

void Dict::set(std::string_view name, std::string_view value) const {
  inner_->SetValue(view_of(name), view_of(value));
  if (!value.empty()) inner_->ShowSection(view_of(joined("HAS_", name)));
}

const Dict& Dict::text(std::string_view name, std::string_view value) const {
  LETHE_ASSERT(!name.ends_with("_URL") && !name.ends_with("_HREF") && !name.ends_with("_HTML"));
  set(name, value);
  return *this;
}

const Dict& Dict::url(std::string_view name, const Url& value) const {
  LETHE_ASSERT(name.ends_with("_URL"));
  set(name, value.text());
  return *this;
}

const Dict& Dict::outside_link(std::string_view name, std::string_view value) const {
  LETHE_ASSERT(name.ends_with("_HREF"));
  const bool is_web = starts_with_ignoring_ascii_case(value, "https://") ||
                      starts_with_ignoring_ascii_case(value, "http://");
  set(name, is_web ? value : std::string_view{});
  return *this;
}

const Dict& Dict::safe_html(std::string_view name, const SafeHtml& html) const {
  LETHE_ASSERT(name.ends_with("_HTML"));
  set(name, html.text());
  return *this;
}

const Dict& Dict::number(std::string_view name, std::int64_t value) const {
  return text(name, words().number(value));
}
const Dict& Dict::digits(std::string_view name, std::int64_t value) const {
  return text(name, std::to_string(value));
}
const Dict& Dict::show(std::string_view section) const {
  inner_->ShowSection(view_of(section));
  return *this;
}
const Dict& Dict::show_if(bool condition, std::string_view section) const {
  return condition ? show(section) : *this;
}
const Dict& Dict::choose(bool condition, std::string_view yes, std::string_view no) const {
  return show(condition ? yes : no);
}
Dict Dict::each(std::string_view section) const {
  return Dict{inner_->AddSectionDictionary(view_of(section)), *page_};
}

const Dict& Dict::time(std::string_view name, Instant at) const {
  return text(name, words().relative(at, page_->now))
      .text(joined(name, "_ISO"), to_rfc3339(at))
      .text(joined(name, "_FULL"), words().full(at));
}
const Dict& Dict::time_ago(std::string_view name, Instant at) const {
  return text(name, words().ago(at, page_->now))
      .text(joined(name, "_ISO"), to_rfc3339(at))
      .text(joined(name, "_FULL"), words().full(at));
}
const Dict& Dict::date(std::string_view name, Instant at) const {
  return text(name, words().short_date(at))
      .text(joined(name, "_ISO"), to_rfc3339(at))
      .text(joined(name, "_FULL"), words().full(at));
}
const Dict& Dict::date_if(std::string_view name, const std::optional<Instant>& at) const {
  return at ? date(name, *at) : *this;
}

const Dict& Dict::person(std::string_view who, const views::PersonRef& person) const {
  const std::string& known = person.name.empty() ? person.address : person.name;
  if (person.erased) {
    show(joined(who, "_ERASED"));
    return text(joined(who, "_NAME"), words()("Deleted person"));
  }
  show(joined(who, "_LIVE"));
  text(joined(who, "_NAME"), known.empty() ? words()("Unknown sender") : known);
  text(joined(who, "_ADDRESS"), person.address);
  text(joined(who, "_INITIALS"), initials_of(known));
  text(joined(who, "_COLOUR"), colour_class_of(person.seed));
  return url(joined(who, "_PAGE_URL"), person.page);
}

const Dict& Dict::agent(std::string_view who, const views::AgentRef& agent) const {
  if (agent.former) {
    show(joined(who, "_ERASED"));
    return text(joined(who, "_NAME"), words()("Former agent"));
  }
  show(joined(who, "_LIVE"));
  text(joined(who, "_INITIALS"), initials_of(agent.name));
  text(joined(who, "_COLOUR"), colour_class_of(agent.seed));
  return text(joined(who, "_NAME"), agent.name);
}

const Dict& Dict::options(std::string_view section, const views::Options& options) const {
  for (const views::Option& option : options) {
    each(section)
        .text("VALUE", option.value)
        .text("LABEL", option.label)
        .show_if(option.chosen, "CHOSEN");
  }
  if (!options.empty()) show(joined("HAS_", section));
  return *this;
}

const Dict& Dict::texts(std::string_view section, std::string_view item,
                        const std::vector<std::string>& values) const {
  for (const std::string& value : values) each(section).text(item, value);
  if (!values.empty()) show(joined("HAS_", section));
  return *this;
}

const Dict& Dict::errors(const views::FormErrors& errors) const {
  if (errors.empty()) return *this;
  const Dict summary = each("ERRORS");
  summary.text("TITLE_OF_ERRORS",
               words().plural("One thing to fix", "{} things to fix", std::ssize(errors)));
  for (const views::FormError& error : errors) {
    summary.each("ERROR_ITEM")
        .url("FIELD_URL", with_fragment(Url{}, error.field))
        .text("MESSAGE", error.message);
    text(error.field + "_ERROR", error.message);
  }
  return *this;
}

const Dict& Dict::retention(const views::Retention& retention) const {
  using Kind = views::Retention::Kind;
  text("RET_RULE", retention.rule).url("RET_RULE_URL", retention.rule_url);
  text("RET_REASON", retention.reason);
  if (retention.at)
    text("RET_DATE", words().date(*retention.at))
        .text("RET_SHORT", words().short_date(*retention.at));
  switch (retention.kind) {
    case Kind::after_close:
      return show("RET_AFTER_CLOSE");
    case Kind::due:
      return show("RET_DUE");
    case Kind::on_hold:
      return show("RET_ON_HOLD");
    case Kind::excepted:
      return show("RET_EXCEPTED");
    case Kind::no_rule:
      return show("RET_NO_RULE");
    case Kind::erased:
      return show("RET_ERASED");
  }
  return *this;
}

const Dict& Dict::status(views::Status status) const {
  text("STATUS", status_word(words(), status));
  const bool is_settled = status == views::Status::closed || status == views::Status::solved;
  show_if(is_settled, "IS_SETTLED");
  return show_if(status != views::Status::open, "IS_NOT_OPEN");
}

const Dict& Dict::paging(const views::Paging& paging) const {
  number("PAGE_FIRST", paging.first)
      .number("PAGE_LAST", paging.last)
      .number("PAGE_TOTAL", paging.total);
  show_if(paging.total > 0, "PAGING");
  if (!paging.total_is_unknown) {
    choose(paging.total_is_estimate, "TOTAL_IS_ESTIMATE", "TOTAL_IS_EXACT");
  }
  choose(paging.previous.empty(), "NO_PREVIOUS_PAGE", "PREVIOUS_PAGE");
  choose(paging.next.empty(), "NO_NEXT_PAGE", "NEXT_PAGE");
  return url("PREVIOUS_PAGE_URL", paging.previous).url("NEXT_PAGE_URL", paging.next);
}

const Dict& Dict::rich_text(std::string_view section, const RichText& text) const {
  if (!text.empty()) show(joined("HAS_", section));
  for (const Block& block : text) {
    const Dict out = each(section);
    static constexpr std::array<std::string_view, 5> kBlocks{"PARAGRAPH", "QUOTED_BLOCK",
                                                             "CODE_BLOCK", "LIST_ITEM", "HEADING"};
    const Dict kind = out.each(kBlocks[static_cast<std::size_t>(block.kind)]);
    kind.choose(block.number > 0, "NUMBERED", "BULLET").digits("ITEM_NUMBER", block.number);
    for (const Span& span : block.spans) {
      static constexpr std::array<std::string_view, 7> kSpans{"TEXT", "BOLD",     "ITALIC", "CODE",
                                                              "LINK", "REDACTED", "BREAK"};
      const Dict words_of = kind.each("SPAN").each(kSpans[static_cast<std::size_t>(span.kind)]);
      const bool is_mark = span.kind == Span::Kind::redacted;
      words_of.text("WORDS", is_mark ? mark_words(words(), span.text) : span.text);
      if (span.kind == Span::Kind::link) words_of.outside_link("WORDS_HREF", span.href);
    }
  }
  return *this;
}

const Dict& Dict::tone(views::Tone tone) const {
  text("TONE", class_of(tone));
  static constexpr std::array<std::string_view, 6> kIcons{
      "TONE_NEUTRAL", "TONE_ACCENT", "TONE_OK", "TONE_WARN", "TONE_DANGER", "TONE_INFO"};
  return show(kIcons[static_cast<std::size_t>(tone)]);
}

const Dict& Dict::hidden_fields(const web_protocol::Fields& fields) const {
  for (const web_protocol::Field& field : fields) {
    each("CARRIED").text("NAME", field.name).text("VALUE", field.value);
  }
  return *this;
}

}  // namespace lethe::web
