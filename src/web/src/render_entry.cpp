// Sign in, invitation, first run.
#include <algorithm>

#include "dict.h"
#include "lethe/web/forgot_page.h"
#include "lethe/web/kept_form_page.h"
#include "lethe/web/pages.h"

namespace lethe::web {
namespace {

void fill_languages(const Dict& dict, Language chosen) {
  for (const Language each : kAllLanguages) {
    dict.each("LANGUAGES")
        .text("VALUE", code_of(each))
        .text("LABEL", name_of(each))
        .show_if(each == chosen, "CHOSEN");
  }
}

void fill_entry(const Dict& dict, std::string_view title, std::string_view organisation) {
  dict.text("PAGE_TITLE", title);
  dict.text("ENTRY_ORGANISATION", organisation.empty() ? std::string_view{"Lethe"} : organisation);
  fill_languages(dict, dict.words().language());
}

// Long enough to be somebody's work: shown, so that it can also be copied.
bool is_long(std::string_view value) { return value.size() > 40 || value.contains('\n'); }

}  // namespace

std::string render(const PageContext& page, const views::KeptForm& view) {
  return expand_page("kept_form.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", view.signed_in ? dict.words()("Send it once more")
                                           : dict.words()("You were signed out"));
    dict.choose(view.signed_in, "SIGNED_IN", "SIGNED_OUT");
    int at = 0;
    for (const web_protocol::Field& field : view.typed) {
      // An answer is shown however short it is: the page says that it is here. What the page said
      // before (was_tags) was not typed.
      const bool is_answer = field.name == "text" && !field.value.empty();
      const bool is_typed = !field.name.starts_with("was_");
      const bool is_shown = is_answer || (is_typed && is_long(field.value));
      const Dict line = dict.each(is_shown ? "LONG" : "SHORT");
      line.text("NAME", field.name).text("VALUE", field.value);
      line.text("FIELD_ID", "typed-" + std::to_string(++at));
    }
    for (const std::string& name : view.file_fields) {
      dict.each("FILES").text("NAME", name).text("FIELD_ID", "typed-" + std::to_string(++at));
    }
  });
}

std::string render(const PageContext& page, const views::NotKeptForm&) {
  return expand_page("not_kept_form.tpl", page, [](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("You were signed out"));
  });
}

std::string render(const PageContext& page, const views::SignIn& view) {
  return expand_page("sign_in.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Sign in"), view.organisation);
    dict.errors(view.errors).text("EMAIL", view.email);
    dict.choose(view.asks_for_code, "STEP_CODE", "STEP_PASSWORD");
    dict.show_if(
        std::ranges::find(view.errors, "recovery", &views::FormError::field) != view.errors.end(),
        "RECOVERY_TRIED");
    dict.text("RESET_HINT", view.password_reset_hint).text("BACK_PATH", view.back);
  });
}

std::string render(const PageContext& page, const views::ForgotPassword& view) {
  return expand_page("forgot.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Forgot password"), view.organisation);
    dict.errors(view.errors).text("EMAIL", view.email);
    dict.show(!view.can_send ? "CANNOT_SEND" : view.asked ? "ASKED" : "ASKING");
    dict.text("LINK_LASTS", dict.words().plural("{} minute", "{} minutes", view.minutes));
  });
}

std::string render(const PageContext& page, const views::SetPassword& view) {
  return expand_page("set_password.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Set password"), view.organisation);
    dict.choose(view.expired, "EXPIRED", "VALID").errors(view.errors);
    dict.choose(view.kind == views::SetPassword::Kind::invitation, "IS_INVITATION", "IS_RECOVERY");
    dict.text("EMAIL", view.email).text("NAME", view.name).text("LINK_TOKEN", view.token);
    dict.digits("BYTES_MIN", view.password_bytes_min);
  });
}

std::string render(const PageContext& page, const views::FirstRun& view) {
  return expand_page("first_run.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Set up Lethe"), {});
    dict.errors(view.errors).text("FORM_ORGANISATION", view.organisation);
    dict.text("NAME", view.name).text("EMAIL", view.email).text("LINK_TOKEN", view.token);
    dict.digits("BYTES_MIN", view.password_bytes_min);
    dict.text("KEYRING_PATH", view.keyring_path).text("REPLICA_PATH", view.replica_path);
    dict.choose(view.replica_declined, "WITHOUT_REPLICA", "WITH_REPLICA");
  });
}

std::string render(const PageContext& page, const views::PrivacyNotice& view) {
  return expand_page("privacy.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Privacy notice"), view.organisation);
    for (const views::NoticeLine& line : view.lines) {
      dict.each("LINE")
          .text("LINE_WHAT", line.what)
          .text("LINE_WHY", line.why)
          .text("LINE_BASIS", line.basis)
          .text("LINE_UNTIL", line.until);
    }
    dict.text(
        "COPIES_SENTENCE",
        dict.words().plural("After {} day no backup of ours opens it either.",
                            "After {} days no backup of ours opens it either.", view.copies_days));
    dict.text("NOTICE_CONTACT", view.contact);
  });
}

std::string render(const PageContext& page, const views::MailChoices& view) {
  return expand_page("mail_choices.tpl", page, [&](const Dict& dict) {
    fill_entry(dict, dict.words()("Your mails"), view.organisation);
    dict.choose(view.gone, "EXPIRED", "VALID").show_if(view.saved, "IS_SAVED");
    dict.text("EMAIL", view.address).show_if(view.acknowledgements, "ACKNOWLEDGEMENTS");
    dict.show_if(view.notifications, "NOTIFICATIONS").show_if(view.in_thread, "IN_THREAD");
    dict.show_if(!view.left, "IN_COPY");
    dict.url("CHOICES_URL", url_for("/choices/{token}", {view.token}));
  });
}

}  // namespace lethe::web
