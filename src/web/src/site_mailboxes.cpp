// One mailbox: its name, where its mail goes, and how mail reaches us.
#include <algorithm>

#include "lethe/app/mail_sources.h"
#include "lethe/base/text.h"
#include "lethe/web/mailbox_pages.h"
#include "site_rows.h"
#include "source_line.h"

namespace lethe::web {
namespace {

using ports::Role;
using ports::SourceSecurity;
using ports::SourceTrouble;
using State = views::SourceLine::State;

constexpr std::size_t kNameMax = 200;

struct Mailbox {
  ports::MailboxRow row;
  std::optional<app::SourceSettings> source;
};

Result<std::int64_t> mailbox_id(const Visit& visit) {
  const auto id = parse_id_digits(visit.request.params.at(0));
  if (!id) return fail(Errc::not_found, "there is no such address");
  return *id;
}

Result<Mailbox> stored_mailbox(Visit& visit) {
  LETHE_TRY(const std::int64_t id, mailbox_id(visit));
  return read_from<Mailbox>(visit.app, [&](const ports::Reading& tx) -> Result<Mailbox> {
    LETHE_TRY(const auto rows, tx.catalog().mailboxes());
    const auto row = std::ranges::find(rows, id, &ports::MailboxRow::id);
    if (row == rows.end()) return fail(Errc::not_found, "there is no such address");
    LETHE_TRY(auto source, app::read_mail_source(tx, id));
    return Mailbox{*row, std::move(source)};
  });
}

State state_of(ports::SourcePhase phase) {
  switch (phase) {
    case ports::SourcePhase::fetching:
      return State::fetching;
    case ports::SourcePhase::waiting:
      return State::waiting;
    case ports::SourcePhase::failing:
      return State::failing;
    case ports::SourcePhase::connecting:
      break;
  }
  return State::connecting;
}

std::string left_words(const Text& words, const ports::SourceState& state) {
  std::string said;
  if (state.refused > 0) {
    said = words.plural("One mail was refused and lies in the folder Lethe-refused.",
                        "{} mails were refused and lie in the folder Lethe-refused.",
                        static_cast<std::int64_t>(state.refused));
  }
  if (state.too_large > 0) {
    said += said.empty() ? "" : " ";
    said += words.plural("One mail is larger than 35 MiB and stays there.",
                         "{} mails are larger than 35 MiB and stay there.",
                         static_cast<std::int64_t>(state.too_large));
  }
  return said;
}

std::string source_trouble_words(const Text& words, SourceTrouble trouble) {
  switch (trouble) {
    case SourceTrouble::none:
      return {};
    case SourceTrouble::settings:
      return words(
          "These settings cannot work: look at the path of the CA file and at the encryption.");
    case SourceTrouble::password:
      return words("The password cannot be read here. Type it again, or look at its file.");
    case SourceTrouble::name_unknown:
      return words("There is no server of this name. Look at its spelling.");
    case SourceTrouble::unreachable:
      return words(
          "Nothing answers on this port of the server. Look at the port and at firewalls.");
    case SourceTrouble::timed_out:
      return words("The server does not answer in time. Look at the port and the encryption.");
    case SourceTrouble::no_starttls:
      return words("The server offers no encryption on this port. Try TLS on port 993.");
    case SourceTrouble::tls_failed:
      return words("The server speaks no TLS on this port. On port 143 choose STARTTLS.");
    case SourceTrouble::untrusted:
      return words(
          "The server's certificate has expired or is signed by nobody that this machine trusts. "
          "An authority of your own is named as CA file.");
    case SourceTrouble::wrong_name:
      return words(
          "The server's certificate is for another name. Type the name that stands in it.");
    case SourceTrouble::login_refused:
      return words("The server refuses this user and password.");
    case SourceTrouble::no_folder:
      return words("There is no such folder there, or this user may not open it.");
    case SourceTrouble::hung_up:
      return words("The server closed the connection.");
    case SourceTrouble::garbled:
      return words("What answers there is no IMAP server, or it refused a step.");
    case SourceTrouble::busy:
      return words(
          "This server has no room for more mail just now. The mail stays there and is fetched "
          "later.");
  }
  return {};
}

}  // namespace

views::SourceLine source_line(const Visit& visit,
                              const std::optional<app::SourceSettings>& settings,
                              std::int64_t mailbox, const ports::MailSources& sources) {
  views::SourceLine line;
  if (!settings) return line;
  line.state = settings->paused ? State::paused : State::connecting;
  const auto state = sources.state(mailbox);
  if (!state || settings->paused) return line;
  line.state = state_of(state->phase);
  line.since = state->since;
  line.last_fetched = state->last_fetched;
  line.sentence = line.state == State::failing ? source_trouble_words(visit.words(), state->trouble)
                                               : left_words(visit.words(), *state);
  return line;
}

namespace {

views::Options securities(const Text& words, SourceSecurity chosen) {
  return {{"tls", words("TLS from the first byte (port 993)"), chosen == SourceSecurity::tls},
          {"starttls", words("STARTTLS (port 143)"), chosen == SourceSecurity::starttls},
          {"plain", words("None, only on this machine"), chosen == SourceSecurity::plain}};
}

SourceSecurity chosen_security(std::string_view value) {
  if (value == "starttls") return SourceSecurity::starttls;
  return value == "plain" ? SourceSecurity::plain : SourceSecurity::tls;
}

Result<views::MailboxSettings> mailbox_view(Visit& visit, const Mailbox& mailbox,
                                            const ports::MailSources& sources) {
  visit.page.shell.place = Place::settings;
  const Text& words = visit.words();
  const app::SourceSettings source = mailbox.source.value_or(app::SourceSettings{});
  views::MailboxSettings view;
  view.id = std::to_string(mailbox.row.id);
  view.address = mailbox.row.address;
  view.display_name = mailbox.row.display_name;
  const bool fetched = mailbox.source.has_value();
  view.doors = {{"brought", words("Mail is brought to us (SMTP, LMTP or a webhook)"), !fetched},
                {"imap", words("We fetch it from another server (IMAP)"), fetched}};
  view.securities = securities(words, source.security);
  view.host = source.host;
  view.port = std::to_string(source.port);
  view.user = source.user;
  view.folder = source.folder;
  view.ca_file = source.ca_file;
  view.password_file = source.password_file;
  view.forward_target = source.forward_target;
  view.has_password = !source.sealed_password.empty();
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
    const auto id_of = [](const auto& id) {
      return id ? std::optional{id->value()} : std::nullopt;
    };
    view.groups = named_options(lists.groups(), id_of(mailbox.row.group), words("None"));
    view.types = named_options(lists.types(), id_of(mailbox.row.type), words("None"));
    LETHE_TRY(const auto stored, app::read_mail_source(tx, mailbox.row.id));
    view.stored = stored.has_value();
    view.source = source_line(visit, stored, mailbox.row.id, sources);
    return {};
  }));
  return view;
}

