#include "lethe/web/second_step_page.h"
#include "samples.h"

namespace lethe::web::gallery {

std::vector<Sample> second_step_samples() {
  using Step = views::SecondStepPage;
  Step step_off;
  step_off.email = "marta@brightwater.example";
  step_off.is_owed = true;
  Step step_pending = step_off;
  step_pending.state = Step::State::pending;
  step_pending.key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
  step_pending.qr_path = "M4 4h7v1h-7zM4 5h1v6h-1zM10 5h1v6h-1zM4 10h7v1h-7zM6 6h3v3h-3z";
  step_pending.qr_size = 29;
  step_pending.errors = {{"code", "This code is not right."}};
  Step step_on = step_off;
  step_on.state = Step::State::on;
  step_on.is_owed = false;
  step_on.is_required = true;
  step_on.recovery_left = 7;
  Step step_codes = step_on;
  step_codes.state = Step::State::codes;
  step_codes.recovery_codes = {"mfrg-gzdf-mztw-q2lk", "nbsw-y3dp-eb3w-64tm"};
  const auto step_sample = [](std::string name, const Step& view) {
    return Sample{std::move(name), [view](const PageContext& page) { return render(page, view); },
                  views::Place::settings};
  };
  return {step_sample("two-step-off", step_off), step_sample("two-step-pending", step_pending),
          step_sample("two-step-on", step_on), step_sample("two-step-codes", step_codes)};
}

}  // namespace lethe::web::gallery
