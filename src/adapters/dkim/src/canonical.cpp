#include "canonical.h"

#include <algorithm>
#include <array>
#include <map>

#include "lethe/base/text.h"

namespace lethe::dkim {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// One line without its line end; blanks squeezed to one, none at the end.
void append_relaxed_line(std::string& out, std::string_view line) {
  bool blank = false;
  for (const char c : line) {
    if (is_blank(c)) {
      blank = true;
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
}

constexpr std::array<std::string_view, 16> kWorthSigning{"from",
                                                         "to",
                                                         "cc",
                                                         "subject",
                                                         "date",
                                                         "message-id",
                                                         "reply-to",
                                                         "in-reply-to",
                                                         "references",
                                                         "mime-version",
                                                         "content-type",
                                                         "content-transfer-encoding",
                                                         "auto-submitted",
                                                         "list-unsubscribe",
                                                         "list-unsubscribe-post",
                                                         "x-lethe-loop"};
constexpr std::array<std::string_view, 9> kNotToBeAdded{
    "from",       "to",       "cc",           "subject",         "date",
    "message-id", "reply-to", "content-type", "list-unsubscribe"};

}  // namespace

std::string relaxed_value(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    if (c == '\r' || c == '\n') continue;
    if (!is_blank(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string relaxed_field(const Field& field) { return field.name + ":" + field.value; }

Split split_mail(std::string_view mail) {
  Split split;
  while (!mail.empty() && !mail.starts_with("\r\n")) {
    // A field goes on while the next line begins with a blank.
    auto end = mail.find("\r\n");
    while (end != std::string_view::npos && end + 2 < mail.size() && is_blank(mail[end + 2])) {
      end = mail.find("\r\n", end + 2);
    }
    const std::string_view field = mail.substr(0, end);
    const auto colon = field.find(':');
    if (colon != std::string_view::npos) {
      split.fields.push_back(
          {ascii_lower(trimmed(field.substr(0, colon))), relaxed_value(field.substr(colon + 1))});
    }
    mail = end == std::string_view::npos ? std::string_view{} : mail.substr(end + 2);
  }
  split.body = mail.starts_with("\r\n") ? mail.substr(2) : std::string_view{};
  return split;
}

std::string relaxed_body(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    append_relaxed_line(out, body.substr(0, end));
    out += "\r\n";
    body = end == std::string_view::npos ? std::string_view{} : body.substr(end + 2);
  }
  while (out.ends_with("\r\n\r\n")) out.resize(out.size() - 2);
  return out == "\r\n" ? std::string{} : out;
}

std::vector<std::string> names_to_sign(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const std::string_view name : kWorthSigning) {
    auto count = std::ranges::count(fields, name, &Field::name);
    if (std::ranges::find(kNotToBeAdded, name) != kNotToBeAdded.end()) count += 1;
    for (; count > 0; --count) names.emplace_back(name);
  }
  return names;
}

std::string signed_header(const std::vector<Field>& fields, const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> taken;  // of each name, from the end
  std::string out;
  for (const std::string& name : names) {
    std::size_t skip = taken[name]++;
    for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
      if (field->name != name || skip-- > 0) continue;
      out += relaxed_field(*field) + "\r\n";
      break;
    }
  }
  return out;
}

}  // namespace lethe::dkim
