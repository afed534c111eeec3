// Erasing: before, while it runs, and the certificate.
#include <array>

#include "dict.h"
#include "lethe/web/pages.h"
#include "render_panels.h"

namespace lethe::web {
namespace {

using State = views::ErasureProgress::State;

void fill_counts(const Dict& dict, const std::vector<views::CountLine>& counts) {
  for (const views::CountLine& line : counts) {
    dict.each("COUNT").number("COUNT_NUMBER", line.count).text("COUNT_WHAT", line.what);
  }
}

void fill_kept(const Dict& dict, const std::vector<views::KeptLine>& kept) {
  for (const views::KeptLine& line : kept) {
    dict.each("KEPT")
        .text("KEPT_WHAT", line.what)
        .text("KEPT_REASON", line.reason)
        .text("KEPT_ARTICLE", line.article)
        .text("KEPT_UNTIL", line.until);
  }
  dict.show_if(!kept.empty(), "HAS_KEPT");
}

std::string title_of(const Text& words, const views::ErasePreview& view) {
  switch (view.what) {
    case views::ErasePreview::What::person:
      return words.with("Erase {}?", view.subject_of);
    case views::ErasePreview::What::ticket:
      return words("Erase this ticket?");
    case views::ErasePreview::What::attachments:
      return words("Erase the files?");
    case views::ErasePreview::What::tickets:
      return words("Erase these tickets?");
  }
  return {};
}

std::string button_of(const Text& words, const views::ErasePreview& view) {
  switch (view.what) {
    case views::ErasePreview::What::person:
      return words("Erase person");
    case views::ErasePreview::What::ticket:
      return words("Erase ticket");
    case views::ErasePreview::What::attachments:
      return words("Erase files");
    case views::ErasePreview::What::tickets:
      return words("Erase tickets");
  }
  return {};
}

views::Options grace_options(const Text& words, int chosen) {
  views::Options options;
  for (const int days : {0, 7, 14, 30}) {
    options.push_back(
        {std::to_string(days),
         days == 0 ? words("none, erase at once") : words.plural("{} day", "{} days", days),
         days == chosen});
  }
  return options;
}

void fill_last_step(const Dict& dict, const views::ErasePreview& view) {
  const Text& words = dict.words();
  dict.url("ACTION_URL", view.action).hidden_fields(view.carried);
  dict.show_if(view.open_tickets > 0, "ASKS_OPEN");
  dict.text("OPEN_TICKETS_QUESTION", words.plural("One ticket is still open",
                                                  "{} tickets are still open", view.open_tickets));
  dict.show_if(view.can_hide, "CAN_HIDE").options("REASONS", view.reasons);
  dict.options("GRACE", grace_options(words, view.grace_days));
  dict.text("CONFIRM_WITH", view.confirm_with).text("ERASE_BUTTON", button_of(words, view));
  dict.text("CONFIRM_LABEL", view.confirm_is_count ? words("To go on, type the number of tickets:")
                                                   : words("To go on, type the initials:"));
}

std::string_view badge_of(State state) {
  switch (state) {
    case State::grace:
      return "info";
    case State::running:
      return "accent";
    case State::waiting:
      return "warn";
    case State::done:
      return "ok";
    case State::cancelled:
      return "line";
    case State::refused:
      return "line";
    case State::hidden:
      return "info";
  }
  return "line";
}

std::string name_of(const Text& words, State state) {
  switch (state) {
    case State::grace:
      return words("can be cancelled");
    case State::running:
      return words("running");
    case State::waiting:
      return words("waiting");
    case State::done:
      return words("done");
    case State::cancelled:
      return words("cancelled");
    case State::refused:
      return words("refused");
    case State::hidden:
      return words("hidden");
  }
  return {};
}

void fill_steps(const Dict& dict, const std::vector<views::ErasureStep>& steps) {
  static constexpr std::array<std::string_view, 3> kClasses{"done", "now", ""};
  int number = 0;
  for (const views::ErasureStep& step : steps) {
    dict.each("STEP")
        .text("STEP_CLASS", kClasses[static_cast<std::size_t>(step.state)])
        .choose(step.state == views::ErasureStep::State::done, "STEP_DONE", "STEP_OPEN")
        .digits("STEP_NUMBER", ++number)
        .text("STEP_NAME", step.name)
        .text("STEP_DETAIL", step.detail);
  }
}

}  // namespace

std::string render(const PageContext& page, const views::ErasePreview& view) {
  return expand_page("erase_preview.tpl", page, [&](const Dict& dict) {
    const Text& words = dict.words();
    const std::string title = title_of(words, view);
    dict.text("PAGE_TITLE", title).text("ERASE_TITLE", title).text("SUBJECT_OF", view.subject_of);
    dict.url("BACK_URL", view.back).errors(view.errors);
    dict.show_if(view.blocked_by_hold, "BLOCKED").text("BLOCKED_REASON", view.blocked_reason);
    fill_counts(dict, view.counts);
    const bool of_files = view.what == views::ErasePreview::What::attachments;
    dict.show_if(view.counts.empty() && of_files, "NOTHING_GOES");
    dict.show_if(!view.counts.empty(), "HAS_COUNTS");
    fill_kept(dict, view.kept);
    dict.texts("SAMPLE", "SAMPLE_TEXT", view.sample);
    dict.text("UNRECOVERABLE", words.date(view.unrecoverable_at));
    dict.show_if(view.horizon_basis == "default", "HORIZON_DEFAULT");
    dict.show_if(view.mails_already_sent > 0, "HAS_SENT");
    dict.text("SENT_MAILS", words.plural("One mail was already sent; it cannot be called back.",
                                         "{} mails were already sent; they cannot be called back.",
                                         view.mails_already_sent));
    dict.texts("RECIPIENT", "RECIPIENT_NAME", view.recipients)
        .show_if(!view.recipients.empty(), "HAS_RECIPIENTS");
    fill_last_step(dict, view);
  });
}

std::string render(const PageContext& page, const views::ErasureProgress& view) {
  return expand_page("erasure.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", view.title)
        .text("ERASURE_TITLE", view.title)
        .text("ERASURE_ID", view.id);
    dict.url("SELF_URL", view.self)
        .url("CANCEL_URL", view.cancel)
        .url("CERTIFICATE_URL", view.certificate);
    const bool is_moving = view.state == State::running || view.state == State::waiting;
    dict.show_if(is_moving, "IS_MOVING").show_if(view.state == State::running, "IS_RUNNING");
    dict.show_if(view.state == State::waiting, "IS_WAITING").text("WAITING_FOR", view.waiting_for);
    dict.show_if(view.state == State::done, "IS_DONE")
        .show_if(view.state == State::cancelled, "IS_CANCELLED");
    dict.show_if(view.state == State::refused, "IS_REFUSED");
    dict.show_if(view.state == State::hidden, "IS_HIDDEN");
    dict.choose(view.state == State::hidden, "BRINGS_BACK", "CANCELS");
    dict.show_if(!view.steps.empty(), "HAS_STEPS");
    dict.show_if(view.state == State::grace, "IN_GRACE");
    if (view.erases_at) dict.text("ERASES_AT", dict.words().full(*view.erases_at));
    fill_progress(dict, view.done, view.total, view.minutes_left);
    fill_steps(dict, view.steps);
  });
}

