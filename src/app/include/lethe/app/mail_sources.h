// Mailboxes on other servers whose mail we fetch: where they are and how we
// sign in (the fetching itself is ports::MailSources).
//
// A mailbox is "brought to us" (SMTP, LMTP, webhooks) until it has a source.
// The password is sealed under the installation's own key, or stands in a file
// of its own; it is never shown again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/mail_source.h"

namespace lethe::app {

struct SourceSettings {
  std::int64_t mailbox = 0;  // ports::MailboxRow::id
  std::string host;
  std::uint16_t port = 993;
  ports::SourceSecurity security = ports::SourceSecurity::tls;
  std::string user;
  std::string folder = "INBOX";
  std::string ca_file;        // absolute path; empty: the system's authorities
  std::string password_file;  // absolute path; empty: the sealed one counts
  bool forward_target = false;
  bool paused = false;
  Bytes sealed_password;  // empty: none was given
  std::uint32_t sealed_version = 0;
  friend bool operator==(const SourceSettings&, const SourceSettings&) = default;
};

// Of every mailbox that has one.
[[nodiscard]] Result<std::vector<SourceSettings>> read_mail_sources(const ports::Reading& tx);
[[nodiscard]] Result<std::optional<SourceSettings>> read_mail_source(const ports::Reading& tx,
                                                                     std::int64_t mailbox);

// `password` empty: the former one stays. Errors: invalid_argument with the field and a sentence
// for the administrator, not_found (no such mailbox).
[[nodiscard]] Status save_mail_source(App& app, SourceSettings settings, const Secret& password);
// The mailbox is brought to us from now on.
[[nodiscard]] Status remove_mail_source(App& app, std::int64_t mailbox);

// What the port asks for. The password is read when it is needed: from the sealed cell here, or
// from `read_file`.
[[nodiscard]] ports::MailSource source_of(
    App& app, const SourceSettings& settings, std::string address,
    std::function<Result<Secret>(const std::string& path)> read_file);

}  // namespace lethe::app
