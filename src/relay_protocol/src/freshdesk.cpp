// Freshdesk API v2 as target (https://developers.freshdesk.com/api/).
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/html/sanitise.h"
#include "lethe/html/text.h"
#include "lethe/mime/parse.h"
#include "parts.h"

namespace lethe::relay_protocol {
namespace {

namespace json = boost::json;
using ports::RelayAnswer;
using ports::RelayMail;
using ports::RelayOutcome;

constexpr std::size_t kCcMax = 50;
constexpr std::size_t kLineBytesMax = 255;  // Freshdesk: a subject or a name of 255 characters
constexpr int kSearchPagesMax = 20;
constexpr int kPerPage = 100;

std::string as_html(std::string_view text) {
  std::string html;
  for (const char c : html::escape(text)) {
    if (c == '\n') html += "<br>";
    html += c;
  }
  return html;
}

constexpr std::array<std::string_view, 8> kOfTheMail{
    "email", "name", "subject", "description", "body", "cc_emails", "attachments", "attachments[]"};

// {"errors": [{"field": "group_id", ...}]}: what a 400 finds wrong.
std::vector<std::string> fields_at_fault(const HttpAnswer& answer) {
  std::vector<std::string> fields;
  const json::value errors = errors_in(answer);
  if (!errors.is_array()) return fields;
  for (const json::value& one : errors.get_array()) {
    const json::object* each = one.if_object();
    const json::value* field = each ? each->if_contains("field") : nullptr;
    if (field != nullptr && field->is_string()) fields.emplace_back(field->get_string());
  }
  return fields;
}

// Freshdesk does not know the requester: then it has no ticket of theirs. A 400 about anything else
// in the question says nothing of that.
bool has_no_requester(const HttpAnswer& answer) {
  if (answer.status == 404) return true;
  return answer.status == 400 &&
         std::ranges::all_of(fields_at_fault(answer),
                             [](const auto& field) { return field == "email"; });
}

RelayAnswer judge(const HttpAnswer& answer) {
  return judge_failure(answer, fields_at_fault(answer), kOfTheMail);
}

// What one mail says, in Freshdesk's terms.
struct Ticket {
  mime::Message mail;
  mime::Mailbox author;
  std::string html;

  explicit Ticket(const RelayMail& relayed)
      : mail(mime::parse(relayed.content)), author(author_of(mail, relayed.envelope)) {
    html = mail.html.empty() ? as_html(mail.text) : html::sanitise(mail.html).html;
    // Longer than Freshdesk's field: whole at the head of the text.
    if (mail.subject.size() > kLineBytesMax) {
      html.insert(0, "<p>" + html::escape(mail.subject) + "</p>");
    }
    // Freshdesk has no idempotency key: this line is how a lost answer is made good.
    html += "<p>" + reference_line(relayed.key) + "</p>";
  }
  ~Ticket() { wipe(html); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  [[nodiscard]] std::size_t attachment_bytes() const {
    std::size_t bytes = 0;
    for (const auto& file : mail.attachments) bytes += file.content.size();
    return bytes;
  }
};

class Talk {
 public:
  Talk(const TargetSettings& target, const RelayMail& mail, const Exchange& exchange)
      : target_(target), mail_(mail), exchange_(exchange) {}

  RelayAnswer run();

 private:
  [[nodiscard]] HttpRequest request(std::string method, const std::string& path) const;
  [[nodiscard]] std::optional<std::int64_t> ticket_replied_to(const Ticket& ticket) const;
  RelayAnswer follow_up(const Ticket& ticket, std::int64_t number);
  RelayAnswer create(const Ticket& ticket, std::optional<std::int64_t> former);
  // Nothing: it is certainly not there. An answer: it is, or nobody can tell now.
  std::optional<RelayAnswer> look_among_tickets(const Ticket& ticket);
  std::optional<RelayAnswer> look_among_notes(std::int64_t number);
  std::optional<RelayAnswer> look_in(const HttpAnswer& answer, std::string_view text_member,
                                     std::size_t& found);