std::string render(const PageContext& page, const views::Erasures& view) {
  return expand_page("erasures.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Erasures")).options("STATES", view.states);
    for (const views::ErasureRow& row : view.rows) {
      dict.each("ROW")
          .text("ROW_WHAT", row.what)
          .url("ROW_URL", row.url)
          .text("ROW_REASON", row.reason)
          .text("ROW_BY", row.approved_by)
          .text("STATE_CLASS", badge_of(row.state))
          .text("STATE_NAME", name_of(dict.words(), row.state))
          .time_ago("AT", row.at);
    }
    dict.show_if(!view.rows.empty(), "HAS_ROWS").paging(view.paging);
    dict.show_if(view.rows.empty() && view.is_filtered, "NOTHING_FOUND");
    dict.show_if(view.rows.empty() && !view.is_filtered, "IS_EMPTY_LIST");
  });
}

std::string render(const PageContext& page, const views::Certificates& view) {
  return expand_page("certificates.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Certificates"));
    for (const views::CertificateRow& row : view.rows) {
      dict.each("ROW")
          .text("ROW_NUMBER", row.number)
          .url("ROW_URL", row.url)
          .text("ROW_SCOPE", row.scope)
          .text("ROW_REASON", row.reason)
          .time_ago("AT", row.at);
    }
    dict.choose(view.rows.empty(), "IS_EMPTY_LIST", "HAS_ROWS").paging(view.paging);
    dict.url("KEY_URL", view.key_url).text("LOG_SIZE", view.log_size);
  });
}

std::string render(const PageContext& page, const views::Certificate& view) {
  return expand_page("certificate.tpl", page, [&](const Dict& dict) {
    const Text& words = dict.words();
    dict.text("PAGE_TITLE", words("Certificate of erasure"))
        .text("CERTIFICATE_NUMBER", view.number);
    dict.text("CERT_ORGANISATION", view.organisation).text("STATEMENT", view.statement);
    dict.text("STATEMENT_SIGNED", view.statement_signed)
        .show_if(view.statement_signed.empty(), "NO_STATEMENT_SIGNED");
    dict.text("ISSUED", words.with("issued {}", words.full(view.issued_at)));
    dict.choose(view.verified, "VERIFIED", "NOT_CHECKED");
    fill_counts(dict, view.counts);
    fill_kept(dict, view.kept);
    for (const auto& [label, value] : view.why)
      dict.each("WHY").text("LABEL", label).text("VALUE", value);
    for (const auto& [label, value] : view.proof)
      dict.each("PROOF").text("LABEL", label).text("VALUE", value);
    dict.text("ERASED_LIVE", words.full(view.erased_live_at));
    dict.text("UNRECOVERABLE", words.date(view.unrecoverable_at));
    dict.show_if(!view.horizon_declared, "HORIZON_DEFAULT");
    dict.url("FILE_URL", view.file).text("FILE_NAME", view.file_name);
  });
}

}  // namespace lethe::web
