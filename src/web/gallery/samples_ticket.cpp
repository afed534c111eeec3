#include "lethe/web/views/threads.h"
#include "samples.h"

namespace lethe::web::gallery {
namespace {

using Kind = views::Message::Kind;

views::Message from_sofia(const char* id, Instant at, const char* text) {
  views::Message message;
  message.id = id;
  message.person = someone("Sofia Lindqvist", "sofia.l@mail.example", 1);
  message.at = at;
  message.text = rich_text_of_plain(text);
  return message;
}

views::Message by_agent(Kind kind, const char* id, const char* name, Instant at, const char* text) {
  views::Message message;
  message.kind = kind;
  message.id = id;
  message.agent = agent(name);
  message.at = at;
  message.text = rich_text_of_markdown(text);
  return message;
}

std::vector<views::Message> conversation() {
  std::vector<views::Message> all;
  all.push_back(from_sofia(
      "1", minutes_ago(40),
      "Hello,\n\nmy bank shows two payments of €39.00 on 14 November, both with the reference "
      "BW-20417. I only ordered once. Could you please refund one of them?\n\nI paid with the card "
      "[redacted: card ending 7724]. See https://shop.brightwater.example/orders/20417.\n\n"
      "Best regards\nSofia"));
  all.back().attachments = {{"bank-statement.png", 214'000, url_for("/attachments/1"),
                             url_for("/attachments/1/erase"), false},
                            {"", 0, {}, {}, true}};
  all.back().findings = {{"f1", "IBAN", "IBAN removed"}, {"f2", "Date of birth", "date removed"}};
  all.back().html_frame = url_for("/tickets/4821/messages/1/html");
  all.back().meetings = {
      {"Invitation: Call about the refund",
       "18 November 2026, 10:00 – 10:30 (Europe/Berlin), as written: 18 November 2026, "
       "09:00 – 09:30 (GMT Standard Time), repeats",
       "Phone", "Sofia Lindqvist"}};
  all.back().protection = "Signed with S/MIME, not checked.";
  views::Message event;
  event.kind = Kind::event;
  event.id = "2";
  event.event = "Routed to Billing by “Payment words” and tagged refund";
  event.at = minutes_ago(40);
  all.push_back(event);
  all.push_back(by_agent(Kind::note, "3", "Amélie Durand", minutes_ago(27),
                         "The payment provider retried after a timeout. Same thing for **three "
                         "people** on the 14th.\n\n"
                         "- refund queued for `06:00`\n- no need for a second one"));
  all.push_back(
      by_agent(Kind::agent, "4", "Jonas Weber", minutes_ago(20),
               "Hello Sofia,\n\nthank you for telling us, and sorry for the double charge. Could "
               "you confirm "
               "that both payments show as *booked*, not just reserved?\n\nKind regards  \nJonas"));
  all.back().to = "to sofia.l@mail.example";
  all.back().cc = {"accounts@brightwater.example"};
  all.push_back(from_sofia("5", minutes_ago(6), "Yes, both are booked since this morning."));
  all.back().quoted = rich_text_of_plain("> Could you confirm that both payments show as booked?");
  all.back().is_new = true;
  all.back().verified = false;
  all.back().checks = "SPF passed · DKIM passed · DMARC failed";
  return all;
}

views::PersonPanel sofia() {
  views::PersonPanel panel;
  panel.person = someone("Sofia Lindqvist", "sofia.l@mail.example", 1);
  panel.emails = {"sofia.l@mail.example"};
  panel.has_phone = true;
  panel.show_phone = url_for("/people/1/phone");
  panel.language = "English";
  panel.consents = {{"Product news", "no"}, {"Satisfaction survey", "yes, 3 Jun 2026"}};
  panel.since = days_ago(912);
  panel.export_url = url_for("/people/1/export");
  panel.erase_url = url_for("/people/1/erase");
  return panel;
}

views::Ticket open_ticket() {
  views::Ticket view;
  view.id = "4821";
  view.number = 4821;
  view.subject = "Charged twice for the October filter delivery";
  view.statuses = {{"open", "Open", true},
                   {"pending", "Waiting", false},
                   {"solved", "Solved", false},
                   {"closed", "Closed", false}};
  view.assignees = agents(2);
  view.groups = groups(2);
  view.types = types(2);
  view.tags = {"refund"};
  view.known_tags = {{"refund", "refund", false}, {"warranty", "warranty", false}};
  view.previous = url_for("/tickets/4814");
  view.next = url_for("/tickets/4807");
  view.presence = {"Jonas is writing a reply"};
  view.presence_stream = url_for("/events/tickets/4821");
  view.messages = conversation();
  views::Composer composer;
  composer.to = "Sofia Lindqvist";
  composer.text =
      "Thank you, Sofia. The refund of €39.00 goes out tomorrow morning and should reach your "
      "account by Wednesday.";
  composer.draft = {"77", minutes_ago(1), false};
  composer.version = "5";
  composer.saved_replies = {{"1", "Refund is on its way", false},
                            {"2", "Rückerstattung (Deutsch)", false}};
  view.composer = composer;
  view.retention = {views::Retention::Kind::after_close, in_days(90),
                    "Billing, 90 days after close", url_for("/retention/rules/1"), ""};
  view.can_hold = view.can_erase = view.can_redact = true;
  view.person = sofia();
  view.copied = {{"Accounts", "accounts@brightwater.example", url_for("/tickets/4821/cc/7")}};
  view.earlier = {{"Change of delivery week", url_for("/tickets/1"), days_ago(90), ""},
                  {"Which filter fits a Grohe Blue tap?", url_for("/tickets/2"), days_ago(150), ""},
                  {"", {}, days_ago(550), "General, 1 year"}};
  view.earlier_total = 3;
  return view;
}

views::Ticket erased_ticket() {
  views::Ticket view;
  view.id = "4758";
  view.number = 4758;
  view.erased = true;
  views::Message message;
  message.id = "9";
  message.erased = true;
  message.person.erased = true;
  message.at = days_ago(400);
  view.messages = {message};
  view.retention = {views::Retention::Kind::erased, days_ago(3), "General, 1 year", {}, ""};
  return view;
}

}  // namespace

std::vector<Sample> ticket_samples() {
  using views::Place;
  views::Ticket collision = open_ticket();
  collision.presence.clear();
  collision.collision = views::Collision{
      "Jonas Weber",
      minutes_ago(1),
      rich_text_of_markdown("Hello Sofia, the refund is queued for tomorrow 06:00."),
      "Thank you, Sofia. The refund goes out tomorrow.",
      "accounts@brightwater.example",
      true};
  views::Ticket clash = open_ticket();
  clash.presence.clear();
  clash.composer->draft.clash = true;
  views::Ticket sent = open_ticket();
  sent.messages.back().html_open = true;
  sent.messages.back().html_frame = url_for("/mail-frame");
  sent.undo = views::UndoSend{"6", 10, kNow + Seconds{10}};
  sent.composer->can_send = false;
  sent.composer->settings = url_for("/settings/mail");
  sent.composer->mode = views::Composer::Mode::note;
  sent.proposals = {{"This may belong to ticket #4811.", url_for("/tickets/4811")}};
  views::Ticket merged = open_ticket();
  merged.merged_into = {"Ticket #4811", url_for("/tickets/4811")};
  merged.unmerge = url_for("/tickets/4821/unmerge");
  merged.messages.clear();
  merged.composer.reset();
  merged.presence.clear();
  merged.copied.clear();
  views::Redact redact{
      "4821", "1", "Sofia Lindqvist", "Hello,\nmy IBAN is DE36 8605 5592 1090 2371 18.", {}};
  const views::Threads threads{
      .id = "4821",
      .number = 4821,
      .subject = "Refund for order 20417",
      .proposals = {{"7", "This may belong to ticket #4811.", url_for("/tickets/4811"),
                     "Ticket #4811", true},
                    {"8", "The subject changed: this may be a new matter.", {}, "", true},
                    {"9",
                     "This is a forward: open it for the original sender Ann Smith "
                     "<ann@example.org>, and keep what stands above it as a note.",
                     {},
                     "",
                     true}},
      .merged = {{"4790", "Ticket #4790"}},
      .messages = {{"1", "Sofia Lindqvist", "I was charged twice.", kNow - Days{2}},
                   {"2", "Mira Koch", "Thank you, the refund goes out.", kNow - Days{1}}},
      .requester_email = "sofia@example",
      .requester_name = "Sofia Lindqvist",
      .errors = {{"requester", "This is no email address."}}};
  views::MailFrame frame;
  frame.html = SafeHtml::vouched_by_allow_list(
      "<h2>Your order</h2><p>Two payments of <b>€39.00</b></p><table><tr><td>14 "
      "Nov</td><td>€39.00</td></tr></table>");
  frame.remote_images_blocked = true;
  frame.blocked = 2;
  return {
      {"ticket", [view = open_ticket()](const PageContext& page) { return render(page, view); },
       Place::inbox},
      {"ticket-erased",
       [view = erased_ticket()](const PageContext& page) { return render(page, view); },
       Place::inbox},
      {"ticket-collision", [collision](const PageContext& page) { return render(page, collision); },
       Place::inbox},
      {"ticket-draft-clash", [clash](const PageContext& page) { return render(page, clash); },
       Place::inbox},
      {"ticket-sent", [sent](const PageContext& page) { return render(page, sent); }, Place::inbox},
      {"ticket-merged", [merged](const PageContext& page) { return render(page, merged); },
       Place::inbox},
      {"redact", [redact](const PageContext& page) { return render(page, redact); }, Place::inbox},
      {"threads", [threads](const PageContext& page) { return render(page, threads); },
       Place::inbox},
      {"mail-frame", [frame](const PageContext& page) { return render(page, frame); },
       Place::none}};
}

}  // namespace lethe::web::gallery
