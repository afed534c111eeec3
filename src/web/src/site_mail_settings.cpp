// Addresses at which mail comes in, the server for outgoing mail, and what an agent sets for
// themselves.
#include <algorithm>

#include "error_words.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/mail_checks.h"
#include "lethe/app/second_step.h"
#include "lethe/base/text.h"
#include "site_my_notices.h"
#include "site_rows.h"
#include "site_sources.h"

namespace lethe::web {
namespace {

using ports::Role;

// Brought to us, unless it has a source.
views::SourceLine source_of(const Visit& visit, const std::vector<app::SourceSettings>& sources,
                            std::int64_t mailbox) {
  const auto source = std::ranges::find(sources, mailbox, &app::SourceSettings::mailbox);
  if (source == sources.end()) return {};
  const auto& state_of = visit.site.deps.source_state;
  return source_line(visit.words(), *source, state_of ? state_of(mailbox) : std::nullopt);
}

Result<views::MailSettings> mail_view(Visit& visit) {
  visit.page.shell.place = Place::settings;
  views::MailSettings view;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    LETHE_TRY(const auto sources, app::read_mail_sources(tx));
    for (const auto& mailbox : mailboxes) {
      view.addresses.push_back({std::to_string(mailbox.id), mailbox.address,
                                lists.group(mailbox.group), source_of(visit, sources, mailbox.id)});
    }
    view.groups = named_options(lists.groups(), std::nullopt, visit.words()("None"));
    LETHE_TRY(const int raw_days, app::raw_copy_days(tx));
    view.raw_days = std::to_string(raw_days);
    return {};
  }));
  LETHE_TRY(const core::MaskChoice masks, app::read_masks(visit.app));
  view.mask_ibans = masks.ibans;
  view.mask_national_ids = masks.national_ids;
  view.mask_passwords = masks.passwords;
  const auto& settings = visit.site.deps.settings;
  view.submission_configured = static_cast<bool>(visit.site.deps.probe_submission);
  view.submission_url = settings.submission_url;
  view.submission_user = settings.submission_user;
  view.submission_from = settings.submission_from;
  view.submission_works = view.submission_configured;
  return view;
}

Answer mail_page(Visit& visit) {
  LETHE_TRY(const auto view, mail_view(visit));
  return show(visit, view);
}

// Connects, encrypts and signs in, and sends nothing.
Answer probe(Visit& visit) {
  LETHE_TRY(auto view, mail_view(visit));
  if (!visit.site.deps.probe_submission) return show(visit, view);
  const Status works = visit.site.deps.probe_submission();
  view.submission_works = works.has_value();
  view.submission_state =
      works ? visit.words()("The server takes our mail.") : visit.words()(works.error().detail);
  return show(visit, view);
}

Status add_address(Visit& visit, const Fields& fields) {
  const auto address = core::EmailAddress::parse(fields.get("address"));
  if (!address) return fail(Errc::invalid_argument, "This is no email address.", "address");
  LETHE_TRY(const auto group, chosen_id<core::GroupId>(fields.get("group")));
  return visit.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto known, tx.catalog().mailboxes());
    if (std::ranges::find(known, address->normalised(), &ports::MailboxRow::address) !=
        known.end()) {
      return fail(Errc::already_exists, "Mail to this address comes in already.", "address");
    }
    return tx.catalog().save_mailbox(
        {visit.app.ids.next(), address->normalised(), "", group, std::nullopt});
  });
}

Answer save_raw_days(Visit& visit, const Fields& fields) {
  const Status saved =
      app::set_raw_copy_days(visit.app, number_of(fields.get("raw_days")).value_or(-1));
  if (saved) return go_to(url_for("/settings/mail"), "saved");
  if (saved.error().code != Errc::out_of_range) return std::unexpected(saved.error());
  LETHE_TRY(auto view, mail_view(visit));
  view.raw_days = fields.get("raw_days");
  view.errors = {{"raw_days", visit.words()("A number of days from 0 to 365.")}};
  return show(visit, view, 422);
}

Answer save_masks(Visit& visit, const Fields& fields) {
  LETHE_CHECK(app::save_masks(visit.app, {.ibans = fields.get("iban") == "1",
                                          .national_ids = fields.get("national_id") == "1",
                                          .passwords = fields.get("password") == "1"}));
  return go_to(url_for("/settings/mail"), "saved");
}

Answer change_mail(Visit& visit, const MultipartForm& form) {
  if (form.fields.get("do") == "raw") return save_raw_days(visit, form.fields);
  if (form.fields.get("do") == "test") return probe(visit);
  if (form.fields.get("do") == "masks") return save_masks(visit, form.fields);
  const auto added = add_address(visit, form.fields);
  if (added) return go_to(url_for("/settings/mail"), "saved");
  LETHE_TRY(auto view, mail_view(visit));
  view.new_address = form.fields.get("address");
  view.errors = form_errors(visit, added.error(), "address");
  return show(visit, view, 422);
}

