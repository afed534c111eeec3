// What calls take beside path and body, for the OpenAPI description.
#pragma once

#include <array>

namespace lethe::web {

struct QueryField {
  const char* path;  // of a GET
  const char* name;
  const char* what;
  const char* schema;
};

inline constexpr const char* kAnyText = R"({"type":"string"})";

inline constexpr std::array kQueryFields{
    QueryField{
        "/tickets", "status", "Several are one list; spam and trash stand alone",
        R"({"type":"array","items":{"type":"string","enum":["open","pending","solved","closed","spam","trash"]}})"},
    QueryField{"/tickets", "group", "Its name", kAnyText},
    QueryField{"/tickets", "type", "Its name", kAnyText},
    QueryField{"/tickets", "assignee", "The id of an agent", kAnyText},
    QueryField{"/tickets", "updated_since", "Changed then or later",
               R"({"type":"string","format":"date-time"})"},
    QueryField{"/tickets", "erased", "Also the shells of erased tickets",
               R"({"type":"boolean","default":false})"},
    QueryField{"/tickets", "q", "Words to look for", kAnyText},
    QueryField{"/people", "email", "The person with this address, instead of the list", kAnyText},
    QueryField{"/search", "q", "Words to look for; an answer without them is 400", kAnyText},
    QueryField{"/search", "limit", "Of tickets and of people each",
               R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
    QueryField{"/retention/forecast", "months", "How far to look",
               R"({"type":"integer","minimum":1,"maximum":120,"default":12})"}};

// Of every list in pages.
inline constexpr std::array kPageFields{
    QueryField{"", "limit", "Of one page",
               R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
    QueryField{"", "cursor", "The next_cursor of the page before", kAnyText}};

}  // namespace lethe::web
