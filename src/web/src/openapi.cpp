// The OpenAPI 3.1 description: one row per call, one schema per shape, and the
// doors for mail by HTTP.
#include <array>
#include <utility>

#include "api_common.h"
#include "lethe/base/text.h"
#include "openapi_parameters.h"
#include "openapi_schemas.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

struct Operation {
  const char* method;
  const char* path;
  const char* scope;
  const char* summary;
  const char* request;  // schema; empty: no body
  const char* status;
  const char* response;  // schema; empty: no body; else one of kOtherContents
};

constexpr std::array kOperations{
    Operation{"get", "/tickets", "read", "List tickets, oldest change first", "", "200",
              "TicketPage"},
    Operation{"post", "/tickets", "write", "Make a ticket", "NewTicket", "201", "Ticket"},
    Operation{"get", "/tickets/{id}", "read", "One ticket; a shell when erased", "", "200",
              "Ticket"},
    Operation{"patch", "/tickets/{id}", "write", "Change a ticket", "TicketChange", "200",
              "Ticket"},
    Operation{"delete", "/tickets/{id}/cc/{person}", "write", "Take somebody off Cc, by their id",
              "", "204", ""},
    Operation{"post", "/tickets/{id}/cc/remove", "write", "Take an address off Cc", "CcAddress",
              "204", ""},
    Operation{"get", "/tickets/{id}/messages", "read", "The conversation", "", "200",
              "MessagePage"},
    Operation{"post", "/tickets/{id}/messages", "write", "Answer or note", "NewMessage", "201",
              "Message"},
    Operation{"post", "/tickets/{id}/redactions", "admin", "Redact text or a file", "NewRedaction",
              "202", "Erasure"},
    Operation{"post", "/tickets/{id}/merge", "write", "Move its messages into another ticket",
              "Merge", "200", "Ticket"},
    Operation{"post", "/tickets/{id}/unmerge", "write", "Undo the merge of this ticket", "", "200",
              "Ticket"},
    Operation{"post", "/tickets/{id}/split", "write", "Move messages into a new ticket", "Split",
              "201", "Ticket"},
    Operation{"post", "/tickets/{id}/proposals/{proposal}", "write", "Accept or dismiss",
              "Decision", "200", "Ticket"},
    Operation{"post", "/tickets/{id}/erasures", "admin", "Erase a ticket, its files or raw copies",
              "NewErasure", "202", "Erasure"},
    Operation{"get", "/messages/{id}", "read", "One message", "", "200", "Message"},
    Operation{"get", "/attachments/{id}", "read", "The bytes of a file", "", "200", "bytes"},
    Operation{"get", "/messages/{id}/checks", "read", "What was found of its sender and files", "",
              "200", "Checks"},
    Operation{"post", "/attachments/{id}/release", "admin",
              "Let agents download a quarantined file", "NewRelease", "200", "Release"},
    Operation{"get", "/mail/masks", "read", "What is masked besides card numbers", "", "200",
              "Masks"},
    Operation{"put", "/mail/masks", "admin", "Set it", "MasksChange", "200", "Masks"},
    Operation{"get", "/deliveries", "admin", "Mails out, refusals and quarantined files", "", "200",
              "Deliveries"},
    Operation{"post", "/deliveries/outgoing/{id}/retry", "admin",
              "Send a waiting or failed mail now", "", "200", "Tried"},
    Operation{"post", "/deliveries/files/{id}/check", "admin",
              "Check a quarantined file again, release it when clean", "", "200", "Tried"},
    Operation{"post", "/deliveries/mailboxes/{id}/fetch", "admin",
              "Fetch a mailbox now, also what was set aside", "", "200", "Tried"},
    Operation{"get", "/people", "read", "Find or list people", "", "200", "PersonPage"},
    Operation{"get", "/people/{id}", "read", "One person", "", "200", "Person"},
    Operation{"patch", "/people/{id}", "write", "Correct a person", "PersonChange", "200",
              "Person"},
    Operation{"get", "/people/{id}/holdings", "read", "What is held, in numbers", "", "200",
              "Holdings"},
    Operation{"post", "/people/{id}/erasures", "admin", "Erase a person", "NewErasure", "202",
              "Erasure"},
    Operation{"get", "/erasures/{id}", "read", "How an erasure stands", "", "200", "Erasure"},
    Operation{"post", "/erasures/{id}/cancel", "admin",
              "Cancel before it begins; a hiding at any time", "", "200", "Erasure"},
    Operation{"get", "/certificates", "read", "Certificates, newest first", "", "200",
              "CertificatePage"},
    Operation{"get", "/certificates/{id}", "read", "One certificate, or its file", "", "200",
              "Certificate|file"},
    Operation{"get", "/ledger/key", "read", "The public key of the log", "", "200", "text"},
    Operation{"get", "/retention/rules", "read", "Rules in order", "", "200", "RulePage"},
    Operation{"post", "/retention/rules", "admin", "Make a rule", "RuleChange", "201", "Rule"},
    Operation{"get", "/retention/rules/{id}", "read", "One rule", "", "200", "Rule"},
    Operation{"patch", "/retention/rules/{id}", "admin", "Change or move a rule", "RuleChange",
              "200", "Rule"},
    Operation{"delete", "/retention/rules/{id}", "admin", "Remove a rule", "", "204", ""},
    Operation{"get", "/retention/policy", "read", "What happens to people", "", "200", "Policy"},
    Operation{"put", "/retention/policy", "admin", "Set it", "PolicyChange", "200", "Policy"},
    Operation{"get", "/retention/exceptions", "read", "Who is excepted", "", "200", "Exceptions"},
    Operation{"put", "/retention/exceptions", "admin", "Replace the exceptions", "NewExceptions",
              "200", "Exceptions"},
    Operation{"get", "/retention/enabled", "read", "Whether rules erase", "", "200", "Enabled"},
    Operation{"put", "/retention/enabled", "admin", "The one switch", "Enabled", "200", "Enabled"},
    Operation{"post", "/retention/preview", "read", "What would go", "PreviewOrder", "200",
              "Preview"},
    Operation{"get", "/retention/forecast", "read", "What will go, by month", "", "200",
              "ForecastPage"},
    Operation{"post", "/retention/runs", "admin", "Erase what is due", "RunOrder", "202", "Run"},
    Operation{"get", "/retention/runs/{id}", "read", "How a run went", "", "200", "Run"},
    Operation{"post", "/retention/runs/{id}/confirm", "admin",
              "Confirm a run that waits; the answer is the run that goes on", "RunConfirmation",
              "202", "Run"},
    Operation{"post", "/retention/evaluate", "read", "Try rules on worlds", "Worlds", "200",
              "Verdicts"},
    Operation{"get", "/saved_replies", "read", "Saved replies, oldest change first", "", "200",
              "SavedReplyPage"},
    Operation{"post", "/saved_replies", "admin", "Add a saved reply", "NewSavedReply", "201",
              "SavedReply"},
    Operation{"get", "/saved_replies/{id}", "read", "One saved reply", "", "200", "SavedReply"},
    Operation{"patch", "/saved_replies/{id}", "admin", "Change a saved reply", "SavedReplyChange",
              "200", "SavedReply"},
    Operation{"delete", "/saved_replies/{id}", "admin", "Remove a saved reply", "", "204", ""},
    Operation{"get", "/me/notifications", "read", "What the token's agent is told of by mail", "",
              "200", "NoticeWishes"},
    Operation{"patch", "/me/notifications", "write", "Change what the token's agent is told of",
              "NoticeWishesChange", "200", "NoticeWishes"},
    Operation{"post", "/import", "admin", "Tickets as NDJSON", "ndjson", "200", "Imported|lines"},
    Operation{"get", "/search", "read", "Tickets and people by words", "", "200", "SearchResults"}};