Answer mailbox_page(Visit& visit, const ports::MailSources& sources) {
  LETHE_TRY(const Mailbox mailbox, stored_mailbox(visit));
  LETHE_TRY(const auto view, mailbox_view(visit, mailbox, sources));
  return show(visit, view);
}

Result<Mailbox> typed_mailbox(Visit& visit, const Fields& fields) {
  LETHE_TRY(Mailbox mailbox, stored_mailbox(visit));
  mailbox.row.display_name = std::string{trimmed(fields.get("display_name"))};
  LETHE_TRY(mailbox.row.group, chosen_id<core::GroupId>(fields.get("group")));
  LETHE_TRY(mailbox.row.type, chosen_id<core::TypeId>(fields.get("type")));
  if (fields.get("door") != "imap") {
    mailbox.source.reset();
    return mailbox;
  }
  app::SourceSettings source = mailbox.source.value_or(app::SourceSettings{});
  source.mailbox = mailbox.row.id;
  source.host = ascii_lower(trimmed(fields.get("host")));
  source.port = static_cast<std::uint16_t>(
      std::clamp(number_of(trimmed(fields.get("port"))).value_or(0), 0, 65535));
  source.security = chosen_security(fields.get("security"));
  source.user = trimmed(fields.get("user"));
  source.folder = trimmed(fields.get("folder"));
  source.ca_file = trimmed(fields.get("ca_file"));
  source.password_file = trimmed(fields.get("password_file"));
  source.forward_target = fields.get("forward_target") == "1";
  mailbox.source = std::move(source);
  return mailbox;
}

