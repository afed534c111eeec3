// Erasing, shown before it is done, while it runs and afterwards.
#pragma once

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct CountLine {
  std::string what;  // "messages"
  std::int64_t count = 0;
};
struct KeptLine {
  std::string what;     // "2 invoices"
  std::string reason;   // "Tax law asks for eight years"
  std::string article;  // "Art. 17(3)(b)"
  std::string until;
};

struct ErasePreview {
  enum class What { person, ticket, attachments, tickets };
  What what = What::person;
  std::string id;
  std::string subject_of;  // the person's name or the ticket's subject
  Url back;
  Url action;  // where the form posts to
  std::vector<CountLine> counts;
  std::vector<std::string> sample;  // a few subjects that go
  std::vector<KeptLine> kept;
  std::vector<std::string> recipients;  // who is told to erase as well
  std::int64_t mails_already_sent = 0;
  std::int64_t open_tickets = 0;  // a question to the approver
  bool blocked_by_hold = false;
  std::string blocked_reason;
  int grace_days = 0;
  Options reasons;
  std::string confirm_with;  // what must be typed: the count or the initials
  bool confirm_is_count = true;
  Instant unrecoverable_at{};  // from when no backup opens it
  std::string horizon_basis;   // "declared" or "default"
  bool can_hide = false;
  web_protocol::Fields carried;  // hidden fields (the bulk selection)
  FormErrors errors;             // "confirm", "reason"
};

struct ErasureStep {
  enum class State { done, now, to_come };
  State state = State::to_come;
  std::string name;
  std::string detail;
};
struct ErasureProgress {
  std::string id;
  std::string title;  // "Erasing 1 person"
  enum class State { grace, running, waiting, done, cancelled, refused, hidden };
  State state = State::running;
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::optional<int> minutes_left;
  std::vector<ErasureStep> steps;
  std::optional<Instant> erases_at;  // in the grace time: when it becomes final
  std::string waiting_for;           // "The second copy of the keyring cannot be reached."
  Url cancel;                        // empty: cannot be stopped any more
  Url certificate;
  Url self;  // polled while it runs
};

struct ErasureRow {
  std::string id;
  std::string what;
  std::string reason;
  std::string approved_by;
  ErasureProgress::State state = ErasureProgress::State::done;
  Instant at{};
  Url url;
};
struct Erasures {
  std::vector<ErasureRow> rows;
  Options states;  // the filter: all, or those under way
  bool is_filtered = false;
  Paging paging;
};

struct CertificateRow {
  std::string number;
  Url url;
  std::string scope;  // "1 person, 7 tickets"
  std::string reason;
  Instant at{};
};
struct Certificates {
  std::vector<CertificateRow> rows;
  Paging paging;
  Url key_url;  // the public key, for checking offline
  std::string log_size;
};
struct Certificate {
  std::string number;
  std::string organisation;
  Instant issued_at{};
  std::string statement;         // one paragraph in the reader's language, never a name
  std::string statement_signed;  // the English one that was signed, when it is another
  std::vector<CountLine> counts;
  std::vector<KeptLine> kept;
  std::vector<std::pair<std::string, std::string>> why;    // label, value
  std::vector<std::pair<std::string, std::string>> proof;  // label, value in monospace
  Instant erased_live_at{};
  Instant unrecoverable_at{};
  bool horizon_declared = false;
  bool verified = false;
  Url file;  // *.lethe-certificate
  std::string file_name;
};

}  // namespace lethe::web::views