json::object schema_ref(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string{name}}};
}

// What is not one schema of JSON alone.
struct OtherContent {
  const char* name;
  const char* type;
  const char* schema;  // empty: as it is
};
constexpr std::array kOtherContents{
    OtherContent{"bytes", "application/octet-stream", ""},
    OtherContent{"text", "text/plain", ""},
    OtherContent{"ndjson", "application/x-ndjson", ""},
    OtherContent{"Certificate|file", "application/json", "Certificate"},
    OtherContent{"Certificate|file", "application/vnd.lethe.certificate", ""},
    OtherContent{"Imported|lines", "application/json", "Imported"},
    OtherContent{"Imported|lines", "application/x-ndjson", "ImportedLine"}};

json::object media_of(std::string_view schema) {
  return schema.empty() ? json::object{} : json::object{{"schema", schema_ref(schema)}};
}

json::object content_of(std::string_view name) {
  json::object contents;
  for (const OtherContent& other : kOtherContents) {
    if (name == other.name) contents[other.type] = media_of(other.schema);
  }
  if (contents.empty()) contents["application/json"] = media_of(name);
  return contents;
}

// These make nothing, or nothing twice: a key would change nothing.
bool takes_idempotency_key(const Operation& operation) {
  const std::string_view path{operation.path};
  return std::string_view{operation.method} == "post" && !path.starts_with("/deliveries/") &&
         path != "/import" && path != "/retention/preview" && path != "/retention/evaluate";
}

