// Jira Cloud REST v3 as target (https://developer.atlassian.com/cloud/jira/platform/rest/v3/).
//
// The issue carries a label made of the mail's key: labels are searchable at
// once by everybody, issue properties only for apps. The description is ADF,
// whose text nodes cannot be broken out of. No name and no address of the
// person is written unless the mailbox's owner asks for it.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "lethe/base/text.h"
#include "lethe/html/text.h"
#include "lethe/mime/parse.h"
#include "parts.h"

namespace lethe::relay_protocol {
namespace {

namespace json = boost::json;
using ports::RelayAnswer;
using ports::RelayMail;
using ports::RelayOutcome;

constexpr std::size_t kSummaryBytesMax = 255;
// Jira: 32,767 characters. What it counts is its own form of the document, longer than the text;
// the JSON is longer still.
constexpr std::size_t kDescriptionBytesMax = 30'000;
constexpr std::string_view kWholeText = "message.txt";
constexpr std::array<std::string_view, 2> kOfTheMail{"summary", "description"};
// A search answers a snapshot that lags: too early a look finds nothing.
constexpr Seconds kIndexLag{60};

// Control characters stand in no issue: a mail with one of them would be refused.
json::object text_node(std::string_view text) {
  std::string shown{text};
  std::ranges::replace_if(
      shown, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  json::object node{{"type", "text"}, {"text", shown}};
  wipe(shown);
  return node;
}

json::object paragraph(std::string_view text) {
  json::object node{{"type", "paragraph"}};
  if (!text.empty()) node["content"] = json::array{text_node(text)};
  return node;
}

struct Document {
  json::object adf;
  bool is_whole = true;
};

// As many lines of `text` as an issue takes. A line that is too long alone is cut.
Document document(std::string_view text) {
  Document made;
  json::array paragraphs;
  std::size_t bytes = 0;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view part = clipped_utf8(line, kDescriptionBytesMax / 6);
    json::object next = paragraph(part);
    bytes += json::serialize(next).size() + 1;
    made.is_whole = part.size() == line.size() && bytes <= kDescriptionBytesMax;
    if (bytes <= kDescriptionBytesMax) paragraphs.push_back(std::move(next));
    if (!made.is_whole) break;
  }
  if (!made.is_whole) {
    paragraphs.push_back(paragraph("\u2026 " + std::string{kWholeText}));
  }
  made.adf = {{"type", "doc"}, {"version", 1}, {"content", std::move(paragraphs)}};
  return made;
}

// {"errors": {"project": "..."}}: what a 400 finds wrong.
std::vector<std::string> fields_at_fault(const HttpAnswer& answer) {
  std::vector<std::string> fields;
  const json::value errors = errors_in(answer);
  if (!errors.is_object()) return fields;
  for (const auto& one : errors.get_object()) fields.emplace_back(one.key());
  return fields;
}

// 422: "a configuration problem prevents the creation of the issue".
RelayAnswer judge(const HttpAnswer& answer) {
  RelayAnswer judged = judge_failure(answer, fields_at_fault(answer), kOfTheMail);
  if (answer.status == 422) judged.outcome = RelayOutcome::misconfigured;
  return judged;
}

std::string body_of(const mime::Message& mail) {
  return mail.text.empty() ? html::to_text(mail.html) : mail.text;
}

class Talk {
 public:
  Talk(const TargetSettings& target, const RelayMail& mail, const Exchange& exchange)
      : target_(target), mail_(mail), exchange_(exchange), parsed_(mime::parse(mail.content)) {
    read_text();
  }

  RelayAnswer run();

 private:
  struct Issue {
    std::string key;
    std::size_t attachments = 0;
  };
  void read_text();
  [[nodiscard]] HttpRequest request(std::string method, const std::string& path) const;
  [[nodiscard]] Plaintext creation() const;
  // Nothing when Jira takes the mail's files, or does not say.
  std::optional<RelayAnswer> judge_files();
  RelayAnswer create();
  RelayAnswer complete(const Issue& issue);
  // The issue, nothing when there is certainly none, or why nobody can tell.
  std::expected<std::optional<Issue>, RelayAnswer> find();

