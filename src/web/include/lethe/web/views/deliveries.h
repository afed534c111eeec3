// How mail fares: mails on their way out, what the doors refused, files locked away, boxes fetched.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/views/common.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web::views {

struct Deliveries {
  struct Mail {
    enum class State { failed, waiting, sent };
    std::string id;
    std::string what;  // "Answer"
    Url ticket;        // empty: of no ticket, or of an erased one
    std::string ticket_label;
    State state = State::waiting;
    std::string reply;     // "451"; empty: no server answered
    std::string sentence;  // what went wrong
    std::string attempts;  // "3 attempts"; empty before the first
    Instant at;            // next attempt while it waits, else when it ended
  };
  struct Refusal {
    Instant at;  // the minute
    std::string door, reply, reason;
    std::int64_t count = 0;
  };
  struct File {
    std::string id;
    Url ticket;
    std::string ticket_label;
    std::string signature;
    Instant at;
  };
  struct Source {
    std::string id;
    Url page;
    std::string address;
    SourceLine line;
  };
  std::vector<Mail> mails;
  std::vector<Refusal> refusals;
  std::vector<File> files;
  std::vector<Source> sources;
  bool sending_configured = true;
  bool scanner_configured = true;
};

}  // namespace lethe::web::views