// --- My settings ---

Result<views::MySettings> my_view(Visit& visit) {
  const Preferences preferences = preferences_of(visit.request);
  views::MySettings view;
  view.name = visit.session.agent.name;
  view.email = visit.session.agent.email;
  for (const Language each : {Language::en, Language::de, Language::fr}) {
    view.languages.push_back(
        {std::string{code_of(each)}, std::string{name_of(each)}, each == visit.words().language()});
  }
  const Text& words = visit.words();
  view.themes = {{"system", words("As the system"), preferences.theme == views::Theme::system},
                 {"light", words("Light"), preferences.theme == views::Theme::light},
                 {"dark", words("Dark"), preferences.theme == views::Theme::dark}};
  view.hotkeys = preferences.hotkeys;
  const auto step = app::second_step_of(visit.app, visit.me());
  view.second_factor = step && step->state == app::SecondStep::State::on;
  LETHE_CHECK(fill_notices(visit, view));
  return view;
}

Answer my_page(Visit& visit) {
  LETHE_TRY(const auto view, my_view(visit));
  return show(visit, view);
}

Status save_name(Visit& visit, std::string_view typed) {
  const std::string name{trimmed(typed)};
  if (name.empty() || name.size() > 200) {
    return fail(Errc::invalid_argument, "Say your name.", "name");
  }
  if (name == visit.session.agent.name) return {};
  const core::PersonId person = visit.session.agent.person;
  return visit.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto row, tx.people().find(person));
    LETHE_TRY(auto profile, app::read_profile(visit.app, row));
    profile.name = name;
    return app::save_profile(visit.app, tx, person, profile, visit.now());
  });
}

Answer save_mine(Visit& visit, const Fields& fields) {
  const auto named = save_name(visit, fields.get("name"));
  if (!named) {
    LETHE_TRY(views::MySettings view, my_view(visit));
    view.name = fields.get("name");
    view.errors = form_errors(visit, named.error(), "name");
    return show(visit, view, 422);
  }
  Preferences preferences = preferences_of(visit.request);
  const std::string_view language = fields.get("language");
  if (language == "en" || language == "de" || language == "fr") {
    preferences.language = language;
    LETHE_CHECK(app::set_language(visit.app, visit.me(), language));
  }
  preferences.theme = fields.get("theme") == "dark"    ? views::Theme::dark
                      : fields.get("theme") == "light" ? views::Theme::light
                                                       : views::Theme::system;
  preferences.hotkeys = fields.get("hotkeys") == "1";
  Response response = go_to(url_for("/settings/me"), "saved");
  remember(response, preferences, cookies_are_secure(visit.app));
  return response;
}

// All sessions end; this one begins anew.
Answer save_password(Visit& visit, const Fields& fields) {
  const Password before{Secret{fields.get("password")}};
  Password after{Secret{fields.get("new_password")}};
  const auto changed = app::change_password(visit.app, visit.me(), before, std::move(after));
  if (!changed) {
    LETHE_TRY(views::MySettings view, my_view(visit));
    const bool wrong = changed.error().code == Errc::unauthenticated;
    view.errors = {{wrong ? "password" : "new_password", error_words(visit.words(), changed.error().detail)}};
    return show(visit, view, 422);
  }
  LETHE_TRY(const auto session, app::start_session(visit.app, visit.me()));
  Response response = go_to(url_for("/settings/me"), "password-changed");
  set_cookie(
      response, kSessionCookie, session.token,
      {.secure = cookies_are_secure(visit.app), .max_age_seconds = app::kSessionLongest.count()});
  return response;
}

Answer save_my_notices(Visit& visit, const Fields& fields) {
  const auto saved = save_notices(visit, fields);
  if (saved) return go_to(url_for("/settings/me"), "saved");
  LETHE_TRY(views::MySettings view, my_view(visit));
  const bool is_wait = saved.error().field == "wait";
  if (!is_wait) return std::unexpected(saved.error());
  view.errors = {{"wait", visit.words()("Choose one of these times.")}};
  return show(visit, view, 422);
}

Answer change_mine(Visit& visit, const MultipartForm& form) {
  if (form.fields.get("do") == "password") return save_password(visit, form.fields);
  if (form.fields.get("do") == "notices") return save_my_notices(visit, form.fields);
  return save_mine(visit, form.fields);
}

}  // namespace

void add_mail_settings_routes(SiteRoutes& routes) {
  routes.page("/settings/mail", Role::admin, mail_page);
  routes.form("/settings/mail", Role::admin, change_mail);
}

void add_my_settings_routes(SiteRoutes& routes) {
  routes.page("/settings/me", Role::agent, my_page);
  routes.form("/settings/me", Role::agent, change_mine);
}

}  // namespace lethe::web
