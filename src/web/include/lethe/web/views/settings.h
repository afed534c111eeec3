// Settings and error pages.
#pragma once

#include "lethe/web/views/common.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web::views {

struct NamedItem {
  std::string id;
  std::string name;        // as typed, when it was refused
  std::string error{};     // at its field
  std::string question{};  // asked before it is removed: what loses it
};
// Groups, types, managed tags: three short lists on one page.
struct ListSettings {
  std::vector<NamedItem> groups;
  std::vector<NamedItem> types;
  std::vector<NamedItem> tags;
  FormErrors errors;  // "group", "type", "tag"
};

struct AgentRow {
  std::string id;
  AgentRef agent;
  std::string email;
  std::string role;
  Options roles;
  enum class State { active, invited, deactivated };
  State state = State::active;
  std::optional<Instant> last_seen;
  bool is_me = false;
  bool second_factor = false;
};
struct AccessChange {
  Instant at;
  std::string what;
  std::string whose;  // empty: everybody's
  std::string by;     // empty: their own doing
};
struct AgentSettings {
  std::vector<AgentRow> agents;
  Options roles;
  std::string invite_email;
  std::string invite_name;
  Options roles_with_second_step;  // which have to use it
  std::vector<AccessChange> changes;
  std::string invitation_link;  // shown once when mail cannot be sent yet
  FormErrors errors;            // "email", "name"
};

struct MailAddress {
  std::string id;
  std::string address;
  std::string group;
  SourceLine source;
};
struct MailSettings {
  std::vector<MailAddress> addresses;
  Options groups;
  std::string new_address;
  bool submission_configured = false;
  std::string submission_url;
  std::string submission_user;
  std::string submission_from;
  std::string submission_state;  // "Last mail sent 14:31", or what the server said
  bool submission_works = false;
  std::string raw_days = "14";  // what was typed, when that was refused
  bool mask_ibans = false;
  bool mask_national_ids = false;
  bool mask_passwords = false;
  FormErrors errors;  // "address", "raw_days"
};

// The texts and the look of our mails, one language at a time, with a preview.
struct MailDesign {
  Options languages;
  std::string language;  // code
  std::string greeting, acknowledgement, signature, colour;
  std::string per_address, per_ticket, per_domain;  // automatic mails an hour
  struct Sample {
    std::string subject, text;
  };
  Sample sample_acknowledgement, sample_answer;
  struct Record {
    std::string name, text;
  };
  std::vector<Record> dkim;  // to publish
  FormErrors errors;
};

struct KeyringSettings {
  std::string path;
  std::string replica;        // empty: none
  std::string replica_typed;  // what a refused form said
  std::string trouble;        // why the second copy is behind, for the operator
  bool replica_declined = false;
  bool replica_reachable = false;
  std::optional<Instant> replica_confirmed_at;
  int copies_days = 30;  // what holds now
  bool copies_declared = false;
  std::string copies_typed;  // what a refused form said
  std::int64_t keys = 0;
  std::int64_t sequence = 0;
  std::string root_fingerprint;
  std::string ledger_key;
  std::int64_t ledger_size = 0;
  FormErrors errors;  // "replica", "copies_days"
};

struct OrganisationSettings {
  std::string name;
  std::string public_url;
  Options languages;
  Options time_zones;
  int close_after_days = 7;
  int session_hours = 12;
  FormErrors errors;
};

struct MySettings {
  std::string name;
  std::string email;
  Options languages;
  Options themes;
  bool hotkeys = true;
  bool second_factor = false;
  bool told_assigned = true, told_answered = true;
  bool notices_stopped = false;  // nothing is mailed, whatever is chosen
  Options watched_groups;
  Options notice_waits;
  FormErrors errors;  // "password", "new_password", "wait"
};

struct ErrorPage {
  int status = 404;
  std::string detail;     // in words, optional
  std::string reference;  // to find the entry in the log; never personal data
  Url back;
  bool signed_in = true;  // inside the shell or bare
};

}  // namespace lethe::web::views