// "get_tickets_id".
std::string operation_id(const Operation& operation) {
  std::string id = operation.method;
  for (const char c : std::string_view{operation.path}) {
    if (c == '/') id += '_';
    if (c != '/' && c != '{' && c != '}') id += c;
  }
  return id;
}

json::object problem_answer() {
  return {{"description", "refused, with the reason"},
          {"content", json::object{{"application/problem+json",
                                    json::object{{"schema", schema_ref("Problem")}}}}}};
}

json::object query_json(const QueryField& field) {
  return {{"name", field.name},
          {"in", "query"},
          {"description", field.what},
          {"schema", json::parse(field.schema)}};
}

json::object header_json(std::string_view name, std::string_view what) {
  return {{"name", name},
          {"in", "header"},
          {"description", what},
          {"schema", json::object{{"type", "string"}}}};
}

std::vector<const QueryField*> query_of(const Operation& operation) {
  std::vector<const QueryField*> fields;
  if (std::string_view{operation.method} != "get") return fields;
  for (const QueryField& field : kQueryFields) {
    if (std::string_view{operation.path} == field.path) fields.push_back(&field);
  }
  if (!std::string_view{operation.response}.ends_with("Page")) return fields;
  for (const QueryField& field : kPageFields) fields.push_back(&field);
  return fields;
}

// Of its path first, then of the query, then the headers.
json::array parameters_of(const Operation& operation) {
  const std::string_view path{operation.path}, method{operation.method};
  json::array parameters;
  for (const std::string_view name : {"id", "proposal", "person"}) {
    const std::string in_path = "{" + std::string{name} + "}";
    if (!path.contains(in_path)) continue;
    parameters.push_back(json::object{{"name", name},
                                      {"in", "path"},
                                      {"required", true},
                                      {"schema", json::object{{"type", "string"}}}});
  }
  for (const QueryField* field : query_of(operation)) parameters.push_back(query_json(*field));
  const bool has_version = path == "/tickets/{id}" || path == "/people/{id}" ||
                           path == "/retention/rules/{id}" || path == "/saved_replies/{id}";
  if (has_version && method != "get") {
    parameters.push_back(header_json("If-Match", "The ETag of the version that is to be changed"));
  }
  if (takes_idempotency_key(operation)) {
    parameters.push_back(
        header_json("Idempotency-Key", "The same key and body within a day do it once"));
  }
  return parameters;
}

json::object operation_json(const Operation& operation) {
  json::object answer{{"description", operation.summary}};
  if (*operation.response != '\0') answer["content"] = content_of(operation.response);
  json::object object{{"operationId", operation_id(operation)},
                      {"summary", operation.summary},
                      {"description", "Scope: " + std::string{operation.scope}},
                      {"responses", json::object{{operation.status, std::move(answer)},
                                                 {"default", problem_answer()}}}};
  if (*operation.request != '\0') {
    const std::string_view path{operation.path};
    const bool may_lack = path == "/retention/preview" || path == "/retention/runs";
    object["requestBody"] =
        json::object{{"content", content_of(operation.request)}, {"required", !may_lack}};
  }
  json::array parameters = parameters_of(operation);
  if (!parameters.empty()) object["parameters"] = std::move(parameters);
  return object;
}

