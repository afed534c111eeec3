// The page of one mailbox: what it is called, where its mail goes, and how mail reaches us.
#pragma once

#include <optional>
#include <string>

#include "lethe/web/views/common.h"

namespace lethe::web::views {

// How the fetching of a mailbox goes.
struct SourceLine {
  enum class State { brought, waiting, fetching, connecting, failing, paused };
  State state = State::brought;
  std::string sentence;  // what is wrong, or what stays at the source; may be empty
  std::optional<Instant> since;
  std::optional<Instant> last_fetched;
  std::string counted;  // "12 mails since the start."
};

struct MailboxSettings {
  std::string id, address, display_name;
  Options groups, types, doors, securities;
  bool stored = false;  // a source is saved; there is something to test and to pause
  bool forward_target = false;
  bool has_password = false;
  std::string host, port, user, folder, ca_file, password_file;
  SourceLine source;
  std::string test_sentence;  // what "Test the connection" found; empty: not asked
  bool test_works = false;
  FormErrors errors;
};

// What setting up a mailbox shows that another service forwards to us.
struct ForwardingSettings {
  std::string id, address;  // of the mailbox
  struct Confirmation {
    std::string service, code, link;  // shown as text: nothing is visited
    std::string ticket;
    Instant at;
    bool vouched = false;
  };
  std::optional<Confirmation> confirmation;
  bool can_send = false;
  std::string public_address;
  enum class Trip { none, waits, back };
  Trip trip = Trip::none;
  std::string trip_sentence;
  FormErrors errors;
};

}  // namespace lethe::web::views
