// People: list, page, export, search results.
#pragma once

#include "lethe/web/views/common.h"
#include "lethe/web/views/ticket.h"

namespace lethe::web::views {

struct PersonRow {
  PersonRef person;
  std::string company;
  std::vector<std::string> tags;
  std::int64_t tickets = 0;
  std::optional<Instant> last_seen;
  Retention retention;
};
struct People {
  std::string query;
  std::vector<PersonRow> rows;
  Paging paging;
};

struct Look {  // an agent saw a hidden value
  std::string agent;
  std::string what;
  Instant at{};
};
struct PersonTicket {
  std::int64_t number = 0;
  std::string subject;
  Url url;
  Status status = Status::open;
  Instant updated_at{};
  Retention retention;
};
struct Holding {  // what is held, and until when
  std::string what;
  std::int64_t count = 0;
  std::string purpose;
  std::string basis;  // "Art. 6(1)(b)"
  std::string until;
};
struct Person {
  std::string id;
  PersonPanel panel;
  std::vector<std::string> tags;
  std::vector<PersonTicket> tickets;
  std::int64_t tickets_total = 0;
  std::vector<Holding> holdings;
  std::vector<Look> looks;
  Retention retention;
  std::vector<std::string> protected_by;  // exceptions and holds, in words
  bool erased = false;
  std::optional<Instant> erased_at;
  Url certificate;
  bool can_erase = false;
  bool can_edit = false;
};
struct EditPerson {
  std::string id;
  std::string name;
  std::string emails;  // one a line
  std::string phones;
  std::string company;
  Options languages;
  std::string tags;
  FormErrors errors;  // "name", "emails", "phones"
};

struct SearchHit {
  std::string title;
  Url url;
  PersonRef person;
  std::string before;   // words around the match
  std::string matched;  // the matched words, marked
  std::string after;
  Instant at{};
  Status status = Status::open;
};
struct Search {
  std::string query;
  std::vector<SearchHit> tickets;
  std::vector<PersonRow> people;
  bool has_more = false;           // there may be further tickets: their number is only the least
  Url more;                        // where they are; empty when no page shows them
  bool is_unknown_status = false;  // an operator names a status that there is not
  bool index_is_rebuilding = false;
};

}  // namespace lethe::web::views
