#include "lethe/web/forgot_page.h"
#include "lethe/web/kept_form_page.h"
#include "samples.h"

namespace lethe::web::gallery {
namespace {

template <class View>
Sample page_of(std::string name, View view) {
  return {std::move(name), [view](const PageContext& page) { return render(page, view); }};
}

}  // namespace

std::vector<Sample> entry_samples() {
  views::SignIn wrong;
  wrong.organisation = "Brightwater support";
  wrong.email = "marta@brightwater.example";
  wrong.errors = {{"password", "Email or password is not right. 4 tries left."}};
  views::SignIn code;
  code.organisation = "Brightwater support";
  code.asks_for_code = true;
  views::SignIn recovery = code;
  recovery.errors = {{"recovery", "This code is not right."}};
  views::ForgotPassword forgot;
  forgot.organisation = "Brightwater support";
  forgot.email = "marta";
  forgot.errors = {{"email", "This is no email address."}};
  views::ForgotPassword asked = forgot;
  asked.asked = true;
  asked.errors = {};
  views::ForgotPassword without_mail = asked;
  without_mail.can_send = false;
  views::KeptForm kept;
  kept.typed.add("kind", "reply");
  kept.typed.add("text", "Dear Sofia,\n\na new spout is on its way to you.\n");
  kept.file_fields = {"files"};
  views::KeptForm again = kept;
  again.signed_in = true;
  views::SetPassword invitation;
  invitation.organisation = "Brightwater support";
  invitation.email = "jonas@brightwater.example";
  invitation.token = "one-time";
  views::SetPassword expired = invitation;
  expired.expired = true;
  views::FirstRun first;
  first.keyring_path = "/var/lib/lethe.keyring";
  first.email = "marta@brightwater.example";
  first.errors = {
      {"replica", "This folder is on the same disk as the keyring. Choose another disk."}};
  first.replica_path = "/var/lib/copy";
  views::MailChoices choices;
  choices.organisation = "Brightwater";
  choices.token = "AQID";
  choices.address = "sofia.l@mail.example";
  choices.in_thread = choices.saved = true;
  views::MailChoices gone = choices;
  gone.gone = true;
  return {page_of("sign-in", wrong),
          page_of("sign-in-code", code),
          page_of("sign-in-recovery", recovery),
          page_of("forgot", forgot),
          page_of("forgot-asked", asked),
          page_of("forgot-without-mail", without_mail),
          page_of("kept-form", kept),
          page_of("kept-form-again", again),
          page_of("kept-form-too-long", views::NotKeptForm{}),
          page_of("set-password", invitation),
          page_of("set-password-expired", expired),
          page_of("first-run", first),
          page_of("mail-choices", choices),
          page_of("mail-choices-gone", gone)};
}

}  // namespace lethe::web::gallery