  const TargetSettings& target_;
  const RelayMail& mail_;
  const Exchange& exchange_;
  mime::Message parsed_;
  json::object description_;
};

// What an issue's own fields do not hold goes along as a file, the last one: nothing of a mail that
// is taken is lost.
void Talk::read_text() {
  std::string text = body_of(parsed_);
  if (target_.names_sender) {
    const mime::Mailbox author = author_of(parsed_, mail_.envelope);
    text = author.name + " <" + author.address + ">\n\n" + text;
  }
  Document made = document(text);
  description_ = std::move(made.adf);
  if (!made.is_whole || parsed_.subject.size() > kSummaryBytesMax) {
    mime::Attachment whole{.name = std::string{kWholeText}, .type = "text/plain; charset=utf-8"};
    whole.content = parsed_.subject + "\n\n" + text;
    parsed_.attachments.push_back(std::move(whole));
  }
  wipe(text);
}

HttpRequest Talk::request(std::string method, const std::string& path) const {
  HttpRequest request{.method = std::move(method), .url = target_.url + "/rest/api/3" + path};
  request.add_header("Authorization", basic_credentials(as_text(target_.secret.reveal())).reveal());
  request.add_header("Accept", "application/json");
  return request;
}

Plaintext Talk::creation() const {
  json::array labels{json::string{reference_line(mail_.key)}};
  for (const std::string& tag : target_.tags) labels.emplace_back(tag);
  const std::string_view subject = clipped_utf8(parsed_.subject, kSummaryBytesMax);
  const json::object fields{{"project", json::object{{"key", target_.project}}},
                            {"issuetype", json::object{{"name", target_.issue_type}}},
                            {"summary", trimmed(subject).empty() ? "(no subject)" : subject},
                            {"description", description_},
                            {"labels", std::move(labels)}};
  return Plaintext{json::serialize(json::object{{"fields", fields}})};
}

RelayAnswer Talk::run() {
  if (!mail_.tried_before) return create();
  if (mail_.now < *mail_.tried_before + kIndexLag) {
    return {RelayOutcome::unknown, {}, "waiting for the index of Jira before trying again"};
  }
  auto found = find();
  if (!found) return std::move(found).error();
  return *found ? complete(**found) : create();
}

// Asked before the issue is made: what is refused later has half an effect.
std::optional<RelayAnswer> Talk::judge_files() {
  if (parsed_.attachments.empty()) return std::nullopt;
  const HttpAnswer answer = exchange_(request("GET", "/attachment/meta"));
  if (answer.status == 429) return judge_failed_question(answer);
  boost::system::error_code error;
  const json::value said = json::parse(answer.body.reveal(), error);
  const json::object* object = error || !is_success(answer) ? nullptr : said.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* enabled = object->if_contains("enabled");
  if (enabled != nullptr && enabled->is_bool() && !enabled->get_bool()) {
    return RelayAnswer{RelayOutcome::misconfigured, {}, "it takes no attachments"};
  }
  const json::value* limit = object->if_contains("uploadLimit");
  if (limit == nullptr || !limit->is_int64()) return std::nullopt;
  const bool is_beyond = std::ranges::any_of(parsed_.attachments, [&](const auto& file) {
    return std::cmp_greater(file.content.size(), limit->get_int64());
  });
  if (!is_beyond) return std::nullopt;
  return RelayAnswer{RelayOutcome::too_large, {}, "a file beyond its limit"};
}

RelayAnswer Talk::create() {
  if (auto refused = judge_files()) return std::move(*refused);
  HttpRequest creating = request("POST", "/issue");
  creating.add_header("Content-Type", "application/json");
  creating.body = creation();
  const HttpAnswer answer = exchange_(creating);
  if (answer.status != 201) {
    if (is_success(answer)) return {RelayOutcome::unknown, {}, "not an answer of Jira"};
    return judge(answer);
  }
  boost::system::error_code error;
  const json::value made = json::parse(answer.body.reveal(), error);
  const json::object* object = error ? nullptr : made.if_object();
  const json::value* key = object ? object->if_contains("key") : nullptr;
  if (key == nullptr || !key->is_string()) {
    // Without its key nothing can be attached to it; found by its label next time.
    if (parsed_.attachments.empty()) return {RelayOutcome::taken, {}, {}};
    return {RelayOutcome::unknown, {}, "an answer without a key"};
  }
  return complete({.key = std::string{key->get_string()}});
}

// Attaches what is not attached yet, in the order of the mail.
RelayAnswer Talk::complete(const Issue& issue) {
  for (std::size_t i = issue.attachments; i < parsed_.attachments.size(); ++i) {
    FormData form{mail_.key};
    form.add_file("file", parsed_.attachments[i]);
    HttpRequest attaching =
        request("POST", "/issue/" + percent_encoded(issue.key) + "/attachments");
    attaching.add_header("X-Atlassian-Token", "no-check");
    attaching.add_header("Content-Type", form.content_type());
    attaching.body = std::move(form).finish();
    const HttpAnswer answer = exchange_(attaching);
    if (is_success(answer)) continue;
    // The issue is there, so whatever was said the mail is neither refused nor untouched.
    return {RelayOutcome::unknown, {}, "an attachment: " + judge_failure(answer).why};
  }
  return {RelayOutcome::taken, issue.key, {}};
}

std::expected<std::optional<Talk::Issue>, RelayAnswer> Talk::find() {
  const std::string jql =
      "project = \"" + target_.project + "\" AND labels = \"" + reference_line(mail_.key) + "\"";
  const HttpAnswer answer = exchange_(request(
      "GET", "/search/jql?jql=" + percent_encoded(jql) + "&fields=attachment&maxResults=2"));
  const RelayAnswer unclear{
      RelayOutcome::unknown, {}, "the search failed", judge_failed_question(answer).pause};
  boost::system::error_code error;
  const json::value page = json::parse(answer.body.reveal(), error);
  if (!is_success(answer) || error || !page.is_object()) return std::unexpected(unclear);
  const json::value* issues = page.get_object().if_contains("issues");
  if (issues == nullptr || !issues->is_array()) return std::unexpected(unclear);
  if (issues->get_array().empty()) return std::optional<Issue>{};
  const json::object* issue = issues->get_array().front().if_object();
  const json::value* key = issue ? issue->if_contains("key") : nullptr;
  if (key == nullptr || !key->is_string()) return std::unexpected(unclear);
  Issue found{.key = std::string{key->get_string()}};
  const json::value* fields = issue->if_contains("fields");
  const json::object* inner = fields ? fields->if_object() : nullptr;
  const json::value* files = inner ? inner->if_contains("attachment") : nullptr;
  if (files != nullptr && files->is_array()) found.attachments = files->get_array().size();
  return std::optional<Issue>{std::move(found)};
}

}  // namespace

RelayAnswer deliver_to_jira(const TargetSettings& target, const RelayMail& mail,
                            const Exchange& exchange) {
  return Talk{target, mail, exchange}.run();
}

}  // namespace lethe::relay_protocol
