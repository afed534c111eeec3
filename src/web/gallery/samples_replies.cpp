#include "lethe/web/saved_replies_page.h"
#include "samples.h"

namespace lethe::web::gallery {
namespace {

views::SavedReplies list() {
  views::SavedReplies view;
  view.rows = {{"Demande de photo", "Technical", "Français", url_for("/settings/replies/3")},
               {"Neue Kartusche unterwegs", "", "Deutsch", url_for("/settings/replies/2")},
               {"Refund is on its way", "Billing", "English", url_for("/settings/replies/1")}};
  view.changes = {{minutes_ago(12), "changed: Refund is on its way", "Marta Kowalska"},
                  {days_ago(3), "added: Demande de photo", "the command line"}};
  return view;
}

views::SavedReplyEditor editor() {
  views::SavedReplyEditor view;
  view.id = "1";
  view.version = "4";
  view.title = "Refund is on its way";
  view.text =
      "Hello {{customer.name}},\n\nthe refund for ticket {{ticket.number}} left us today and "
      "reaches you within **three working days**.\n\nKind regards\n{{agent.name}}";
  view.groups = groups(2);
  view.languages = {{"", "Any language", false}, {"en", "English", true}, {"de", "Deutsch", false}};
  view.placeholders = {{"{{customer.name}}", "the person’s name, or else the address"},
                       {"{{ticket.number}}", "the ticket’s number"},
                       {"{{agent.name}}", "the name of the agent who answers"}};
  return view;
}

}  // namespace

std::vector<Sample> reply_samples() {
  views::SavedReplyEditor previewed = editor();
  previewed.preview = rich_text_of_markdown(
      "Hello Sofia Lindqvist,\n\nthe refund for ticket 4821 left us today and reaches you within "
      "**three working days**.\n\nKind regards\nJonas Weber");
  views::SavedReplyEditor refused = editor();
  refused.id.clear();
  refused.text = "Hello {{customer.age}}";
  refused.errors = {{"title", "A title has 1 to 120 characters."},
                    {"text", "There is no placeholder {{customer.age}}. Take one of those below."}};
  const auto sample = [](std::string name, const auto& view) {
    return Sample{std::move(name), [view](const PageContext& page) { return render(page, view); },
                  views::Place::settings};
  };
  return {sample("settings-replies", list()),
          sample("settings-replies-empty", views::SavedReplies{}),
          sample("settings-reply", editor()), sample("settings-reply-preview", previewed),
          sample("settings-reply-refused", refused)};
}

}  // namespace lethe::web::gallery
