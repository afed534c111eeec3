#include "dict.h"
#include "lethe/web/second_step_page.h"

namespace lethe::web {

std::string render(const PageContext& page, const views::SecondStepPage& view) {
  using State = views::SecondStepPage::State;
  return expand_page("settings_two_step.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Two-step sign-in")).errors(view.errors);
    dict.text("EMAIL", view.email).show_if(view.is_owed, "IS_OWED");
    dict.show(view.state == State::off       ? "STATE_OFF"
              : view.state == State::pending ? "STATE_PENDING"
              : view.state == State::on      ? "STATE_ON"
                                             : "STATE_CODES");
    dict.text("KEY_TEXT", view.key).text("QR_PATH", view.qr_path).digits("QR_SIZE", view.qr_size);
    dict.choose(view.is_required, "IS_REQUIRED", "IS_CHOSEN");
    dict.text("CODES_LEFT", dict.words().plural("{} recovery code is left.",
                                                "{} recovery codes are left.", view.recovery_left));
    dict.texts("RECOVERY", "RECOVERY_CODE", view.recovery_codes);
  });
}

}  // namespace lethe::web
