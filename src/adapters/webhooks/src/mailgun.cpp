// https://documentation.mailgun.com, "Receiving messages via HTTP"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "lethe/web_protocol/json.h"
#include "message_bytes.h"
#include "providers.h"

namespace lethe::webhooks {
namespace {

namespace json = boost::json;
using web_protocol::MultipartForm;

// [["Received", "..."], ["From", "..."], ...]
void add_headers(TakenApart& parts, std::string_view listed) {
  const auto lines = web_protocol::parse_json(listed, kBodyBytesMax);
  if (!lines || !lines->is_array()) return;
  for (const json::value& line : lines->get_array()) {
    const auto* pair = line.if_array();
    if (pair == nullptr || pair->size() != 2) continue;
    const auto* name = (*pair)[0].if_string();
    const auto* value = (*pair)[1].if_string();
    if (name != nullptr && value != nullptr) parts.headers.emplace_back(*name, *value);
  }
}

// {"<picture@mail>": "attachment-1"}: which files the HTML shows.
std::string content_id_of(const json::object& ids, std::string_view field) {
  for (const auto& [id, name] : ids) {
    if (!name.is_string() || std::string_view{name.get_string()} != field) continue;
    return without_brackets(id);
  }
  return {};
}

void add_files(TakenApart& parts, const MultipartForm& form) {
  auto ids = web_protocol::parse_json_object(form.fields.get("content-id-map"), kBodyBytesMax);
  if (!ids) ids = json::object{};
  for (const web_protocol::UploadedFile& file : form.files) {
    parts.files.push_back({.name = file.name,
                           .type = file.content_type,
                           .content = std::string{file.bytes},
                           .content_id = content_id_of(*ids, file.field)});
  }
}

std::string message_of(const MultipartForm& form) {
  if (const auto raw = form.fields.get("body-mime"); !raw.empty()) return with_crlf(raw);
  TakenApart parts;
  parts.text = to_valid_utf8(form.fields.get("body-plain"));
  if (const auto html = form.fields.get("body-html"); !html.empty()) {
    parts.html = to_valid_utf8(html);
  }
  add_headers(parts, form.fields.get("message-headers"));
  parts.add_missing("From", form.fields.get("from"));
  parts.add_missing("To", form.fields.get("To"));
  parts.add_missing("Subject", form.fields.get("subject"));
  add_files(parts, form);
  return put_together(std::move(parts));
}

}  // namespace

Read read_mailgun(const MultipartForm& form) {
  const std::string_view recipient = form.fields.get("recipient");
  const bool has_mail =
      form.fields.has("body-mime") || form.fields.has("message-headers") || form.fields.has("from");
  if (!has_mail || recipient.empty()) return std::unexpected(Trouble::not_understood);
  Mail mail;
  mail.delivery.content = message_of(form);
  const char* const sender = form.fields.has("sender") ? "sender" : "from";
  mail.delivery.envelope = {.sender = bare_address(form.fields.get(sender)),
                            .recipients = addressees(recipient, {}),
                            .smtputf8 = false,
                            .tls = true,
                            .peer_address = {},
                            .helo = {}};
  mail.also_addressed_to = addressees(form.fields.get("To"), form.fields.get("Cc"));
  return mail;
}

}  // namespace lethe::webhooks
