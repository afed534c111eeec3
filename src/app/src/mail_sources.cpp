#include "lethe/app/mail_sources.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

namespace json = boost::json;
using ports::SourceSecurity;

constexpr CellName kPassword = cell::name(core::tables::kSettings, "value");
constexpr std::size_t kTextMax = 500;

std::string key_of(std::int64_t mailbox) { return "mail_source." + std::to_string(mailbox); }

vault::KeyRef owner() { return profile_key(vault::workspace_itself()); }

std::string to_text(const SourceSettings& s) {
  return json::serialize(json::object{{"host", s.host},
                                      {"port", s.port},
                                      {"security", static_cast<int>(s.security)},
                                      {"user", s.user},
                                      {"folder", s.folder},
                                      {"ca_file", s.ca_file},
                                      {"password_file", s.password_file},
                                      {"forward_target", s.forward_target},
                                      {"paused", s.paused},
                                      {"sealed_password", to_hex(s.sealed_password)},
                                      {"sealed_version", s.sealed_version}});
}

Result<SourceSettings> from_text(std::int64_t mailbox, std::string_view text) {
  const json::object o = parse_object(text);
  const std::int64_t port = number_of(o, "port");
  const std::int64_t security = number_of(o, "security");
  if (port < 1 || port > 65535 || security < 1 || security > 3) {
    return fail(Errc::corrupt, "the source of mailbox " + std::to_string(mailbox));
  }
  SourceSettings s{.mailbox = mailbox,
                   .host = text_of(o, "host"),
                   .port = static_cast<std::uint16_t>(port),
                   .security = static_cast<SourceSecurity>(security),
                   .user = text_of(o, "user"),
                   .folder = text_of(o, "folder"),
                   .ca_file = text_of(o, "ca_file"),
                   .password_file = text_of(o, "password_file"),
                   .forward_target = flag_of(o, "forward_target"),
                   .paused = flag_of(o, "paused"),
                   .sealed_password = {},
                   .sealed_version = static_cast<std::uint32_t>(number_of(o, "sealed_version"))};
  LETHE_TRY(s.sealed_password, parse_hex(text_of(o, "sealed_password")));
  return s;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Status check_text(std::string_view text, const char* field) {
  if (text.size() > kTextMax || has_control(text)) {
    return fail(Errc::invalid_argument, "Too long, or with characters that cannot be here.", field);
  }
  return {};
}

Status check_path(std::string_view path, const char* field) {
  LETHE_CHECK(check_text(path, field));
  if (!path.empty() && !path.starts_with('/')) {
    return fail(Errc::invalid_argument, "Say the whole path, beginning with a slash.", field);
  }
  return {};
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Status check(const SourceSettings& s, const Secret& password) {
  LETHE_CHECK(check_text(s.host, "host"));
  LETHE_CHECK(check_text(s.user, "user"));
  LETHE_CHECK(check_text(s.folder, "folder"));
  LETHE_CHECK(check_path(s.ca_file, "ca_file"));
  LETHE_CHECK(check_path(s.password_file, "password_file"));
  const auto refuse = [](const char* why, const char* field) {
    return fail(Errc::invalid_argument, why, field);
  };
  if (s.host.empty() || s.host.find_first_of(" /@") != std::string::npos) {
    return refuse("The server's name, such as imap.example.org.", "host");
  }
  if (s.port == 0) return refuse("A number from 1 to 65535.", "port");
  if (s.user.empty()) return refuse("The user's name at the mail server.", "user");
  if (s.folder.empty()) return refuse("The folder to fetch, usually INBOX.", "folder");
  if (s.security == SourceSecurity::plain && !is_this_machine(s.host)) {
    return refuse("Without encryption only a server on this machine can be asked.", "security");
  }
  if (password.empty() && s.password_file.empty() && s.sealed_password.empty()) {
    return refuse("Type the password, or name the file it stands in.", "password");
  }
  if (has_control(as_text(password.reveal())) || password.reveal().size() > kTextMax) {
    return refuse("This password has characters that a mail server does not take.", "password");
  }
  return {};
}

}  // namespace

Result<std::optional<SourceSettings>> read_mail_source(const ports::Reading& tx,
                                                       std::int64_t mailbox) {
  LETHE_TRY(const auto text, tx.catalog().setting(key_of(mailbox)));
  if (!text || text->empty()) return std::nullopt;
  LETHE_TRY(auto settings, from_text(mailbox, *text));
  return settings;
}

Result<std::vector<SourceSettings>> read_mail_sources(const ports::Reading& tx) {
  LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
  std::vector<SourceSettings> sources;
  for (const ports::MailboxRow& mailbox : mailboxes) {
    LETHE_TRY(auto source, read_mail_source(tx, mailbox.id));
    if (source) sources.push_back(std::move(*source));
  }
  return sources;
}

Status save_mail_source(App& app, SourceSettings settings, const Secret& password) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    if (std::ranges::find(mailboxes, settings.mailbox, &ports::MailboxRow::id) == mailboxes.end()) {
      return fail(Errc::not_found, "there is no such mailbox");
    }
    LETHE_TRY(const auto former, read_mail_source(tx, settings.mailbox));
    SourceSettings saved = settings;
    saved.sealed_password = former ? former->sealed_password : Bytes{};
    saved.sealed_version = former ? former->sealed_version : 0;
    LETHE_CHECK(check(saved, password));
    if (!saved.password_file.empty()) saved.sealed_password.clear();
    if (!password.empty()) {
      saved.password_file.clear();
      ++saved.sealed_version;
      LETHE_TRY(const Ciphertext sealed,
                seal(app, owner(), place(kPassword, saved.mailbox, saved.sealed_version),
                     as_text(password.reveal())));
      saved.sealed_password.assign(sealed.bytes().begin(), sealed.bytes().end());
    }
    return tx.catalog().set_setting(key_of(saved.mailbox), to_text(saved));
  });
}

Status remove_mail_source(App& app, std::int64_t mailbox) {
  return app.store.write(
      [&](ports::Writing& tx) { return tx.catalog().set_setting(key_of(mailbox), ""); });
}

ports::MailSource source_of(App& app, const SourceSettings& settings, std::string address,
                            std::function<Result<Secret>(const std::string& path)> read_file) {
  ports::MailSource source{.address = std::move(address),
                           .host = settings.host,
                           .port = settings.port,
                           .security = settings.security,
                           .user = settings.user,
                           .folder = settings.folder,
                           .ca_file = settings.ca_file,
                           .forward_target = settings.forward_target,
                           .password = {}};
  source.password = [&app, settings, read = std::move(read_file)]() -> Result<Secret> {
    if (!settings.password_file.empty()) return read(settings.password_file);
    const Ciphertext sealed{settings.sealed_password, vault::workspace_itself()};
    LETHE_TRY(
        const Plaintext clear,
        open(app, owner(), place(kPassword, settings.mailbox, settings.sealed_version), sealed));
    return Secret{clear.reveal()};
  };
  return source;
}

}  // namespace lethe::app
