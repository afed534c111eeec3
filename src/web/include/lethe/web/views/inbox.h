// The list of tickets.
#pragma once

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct TicketRow {
  std::string id;
  std::int64_t number = 0;
  Url url;
  PersonRef person;
  std::string subject;  // empty for a shell that an erasure left
  std::string snippet;
  bool snippet_is_ours = false;  // "You: ..."
  std::vector<std::string> tags;
  Status status = Status::open;
  bool unread = false;
  std::string presence;  // "Jonas is replying", or empty
  Retention retention;
  std::optional<AgentRef> assignee;
  Instant updated_at{};
};

struct Tab {
  std::string label;
  Url url;
  std::int64_t count = 0;
  bool current = false;
};
// One condition that narrows the list; removing it is a link.
struct FilterChip {
  std::string field;  // "Group"
  std::string value;  // "Customer care"
  Url remove;
};
// One field that can be filtered by, for the menu behind "Filter".
struct FilterField {
  std::string name;  // of the query parameter
  std::string label;
  Options options;
};

struct Inbox {
  std::string title;
  std::vector<Tab> tabs;
  std::vector<FilterChip> chips;
  std::vector<FilterField> filters;
  web_protocol::Fields kept_query;  // what the search form must carry on
  std::string query;                // what is searched for in this list
  Options sorts;
  std::vector<TicketRow> rows;
  Paging paging;
  Options agents;  // for bulk assigning
  Options groups;
  std::int64_t matching = 0;  // tickets that match, for "Select all 2,318 that match"
  std::string first_mail_to;  // empty state of a new installation: where to send a first mail
  bool installation_is_empty = false;
  bool can_erase = false;
  Url presence_stream;  // server-sent events
  Url self;             // this very list, asked for again when something changed
};

struct NewTicket {
  std::string email;
  std::string name;
  std::string subject;
  std::string text;
  std::string tags;
  Options groups;
  Options types;
  Options assignees;
  bool can_send = true;  // an outgoing mail server is configured
  FormErrors errors;     // "email", "subject", "text"
};

struct SaveView {
  std::string name;
  std::string query;  // the inbox query it keeps
  std::vector<FilterChip> chips;
  FormErrors errors;  // "name"
};

}  // namespace lethe::web::views
