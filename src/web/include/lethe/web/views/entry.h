// Pages before an agent is known: sign in, invitation, first run.
#pragma once

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct SignIn {
  std::string organisation;
  std::string email;           // what was typed, so that it need not be typed again
  FormErrors errors;           // fields: "email", "password", "code", "recovery"
  bool asks_for_code = false;  // second step: six digits of the authenticator
  std::string password_reset_hint;
  std::string back;  // a path of this server to go to afterwards
};

// An invitation, a recovery or the one-time link of `lethe init`.
struct SetPassword {
  enum class Kind { invitation, recovery };
  Kind kind = Kind::invitation;
  std::string organisation;
  std::string email;
  std::string name;   // an invited agent may correct it
  std::string token;  // travels in the form, never in a link
  int password_bytes_min = 12;
  FormErrors errors;  // "password", "again"
  bool expired = false;
};

// First run: one page, three questions.
struct FirstRun {
  std::string organisation;
  std::string name;
  std::string email;
  std::string replica_path;
  bool replica_declined = false;
  std::string keyring_path;  // where it is now
  std::string token;
  int password_bytes_min = 12;
  FormErrors errors;  // "organisation", "name", "email", "password", "replica"
};

// The public privacy notice (GDPR art. 13), made from the schema's annotations.
struct NoticeLine {
  std::string what, why, basis, until;
};
struct PrivacyNotice {
  std::string organisation;
  std::string contact;  // where to write to
  std::vector<NoticeLine> lines;
  std::int64_t copies_days = 30;  // longest life of a copy of the keyring
};

// Which mails an address gets; reached by the signed link in every mail, without signing in.
struct MailChoices {
  std::string organisation;
  std::string token;
  std::string address;
  bool acknowledgements = true;
  bool notifications = true;
  bool in_thread = false;  // the link came by a copy of a conversation
  bool left = false;
  bool saved = false;
  bool gone = false;  // the link is not ours, or what it was about has been erased
};

}  // namespace lethe::web::views