Status save(Visit& visit, const Mailbox& mailbox, std::string_view password) {
  if (mailbox.row.display_name.size() > kNameMax) {
    return fail(Errc::invalid_argument, "At most 200 characters.", "display_name");
  }
  if (mailbox.source) {
    LETHE_CHECK(app::save_mail_source(visit.app, *mailbox.source, Secret{password}));
  } else {
    LETHE_CHECK(app::remove_mail_source(visit.app, mailbox.row.id));
  }
  return visit.app.store.write(
      [&](ports::Writing& tx) { return tx.catalog().save_mailbox(mailbox.row); });
}

Answer save_mailbox(Visit& visit, const Fields& fields, ports::MailSources& sources) {
  LETHE_TRY(const Mailbox typed, typed_mailbox(visit, fields));
  const Status saved = save(visit, typed, fields.get("password"));
  if (!saved) {
    LETHE_TRY(auto view, mailbox_view(visit, typed, sources));
    view.errors = form_errors(visit, saved.error(), "host");
    return show(visit, view, 422);
  }
  sources.settings_changed();
  return go_to(url_for("/settings/mail/addresses/{id}", {std::to_string(typed.row.id)}), "saved");
}

// With what is stored: a password that was typed and not saved is not known any more.
Answer test_mailbox(Visit& visit, ports::MailSources& sources) {
  LETHE_TRY(const Mailbox mailbox, stored_mailbox(visit));
  LETHE_TRY(auto view, mailbox_view(visit, mailbox, sources));
  if (!mailbox.source) return show(visit, view);
  const auto checked = sources.check(mailbox.row.id);
  view.test_works = checked.trouble == SourceTrouble::none;
  view.test_sentence =
      view.test_works
          ? visit.words().plural("It works. One mail is waiting there.",
                                 "It works. {} mails are waiting there.", checked.waiting)
          : source_trouble_words(visit.words(), checked.trouble);
  if (view.test_works) sources.hurry(mailbox.row.id);
  return show(visit, view);
}

enum class Fetch { paused, going_on };

Answer pause_mailbox(Visit& visit, Fetch wanted, ports::MailSources& sources) {
  LETHE_TRY(Mailbox mailbox, stored_mailbox(visit));
  if (mailbox.source) {
    mailbox.source->paused = wanted == Fetch::paused;
    LETHE_CHECK(app::save_mail_source(visit.app, *mailbox.source, Secret{}));
    sources.settings_changed();
  }
  return go_to(url_for("/settings/mail/addresses/{id}", {std::to_string(mailbox.row.id)}), "saved");
}

Answer remove_mailbox(Visit& visit, ports::MailSources& sources) {
  LETHE_TRY(const std::int64_t id, mailbox_id(visit));
  LETHE_CHECK(app::remove_mail_source(visit.app, id));
  LETHE_CHECK(
      visit.app.store.write([&](ports::Writing& tx) { return tx.catalog().remove_mailbox(id); }));
  sources.settings_changed();
  return go_to(url_for("/settings/mail"), "removed");
}

Answer change_mailbox(Visit& visit, const MultipartForm& form, ports::MailSources& sources) {
  const std::string_view what = form.fields.get("do");
  if (what == "remove") return remove_mailbox(visit, sources);
  if (what == "test") return test_mailbox(visit, sources);
  if (what == "pause" || what == "go-on") {
    return pause_mailbox(visit, what == "pause" ? Fetch::paused : Fetch::going_on, sources);
  }
  return save_mailbox(visit, form.fields, sources);
}

}  // namespace

MailboxPages::MailboxPages(SiteDeps deps, ports::MailSources& sources)
    : inside_(std::make_unique<Site::Inside>(std::move(deps))), sources_(sources) {}
MailboxPages::~MailboxPages() = default;

std::vector<Route> MailboxPages::routes() {
  SiteRoutes routes{*inside_};
  constexpr std::string_view kPattern = "/settings/mail/addresses/{id}";
  routes.page(std::string{kPattern}, Role::admin,
              [this](Visit& visit) { return mailbox_page(visit, sources_); });
  routes.form(std::string{kPattern}, Role::admin, [this](Visit& visit, const MultipartForm& form) {
    return change_mailbox(visit, form, sources_);
  });
  return routes.take();
}

}  // namespace lethe::web
