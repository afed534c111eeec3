// What every page's view model is made of. View models are plain values; the pages turn them into
// HTML and escape all of it. Nothing here is looked up, decided or hidden: who fills a view decides
// what is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/web/language.h"
#include "lethe/web/rich_text.h"
#include "lethe/web/url.h"

namespace lethe::web::views {

enum class Status { open, pending, solved, closed, spam, trash };

// A person in a list or beside a message. `seed` is any number that stays the same for the person
// (its id); it picks one of six avatar colours.
struct PersonRef {
  std::string name;  // falls back to the address when empty
  std::string address;
  Url page;
  std::int64_t seed = 0;
  bool erased = false;  // shown as "Deleted person", without initials or colour
};
struct AgentRef {
  std::string name;
  std::int64_t seed = 0;
  bool former = false;  // shown as "Former agent"
};

// One entry of a select, a chip or a check list.
struct Option {
  std::string value;
  std::string label;
  bool chosen = false;
};
using Options = std::vector<Option>;

struct Link {
  std::string label;
  Url url;
};

// What was wrong with a form: `field` is the input's name, `message` says how to fix it, in the
// page's language. Shown beside the field and in a summary at the top.
struct FormError {
  std::string field;
  std::string message;
};
using FormErrors = std::vector<FormError>;

// Where a list page stands.
struct Paging {
  std::int64_t first = 0;  // 1-based; 0 when the list is empty
  std::int64_t last = 0;
  std::int64_t total = 0;
  bool total_is_estimate = false;
  Url previous;  // empty: there is none
  Url next;
  bool total_is_unknown = false;  // counting would read all of them
};

enum class Tone { neutral, accent, ok, warn, danger, info };

// A standing notice or the answer to what was just done ("3 tickets closed").
struct Notice {
  Tone tone = Tone::ok;
  std::string text;
  Link action;             // optional
  bool permanent = false;  // stays until what it says no longer applies
};

// What will become of a ticket, a person or a file.
struct Retention {
  enum class Kind { after_close, due, on_hold, excepted, no_rule, erased };
  Kind kind = Kind::no_rule;
  std::optional<Instant> at;  // due: the date; after_close: the date if closed today; erased: when
  std::string rule;           // name of the rule
  Url rule_url;
  std::string reason;  // of the hold or of the exception
};

struct SavedView {
  std::string name;
  Url url;
  std::optional<std::int64_t> count;  // of a search there is none
  bool current = false;
  bool has_more = false;  // the count is only the least
};

enum class Place {
  none,
  inbox,
  people,
  retention,
  erasures,
  certificates,
  holds,
  settings,
  search,
  audit,
};

// The frame around agent pages.
struct Shell {
  std::string organisation;
  AgentRef agent;
  std::string role;  // "Agent", "Administrator"
  bool is_admin = false;
  bool is_officer = true;  // erases, holds and sets rules
  Place place = Place::none;
  std::int64_t open_tickets = 0;
  std::vector<SavedView> saved_views;
  std::vector<Notice> notices;
};

enum class Theme { system, light, dark };

// What a page needs besides its own view.
struct PageContext {
  Text text{Language::en};
  Theme theme = Theme::system;
  std::string nonce;       // fresh for each answer; also in its Content-Security-Policy
  std::string form_token;  // goes into each posting form, checked on the way back
  Instant now{};
  bool fragment = false;  // asked for by htmx: leave the shell out
  Shell shell;
};

}  // namespace lethe::web::views
