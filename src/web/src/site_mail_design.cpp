// The texts and the look of our mails, the limits of automatic ones, and the records for DKIM.
#include <charconv>

#include "lethe/app/mail_design.h"
#include "lethe/app/mail_limits.h"
#include "lethe/base/text.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

using ports::Role;

struct Draft {
  std::string language;
  app::MailTexts texts;
  std::string colour;
};

std::string language_asked(Visit& visit, std::string_view typed) {
  return app::mail_language(typed, code_of(visit.words().language()));
}

Result<Draft> stored_draft(Visit& visit, std::string language) {
  return read_from<Draft>(visit.app, [&](const ports::Reading& tx) -> Result<Draft> {
    Draft draft{.language = std::move(language), .texts = {}, .colour = {}};
    LETHE_TRY(draft.texts, app::read_mail_texts(tx, draft.language));
    LETHE_TRY(draft.colour, app::read_mail_colour(tx));
    return draft;
  });
}

Draft typed_draft(Visit& visit, const Fields& fields) {
  return {language_asked(visit, fields.get("language")),
          {std::string{fields.get("greeting")}, std::string{fields.get("acknowledgement")},
           std::string{fields.get("signature")}},
          std::string{fields.get("colour")}};
}

Status fill_samples(Visit& visit, const ports::Reading& tx, const Draft& draft,
                    views::MailDesign& view) {
  const auto samples = app::sample_mails(visit.app, tx, draft.language, draft.texts, draft.colour);
  if (!samples) {
    view.errors = form_errors(visit, samples.error(), "greeting");
    return {};
  }
  view.sample_acknowledgement = {samples->acknowledgement.subject, samples->acknowledgement.text};
  view.sample_answer = {samples->answer.subject, samples->answer.text};
  return {};
}

Result<views::MailDesign> design_view(Visit& visit, const Draft& draft) {
  visit.page.shell.place = Place::settings;
  views::MailDesign view;
  for (const Language each : kAllLanguages) {
    view.languages.push_back(
        {std::string{code_of(each)}, std::string{name_of(each)}, code_of(each) == draft.language});
  }
  view.language = draft.language;
  view.greeting = draft.texts.greeting;
  view.acknowledgement = draft.texts.acknowledgement;
  view.signature = draft.texts.signature;
  view.colour = draft.colour;
  for (const auto& record : visit.site.deps.settings.dkim_records) {
    view.dkim.push_back({record.name, record.text});
  }
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const app::MailLimits limits, app::read_mail_limits(tx));
    view.per_address = std::to_string(limits.per_address);
    view.per_ticket = std::to_string(limits.per_ticket);
    view.per_domain = std::to_string(limits.per_domain);
    return fill_samples(visit, tx, draft, view);
  }));
  return view;
}

Answer design_page(Visit& visit) {
  LETHE_TRY(const Draft draft,
            stored_draft(visit, language_asked(visit, visit.request.query().get("language"))));
  LETHE_TRY(const auto view, design_view(visit, draft));
  return show(visit, view);
}

Url page_in(const std::string& language) {
  Fields fields;
  fields.add("language", language);
  return url_for("/settings/mail/texts", {}, fields);
}

Answer refused(Visit& visit, const Draft& draft, const Error& error) {
  LETHE_TRY(auto view, design_view(visit, draft));
  view.errors = form_errors(visit, error, "greeting");
  return show(visit, view, 422);
}

Answer save_texts(Visit& visit, const Draft& draft) {
  Status saved = app::check_mail_texts(draft.texts);
  if (saved) saved = app::save_mail_colour(visit.app, draft.colour);
  if (saved) saved = app::save_mail_texts(visit.app, draft.language, draft.texts);
  return saved ? Answer{go_to(page_in(draft.language), "saved")}
               : refused(visit, draft, saved.error());
}

std::int64_t typed_number(std::string_view text) {
  const std::string_view bare = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(bare.data(), bare.data() + bare.size(), number);
  return error == std::errc{} && end == bare.data() + bare.size() ? number : 0;
}

Answer save_limits(Visit& visit, const Fields& fields) {
  const app::MailLimits limits{.per_address = typed_number(fields.get("per_address")),
                               .per_ticket = typed_number(fields.get("per_ticket")),
                               .per_domain = typed_number(fields.get("per_domain"))};
  const std::string language = language_asked(visit, fields.get("language"));
  const Status saved = app::save_mail_limits(visit.app, limits);
  if (saved) return go_to(page_in(language), "saved");
  LETHE_TRY(const Draft draft, stored_draft(visit, language));
  return refused(visit, draft, saved.error());
}

Answer preview(Visit& visit, const Draft& draft) {
  LETHE_TRY(const auto view, design_view(visit, draft));
  return show(visit, view, view.errors.empty() ? 200 : 422);
}

// What the page asks for while somebody types.
Answer preview_typed(Visit& visit, const MultipartForm& form) {
  return preview(visit, typed_draft(visit, form.fields));
}

Answer change_design(Visit& visit, const MultipartForm& form) {
  const std::string_view what = form.fields.get("do");
  if (what == "limits") return save_limits(visit, form.fields);
  Draft draft = typed_draft(visit, form.fields);
  if (what == "preview") return preview(visit, draft);
  if (what == "reset") draft.texts = app::default_mail_texts(draft.language);
  return save_texts(visit, draft);
}

}  // namespace

void add_mail_design_routes(SiteRoutes& routes) {
  routes.page("/settings/mail/texts", Role::admin, design_page);
  routes.form("/settings/mail/texts", Role::admin, change_design);
  routes.form("/settings/mail/texts/preview", Role::admin, preview_typed);
}

}  // namespace lethe::web
