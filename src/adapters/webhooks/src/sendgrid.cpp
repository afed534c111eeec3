// https://www.twilio.com/docs/sendgrid, "Setting up the Inbound Parse Webhook"
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

json::object object_in(const MultipartForm& form, std::string_view field) {
  auto object = web_protocol::parse_json_object(form.fields.get(field), kBodyBytesMax);
  return object ? std::move(*object) : json::object{};
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string{} : std::string{*text};
}

// Each field comes in the character set that `charsets` names for it.
class Words {
 public:
  explicit Words(const MultipartForm& form) : form_(form), charsets_(object_in(form, "charsets")) {}

  std::string operator()(std::string_view field) const {
    const std::string label = text_at(charsets_, field);
    return mime::decode_charset(form_.fields.get(field), label.empty() ? "utf-8" : label);
  }

 private:
  const MultipartForm& form_;
  json::object charsets_;
};

// {"attachment1": {"filename": ..., "name": ..., "type": ..., "content-id": ...}}
void add_files(TakenApart& parts, const MultipartForm& form) {
  const json::object told = object_in(form, "attachment-info");
  for (const web_protocol::UploadedFile& file : form.files) {
    const auto* value = told.if_contains(file.field);
    const json::object about =
        value != nullptr && value->is_object() ? value->get_object() : json::object{};
    const std::string name = text_at(about, "filename");
    parts.files.push_back({.name = name.empty() ? file.name : name,
                           .type = file.content_type,
                           .content = std::string{file.bytes},
                           .content_id = without_brackets(text_at(about, "content-id"))});
  }
}

std::string raw_message(const MultipartForm& form) {
  if (const auto raw = form.fields.get("email"); !raw.empty()) return with_crlf(raw);
  for (const web_protocol::UploadedFile& file : form.files) {
    if (file.field == "email") return with_crlf(file.bytes);
  }
  return {};
}

// Nothing when no mail is in it.
std::optional<std::string> message_of(const MultipartForm& form) {
  if (std::string raw = raw_message(form); !raw.empty()) return raw;
  if (!form.fields.has("headers") && !form.fields.has("from")) return std::nullopt;
  const Words words{form};
  TakenApart parts{
      .headers = header_lines(words("headers")), .text = words("text"), .html = {}, .files = {}};
  if (std::string html = words("html"); !html.empty()) parts.html = std::move(html);
  parts.add_missing("From", words("from"));
  parts.add_missing("To", words("to"));
  parts.add_missing("Cc", words("cc"));
  parts.add_missing("Subject", words("subject"));
  add_files(parts, form);
  return put_together(std::move(parts));
}

// {"to": ["help@desk.example"], "from": "vera@example.org"}
ports::Envelope envelope_of(const MultipartForm& form) {
  const json::object told = object_in(form, "envelope");
  ports::Envelope envelope;
  envelope.tls = true;
  // An envelope that says nothing of it is not one from the null sender.
  const bool is_told = told.contains("from");
  envelope.sender =
      bare_address(is_told ? text_at(told, "from") : std::string{form.fields.get("from")});
  const auto* to = told.if_contains("to");
  if (to == nullptr || !to->is_array()) return envelope;
  for (const json::value& each : to->get_array()) {
    if (each.is_string()) envelope.recipients.emplace_back(each.get_string());
  }
  return envelope;
}

}  // namespace

Read read_sendgrid(const web_protocol::Request& request) {
  const auto form = read_form(request);
  if (!form) return std::unexpected(form.error());
  auto content = message_of(*form);
  if (!content) return std::unexpected(Trouble::not_understood);
  Mail mail;
  mail.delivery.envelope = envelope_of(*form);
  mail.delivery.content = std::move(*content);
  mail.also_addressed_to = addressees(form->fields.get("to"), form->fields.get("cc"));
  return mail;
}

}  // namespace lethe::webhooks