  const TargetSettings& target_;
  const RelayMail& mail_;
  const Exchange& exchange_;
};

HttpRequest Talk::request(std::string method, const std::string& path) const {
  HttpRequest request{.method = std::move(method), .url = target_.url + "/api/v2" + path};
  const Plaintext key{std::string{as_text(target_.secret.reveal())} + ":X"};
  request.add_header("Authorization", basic_credentials(key.reveal()).reveal());
  return request;
}

// The ticket, when a recipient is a reply address that is true for the author.
std::optional<std::int64_t> Talk::ticket_replied_to(const Ticket& ticket) const {
  const std::string_view address = mail_.recipient;
  const std::size_t at = address.rfind('@');
  const std::size_t plus = address.substr(0, at).rfind('+');
  if (at == std::string_view::npos || plus == std::string_view::npos) return std::nullopt;
  return verify_reply_token(target_.reply_key, address.substr(plus + 1, at - plus - 1),
                            ticket.author.address);
}

RelayAnswer Talk::run() {
  const Ticket ticket{mail_};
  if (ticket.author.address.empty()) {
    return {RelayOutcome::refused, {}, "a mail without an author"};
  }
  if (ticket.attachment_bytes() > kFreshdeskBytesMax) {
    return {RelayOutcome::too_large, {}, "attachments beyond 20 MB"};
  }
  const auto number = ticket_replied_to(ticket);
  return number ? follow_up(ticket, *number) : create(ticket, std::nullopt);
}

RelayAnswer Talk::follow_up(const Ticket& ticket, std::int64_t number) {
  if (mail_.tried_before) {
    if (auto found = look_among_notes(number)) return std::move(*found);
  }
  FormData form{mail_.key};
  form.add("body", ticket.html);
  form.add("incoming", "true");
  form.add("private", "false");
  for (const auto& file : ticket.mail.attachments) form.add_file("attachments[]", file);
  HttpRequest note = request("POST", "/tickets/" + std::to_string(number) + "/notes");
  note.add_header("Content-Type", form.content_type());
  note.body = std::move(form).finish();
  const HttpAnswer answer = exchange_(note);
  if (answer.status == 201) return {RelayOutcome::taken, std::to_string(number), {}};
  // Trashed, archived or purged: the customer is heard all the same.
  const bool is_gone = answer.reached == HttpAnswer::Reached::answered &&
                       (answer.status == 404 || answer.status == 405);
  return is_gone ? create(ticket, number) : judge(answer);
}

std::string without_plus(std::string_view address) {
  const std::size_t at = std::min(address.rfind('@'), address.size());
  const std::size_t plus = std::min(address.substr(0, at).find('+'), at);
  return std::string{address.substr(0, plus)}.append(address.substr(at));
}

// The mailbox, also by a reply address: as somebody's copy it would be sent every answer, and make
// a ticket of each.
bool is_mailbox(const core::EmailAddress& address, std::string_view recipient) {
  const auto mailbox = core::EmailAddress::parse(recipient);
  return mailbox && without_plus(mailbox->normalised()) == without_plus(address.normalised());
}

void add_fields(FormData& form, const TargetSettings& target, const Ticket& ticket,
                std::string_view recipient) {
  form.add("email", ticket.author.address);
  const std::string_view name = clipped_utf8(ticket.author.name, kLineBytesMax);
  if (!name.empty()) form.add("name", name);
  const std::string_view subject = clipped_utf8(ticket.mail.subject, kLineBytesMax);
  form.add("subject", trimmed(subject).empty() ? "(no subject)" : subject);
  form.add("status", "2");
  form.add("priority", "1");
  if (target.group) form.add("group_id", std::to_string(*target.group));
  if (!target.type.empty()) form.add("type", target.type);
  for (const std::string& tag : target.tags) form.add("tags[]", tag);
  std::size_t copies = 0;
  for (const mime::Mailbox& copy : ticket.mail.cc) {
    const auto address = core::EmailAddress::parse(copy.address);
    if (!address || is_mailbox(*address, recipient) || ++copies > kCcMax) continue;
    form.add("cc_emails[]", address->normalised());
  }
}

RelayAnswer Talk::create(const Ticket& ticket, std::optional<std::int64_t> former) {
  if (mail_.tried_before) {
    if (auto found = look_among_tickets(ticket)) return std::move(*found);
  }
  FormData form{mail_.key};
  add_fields(form, target_, ticket, mail_.recipient);
  std::string html = former ? "<p>#" + std::to_string(*former) + "</p>" : std::string{};
  form.add("description", html += ticket.html);
  wipe(html);
  for (const auto& file : ticket.mail.attachments) form.add_file("attachments[]", file);
  HttpRequest creation = request("POST", "/tickets");
  creation.add_header("Content-Type", form.content_type());
  creation.body = std::move(form).finish();
  const HttpAnswer answer = exchange_(creation);
  if (answer.status == 201) {
    boost::system::error_code error;
    const json::value made = json::parse(answer.body.reveal(), error);
    const json::object* object = error ? nullptr : made.if_object();
    const json::value* id = object ? object->if_contains("id") : nullptr;
    return {RelayOutcome::taken, id ? json::serialize(*id) : std::string{}, {}};
  }
  // 200 is no answer of Freshdesk's to this: somebody else speaks there.
  if (is_success(answer)) return {RelayOutcome::unknown, {}, "not an answer of Freshdesk"};
  return judge(answer);
}

// One page of what was found. `found` counts its items.
std::optional<RelayAnswer> Talk::look_in(const HttpAnswer& answer, std::string_view text_member,
                                         std::size_t& found) {
  boost::system::error_code error;
  const json::value page = json::parse(answer.body.reveal(), error);
  if (!is_success(answer) || error || !page.is_array()) {
    RelayAnswer judged = judge_failed_question(answer);
    if (is_success(answer)) judged = {RelayOutcome::deferred, {}, "an answer that is no list"};
    judged.outcome = RelayOutcome::unknown;
    return judged;
  }
  found = page.get_array().size();
  const std::string reference = reference_line(mail_.key);
  for (const json::value& item : page.get_array()) {
    const json::object* object = item.if_object();
    const json::value* text = object ? object->if_contains(text_member) : nullptr;
    if (text == nullptr || !text->is_string()) continue;
    if (std::string_view{text->get_string()}.contains(reference)) {
      const json::value* id = object->if_contains("id");
      return RelayAnswer{RelayOutcome::taken, id ? json::serialize(*id) : std::string{}, {}};
    }
  }
  return std::nullopt;
}

std::optional<RelayAnswer> Talk::look_among_tickets(const Ticket& ticket) {
  const std::string since = to_rfc3339(*mail_.tried_before - std::chrono::hours{1});
  for (int page = 1; page <= kSearchPagesMax; ++page) {
    const HttpAnswer answer = exchange_(
        request("GET", "/tickets?email=" + percent_encoded(ticket.author.address) +
                           "&updated_since=" + percent_encoded(since) +
                           "&include=description&order_by=created_at&order_type=desc&per_page=" +
                           std::to_string(kPerPage) + "&page=" + std::to_string(page)));
    if (has_no_requester(answer)) return std::nullopt;
    std::size_t found = 0;
    if (auto judged = look_in(answer, "description", found)) return judged;
    if (found < kPerPage) return std::nullopt;
  }
  return RelayAnswer{RelayOutcome::unknown, {}, "too many tickets to look through"};
}

std::optional<RelayAnswer> Talk::look_among_notes(std::int64_t number) {
  for (int page = 1; page <= kSearchPagesMax; ++page) {
    const HttpAnswer answer =
        exchange_(request("GET", "/tickets/" + std::to_string(number) + "/conversations?per_page=" +
                                     std::to_string(kPerPage) + "&page=" + std::to_string(page)));
    if (answer.status == 404 || answer.status == 405) return std::nullopt;
    std::size_t found = 0;
    if (auto judged = look_in(answer, "body", found)) return judged;
    if (found < kPerPage) return std::nullopt;
  }
  return RelayAnswer{RelayOutcome::unknown, {}, "too many notes to look through"};
}

}  // namespace

RelayAnswer deliver_to_freshdesk(const TargetSettings& target, const RelayMail& mail,
                                 const Exchange& exchange) {
  return Talk{target, mail, exchange}.run();
}

}  // namespace lethe::relay_protocol