// Mail by HTTP: docs/operator.md says how each provider is set up.
struct Door {
  const char* path;
  const char* summary;
  const char* security;  // a security scheme; empty: the signature is in the body
  std::array<const char*, 2> bodies;
  const char* stop;  // the status after which the provider sends this mail no more
};
constexpr std::array kDoors{
    Door{"/inbound/postmark", "Mail from Postmark", "basic", {"application/json", ""}, "403"},
    Door{"/inbound/mailgun",
         "Mail from Mailgun, as fields",
         "",
         {"multipart/form-data", "application/x-www-form-urlencoded"},
         "406"},
    Door{"/inbound/mailgun/mime",
         "Mail from Mailgun, as the message itself",
         "",
         {"multipart/form-data", "application/x-www-form-urlencoded"},
         "406"},
    Door{"/inbound/sendgrid", "Mail from SendGrid", "basic", {"multipart/form-data", ""}, "422"},
    Door{"/inbound/raw", "A message from a script", "secret", {"message/rfc822", ""}, "422"}};

json::object taken_answer() {
  const json::value schema = json::parse(
      R"({"type":"object","properties":{"taken":{"const":true}},"required":["taken"]})");
  return {{"description", "taken: it is durable"},
          {"content", json::object{{"application/json", json::object{{"schema", schema}}}}}};
}

json::object door_answers(const Door& door) {
  json::object answers{{"200", taken_answer()}};
  for (const auto& [status, why] :
       {std::pair{"400", "not understood; it may come again whole"},
        std::pair{"401", "wrong or stale credentials"},
        std::pair{"408", "too slow; it may come again"}, std::pair{"413", "too large"},
        std::pair{door.stop, "refused for good, or for none of our addresses"},
        std::pair{"503", "not now: send it again"}}) {
    json::object answer = problem_answer();
    answer["description"] = why;
    answers[status] = std::move(answer);
  }
  return answers;
}

json::array door_parameters() {
  json::array parameters;
  for (const char* name : {"to", "from"}) {
    parameters.push_back(json::object{{"name", name},
                                      {"in", "query"},
                                      {"description", "the envelope's, else the message's own"},
                                      {"schema", json::object{{"type", "string"}}}});
  }
  return parameters;
}

json::object door_json(const Door& door) {
  json::object content;
  for (const std::string_view body : door.bodies) {
    if (!body.empty()) content[body] = json::object{};
  }
  json::array security;
  if (*door.security != '\0') security.push_back(json::object{{door.security, json::array{}}});
  json::object post{{"summary", door.summary},
                    {"description", "Only when [inbound] in lethe.toml names its secret."},
                    {"security", std::move(security)},
                    {"requestBody", json::object{{"content", std::move(content)}}},
                    {"responses", door_answers(door)}};
  if (std::string_view{door.path} == "/inbound/raw") post["parameters"] = door_parameters();
  json::array servers;
  servers.push_back(json::object{{"url", "/"}});
  return {{"servers", std::move(servers)}, {"post", std::move(post)}};
}

json::object paths() {
  json::object all;
  for (const Operation& operation : kOperations) {
    json::value& path = all[operation.path];
    if (!path.is_object()) path = json::object{};
    path.get_object()[operation.method] = operation_json(operation);
  }
  for (const Door& door : kDoors) all[door.path] = door_json(door);
  return all;
}

std::string document() {
  json::object components{{"schemas", json::parse(kSchemas)}};
  const json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
  components["securitySchemes"] =
      json::object{{"token", bearer},
                   {"secret", bearer},
                   {"basic", json::object{{"type", "http"}, {"scheme", "basic"}}}};
  json::array servers, security;
  servers.push_back(json::object{{"url", "/api/v1"}});
  security.push_back(json::object{{"token", json::array{}}});
  return json::serialize(json::object{{"openapi", "3.1.0"},
                                      {"info", json::object{{"title", "Lethe"}, {"version", "1"}}},
                                      {"servers", std::move(servers)},
                                      {"security", std::move(security)},
                                      {"paths", paths()},
                                      {"components", std::move(components)}});
}

}  // namespace

std::vector<std::string_view> described_query(web_protocol::Method method,
                                              std::string_view pattern) {
  std::vector<std::string_view> names;
  for (const Operation& operation : kOperations) {
    const bool is_it = pattern == operation.path &&
                       equals_ignoring_ascii_case(operation.method, web_protocol::name_of(method));
    if (!is_it) continue;
    for (const QueryField* field : query_of(operation)) names.emplace_back(field->name);
  }
  return names;
}

const std::string& openapi() {
  static const std::string kDocument = document();
  return kDocument;
}

}  // namespace lethe::web
