// One ticket: its conversation, its person, its end, and changes to its properties.
#include "site_ticket.h"

#include <algorithm>
#include <ranges>

#include "lethe/app/invitations.h"
#include "lethe/app/mail_checks.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/participants.h"
#include "lethe/app/threading.h"
#include "lethe/base/text.h"
#include "lethe/core/reply_text.h"
#include "site_saved_replies.h"
#include "site_threads.h"

namespace lethe::web {
namespace {

using app::MessageView;
using views::Message;

std::string joined(const std::vector<app::MailboxView>& mailboxes) {
  std::string text;
  for (const auto& mailbox : mailboxes) {
    text += (text.empty() ? "" : ", ") + (mailbox.name.empty() ? mailbox.address : mailbox.name);
  }
  return text;
}

std::string name_of_agent(Visit& visit, const ports::Reading& tx, std::string_view id) {
  const auto agent = core::AgentId::parse(id);
  if (!agent) return visit.words()("Nobody");
  const auto who = app::agent_in_few_words(visit.app, tx, *agent);
  return who && !who->name.empty() ? who->name : visit.words()("Former agent");
}

// "status closed", "assigned 12": events keep codes and ids, the words are the reader's.
std::string event_words(Visit& visit, const ports::Reading& tx, const MessageView& event,
                        const Lists& lists) {
  const Text& words = visit.words();
  const auto space = event.event.find(' ');
  const std::string what = event.event.substr(0, space);
  const std::string value = space == std::string::npos ? "" : event.event.substr(space + 1);
  const std::string who = !event.agent                ? words("Lethe")
                          : event.agent->name.empty() ? words("Former agent")
                                                      : event.agent->name;
  if (what == "status") {
    for (const auto status : {views::Status::open, views::Status::pending, views::Status::solved,
                              views::Status::closed, views::Status::spam, views::Status::trash}) {
      if (status_code(status) == value) {
        return words.with("{} set the status to {}", who, status_label(words, status));
      }
    }
  }
  if (what == "assigned" && value == "none") return words.with("{} took away the assignee", who);
  if (what == "assigned") {
    return words.with("{} assigned it to {}", who, name_of_agent(visit, tx, value));
  }
  if (what == "group" || what == "type") {
    const bool is_group = what == "group";
    const auto group = core::GroupId::parse(value);
    const auto type = core::TypeId::parse(value);
    const std::string name =
        is_group ? (group ? lists.group(*group) : "") : (type ? lists.type(*type) : "");
    return words.with(is_group ? marked("{} set the group to {}") : marked("{} set the type to {}"),
                      who, name.empty() ? words("none") : name);
  }
  constexpr std::pair<std::string_view, std::string_view> kMoves[] = {
      {"merged", marked("{} merged ticket #{} into this one")},
      {"merged_into", marked("{} merged this ticket into #{}")},
      {"unmerged", marked("{} took this ticket and #{} apart again")},
      {"split_to", marked("{} moved messages into ticket #{}")},
      {"split_from", marked("{} took these messages out of ticket #{}")}};
  for (const auto& [code, sentence] : kMoves) {
    if (what == code) return words.with(sentence, who, value);
  }
  if (what == "forwarded") return words.with("{} forwarded the mail below", who);
  if (what == "turned_over") return words.with("{} opened it for the original sender", who);
  if (what == "requester_changed") return words.with("{} gave the ticket to another person", who);
  if (what == "unnotified") {
    return words("No notice of delivery was sent: the limit of automatic mail was reached");
  }
  if (what == "cc_removed") return words.with("{} took somebody off Cc", who);
  if (event.event == "mail failed") return words("A mail could not be delivered");
  if (what == "unacknowledged") {
    return words("Not confirmed by mail: the limit of automatic mail was reached");
  }
  return who + ": " + event.event;
}

void fill_text(Message& message, const MessageView& from) {
  if (from.kind != ports::MessageKind::customer) {
    message.text = rich_text_of_markdown(from.text);
    return;
  }
  std::string fresh;
  std::string quoted;
  for (const auto& part : core::split_reply(from.text)) {
    const std::string_view text =
        std::string_view{from.text}.substr(part.begin, part.end - part.begin);
    (part.part == core::ReplyPart::fresh ? fresh : quoted) += text;
    message.quoted_open |= part.part == core::ReplyPart::quotation;
  }
  if (trimmed(fresh).empty()) std::swap(fresh, quoted);
  message.text = rich_text_of_plain(fresh);
  if (!trimmed(quoted).empty()) message.quoted = rich_text_of_plain(quoted);
}

void fill_delivery(Visit& visit, Message& message, const MessageView& from) {
  using Delivery = MessageView::Delivery;
  message.sending = from.delivery == Delivery::waiting;
  if (from.delivery == Delivery::failed) {
    message.delivery = visit.words()("Not delivered: the mail server refused it.");
    message.try_again = true;
  }
  if (from.delivery == Delivery::cancelled) {
    message.delivery = visit.words()("Not sent: it was cancelled.");
  }
}

// "SPF passed · DKIM without result · DMARC failed"; nothing when nobody was asked. What was not
// looked at, as a header that names DMARC only leaves SPF, is not said.
std::string trust_words(const Text& words, const core::MailTrust& trust) {
  if (trust.source == core::TrustSource::nobody) return {};
  std::string line;
  const auto add = [&](std::string_view method, core::AuthResult result) {
    using core::AuthResult;
    const std::string name{method};
    std::string said;
    if (result == AuthResult::none) said = words.with("{} without result", name);
    if (result == AuthResult::pass) said = words.with("{} passed", name);
    if (result == AuthResult::fail) said = words.with("{} failed", name);
    if (result == AuthResult::temperror) said = words.with("{} could not be checked", name);
    if (!said.empty()) line += (line.empty() ? "" : " · ") + said;
  };
  add("SPF", trust.spf);
  add("DKIM", trust.dkim);
  add("DMARC", trust.dmarc);
  if (trust.spam == core::SpamVerdict::spam)
    line += (line.empty() ? "" : " · ") + words("looks like spam");
  return line;
}

std::string file_words(const Text& words, const std::string& name, const app::FileMarks& marks) {
  if (marks.is_locked()) return words.with("{}, quarantined: {}", name, marks.quarantine);
  if (marks.not_checked) return words.with("{}, not checked for viruses", name);
  return name;
}

constexpr std::size_t kMeetingsMax = 3;  // of one message

// "5 January 2026, 10:00 – 11:30"; of whole days without the hours.
std::string span_words(const Text& clock, Instant from, std::optional<Instant> to, bool is_day) {
  std::string when = clock.date(from);
  if (!is_day) when += ", " + clock.clock(from);
  if (!to) return when;
  const bool same_day = clock.date(*to) == clock.date(from);
  std::string until = same_day ? "" : clock.date(*to);
  if (!is_day) until += (same_day ? "" : ", ") + clock.clock(*to);
  return when + " – " + until;
}

// In the reader's zone, and as the invitation says it where that differs: "5 January 2026, 09:00
// (Europe/London), as written: 5 January 2026, 10:00 (W. Europe Standard Time)". A zone that nobody
// knows is said to be unknown; without a zone it is the clock where one happens to be.
std::string when_words(const Text& words, const core::Invitation& meeting) {
  const core::InvitationTime& start = meeting.start;
  std::optional<Instant> end_wall, end_at;
  if (meeting.end) {
    end_wall = meeting.end->wall;
    end_at = meeting.end->at;
  }
  std::string when = span_words(Text{words.language()}, start.wall, end_wall, start.is_day);
  const bool is_reckoned = start.at && (!meeting.end || end_at);
  if (is_reckoned) {
    const bool one_zone =
        !meeting.end || meeting.end->zone.empty() || meeting.end->zone == start.zone;
    const bool said = one_zone && (start.zone == "UTC" || start.zone == words.time_zone());
    const std::string zones = one_zone ? start.zone : start.zone + ", " + meeting.end->zone;
    const std::string here = span_words(words, *start.at, end_at, false);
    const std::string written = here == when ? zones : when + " (" + zones + ")";
    when = here + " (" + words.time_zone() + ")";
    if (!said) when += ", " + words.with("as written: {}", written);
  } else if (!start.zone.empty()) {
    when += " (" + words.with("{}, zone unknown", start.zone) + ")";
  }
  if (start.is_day) when += ", " + words("all day");
  if (meeting.repeats) when += ", " + words("repeats");
  return when;
}

std::string meeting_title(const Text& words, const core::Invitation& meeting) {
  using Method = core::InvitationMethod;
  const std::string what = meeting.summary.empty() ? words("(no subject)") : meeting.summary;
  switch (meeting.method) {
    case Method::request:
      return words.with("Invitation: {}", what);
    case Method::cancel:
      return words.with("Cancelled: {}", what);
    case Method::publish:
      return words.with("Calendar entry: {}", what);
    case Method::reply:
      break;
  }
  const std::string answer = ascii_lower(meeting.answer);
  const std::string_view sentence = answer == "accepted"    ? marked("{} accepts: {}")
                                    : answer == "declined"  ? marked("{} declines: {}")
                                    : answer == "tentative" ? marked("{} may come: {}")
                                                            : marked("{} answers: {}");
  return words.with(sentence, meeting.attendee, what);
}

Status fill_meetings(Visit& visit, const ports::Reading& tx, const MessageView& from,
                     Message& message) {
  for (const app::AttachmentView& file : from.attachments) {
    if (message.meetings.size() >= kMeetingsMax) return {};
    LETHE_TRY(const auto meeting, app::invitation_in(visit.app, tx, file));
    if (!meeting) continue;
    message.meetings.push_back({meeting_title(visit.words(), *meeting),
                                when_words(visit.words(), *meeting), meeting->location,
                                meeting->organizer});
  }
  return {};
}

// Nothing is decrypted and no signature is checked here: the parts are offered as they came.
std::string protection_words(const Text& words, const MessageView& message) {
  const auto has = [&](std::string_view type) {
    return std::ranges::any_of(message.attachments,
                               [&](const auto& file) { return file.type == type; });
  };
  if (has("application/pkcs7-mime") || has("application/x-pkcs7-mime")) {
    return words("Encrypted or signed with S/MIME: open the attachment in your own mail program.");
  }
  if (has("application/pgp-encrypted") || message.text.contains("-----BEGIN PGP MESSAGE-----")) {
    return words("Encrypted with PGP: open it in your own mail program.");
  }
  if (has("application/pkcs7-signature") || has("application/x-pkcs7-signature")) {
    return words("Signed with S/MIME, not checked.");
  }
  if (has("application/pgp-signature") ||
      message.text.contains("-----BEGIN PGP SIGNED MESSAGE-----")) {
    return words("Signed with PGP, not checked.");
  }
  return {};
}

// The requester's own words: no doubt is shown beside them merely because nobody checks senders
// here. Not those of a form, whose From is another's address: it named whom it liked.
bool is_by_requester(const app::TicketView& ticket, const MessageView& message) {
  if (!message.person || !ticket.summary.requester ||
      message.person->id != ticket.summary.requester->id) {
    return false;
  }
  const auto written = core::EmailAddress::parse(message.from_address);
  const auto theirs = core::EmailAddress::parse(message.person->email);
  return !written || !theirs || written->normalised() == theirs->normalised();
}

Message message_view(Visit& visit, const ports::Reading& tx, const app::TicketView& ticket,
                     const MessageView& from, const Lists& lists) {
  Message message;
  message.id = from.id.to_string();
  message.at = from.created_at;
  if (from.kind == ports::MessageKind::event) {
    message.kind = Message::Kind::event;
    message.event = event_words(visit, tx, from, lists);
    return message;
  }
  const std::string ticket_id = ticket.summary.row.id.to_string();
  message.kind = from.kind == ports::MessageKind::customer ? Message::Kind::customer
                 : from.kind == ports::MessageKind::agent  ? Message::Kind::agent
                                                           : Message::Kind::note;
  message.person = person_ref(from.person);
  message.agent = agent_ref(from.agent);
  if (message.kind == Message::Kind::agent && !from.to.empty()) {
    message.to = visit.words().with("to {}", joined(from.to));
  }
  for (const auto& cc : from.cc) message.cc.push_back(cc.address);
  fill_text(message, from);
  if (from.has_html) {
    message.html_frame = url_for("/tickets/{id}/messages/{message}/html", {ticket_id, message.id});
    message.html_open = visit.request.query().get("html") == message.id;
  }
  for (const auto& file : from.attachments) {
    message.attachments.push_back({.name = file_words(visit.words(), file.name, file.marks),
                                   .size = static_cast<std::uint64_t>(file.size),
                                   .url = url_for("/attachments/{id}", {file.id.to_string()}),
                                   .erase = {}});
  }
  if (message.kind == Message::Kind::customer) {
    message.checks = trust_words(visit.words(), from.trust);
    message.protection = protection_words(visit.words(), from);
  }
  message.verified = from.flags.verified || from.kind != ports::MessageKind::customer ||
                     is_by_requester(ticket, from);
  fill_delivery(visit, message, from);
  return message;
}

void fill_choices(Visit& visit, views::Ticket& view, const app::TicketSummary& ticket,
                  const Lists& lists) {
  const Text& words = visit.words();
  for (const auto status : {views::Status::open, views::Status::pending, views::Status::solved,
                            views::Status::closed}) {
    view.statuses.push_back(
        {status_code(status), status_label(words, status), status == view.status});
  }
  if (view.status == views::Status::spam) {
    view.statuses.insert(view.statuses.begin(), {"spam", words("Spam"), true});
    view.statuses.push_back({"not_spam", words("Not spam"), false});
  }
  if (view.status == views::Status::trash) {
    view.statuses.insert(view.statuses.begin(), {"trash", words("Trash"), true});
    view.statuses.push_back({"not_trash", words("Bring back"), false});
  }
  view.assignees = lists.agent_options(words, ticket.row.assignee);
  // Who may no longer sign in keeps the ticket until another takes it.
  if (ticket.row.assignee && std::ranges::none_of(view.assignees, &views::Option::chosen)) {
    const bool is_known = ticket.assignee && !ticket.assignee->name.empty();
    view.assignees.push_back(
        {ticket.row.assignee->to_string(),
         is_known ? words.with("{} (deactivated)", ticket.assignee->name) : words("Former agent"),
         true});
  }
  const auto value = [](const auto& id) { return id ? std::optional{id->value()} : std::nullopt; };
  view.groups = named_options(lists.groups(), value(ticket.row.group), words("None"));
  view.types = named_options(lists.types(), value(ticket.row.type), words("None"));
  for (const core::TagId tag : ticket.tags) view.tags.push_back(lists.tag(tag));
  view.tags.insert(view.tags.end(), ticket.free_tags.begin(), ticket.free_tags.end());
  for (const auto& tag : lists.tags()) view.known_tags.push_back({tag.name, tag.name, false});
}

views::Composer composer_view(Visit& visit, const app::TicketView& ticket,
                              const std::optional<Typed>& typed) {
  views::Composer composer;
  const auto& requester = ticket.summary.requester;
  composer.to = requester ? (requester->name.empty() ? requester->email : requester->name) : "";
  for (const app::Who& who : ticket.cc) {
    composer.cc += (composer.cc.empty() ? "" : ", ") + who.email;
  }
  const bool is_note = ticket.draft_kind == ports::MessageKind::note;
  composer.mode = is_note ? views::Composer::Mode::note : views::Composer::Mode::reply;
  composer.text = (is_note ? ticket.draft_note : ticket.draft_reply).value_or("");
  composer.draft = {ticket.draft ? ticket.draft->to_string() : "", ticket.draft_at, false};
  if (typed) {
    composer.mode = typed->mode;
    composer.text = typed->text;
    composer.cc = typed->cc;
    composer.errors = typed->errors;
    composer.preview = typed->preview;
    composer.draft.id = typed->draft ? typed->draft->to_string() : "";
    composer.draft.clash = typed->draft_clash;
  }
  // Whoever is only asked again has not read on: the guard against answering unseen words holds.
  if (typed && typed->seen && !typed->collided) {
    composer.version = typed->seen->to_string();
  } else if (!ticket.messages.empty()) {
    composer.version = ticket.messages.back().id.to_string();
  }
  composer.can_send = static_cast<bool>(visit.site.deps.probe_submission);
  if (visit.is_admin()) composer.settings = url_for("/settings/mail");
  return composer;
}

// The newest answer of somebody else that the writer had not seen.
std::optional<views::Collision> collision_view(Visit& visit, const app::TicketView& ticket,
                                               const Typed& typed) {
  for (const auto& message : std::ranges::reverse_view{ticket.messages}) {
    if (message.kind == ports::MessageKind::event) continue;
    if (typed.seen && message.id <= *typed.seen) break;
    const auto& author = message.agent ? message.agent : message.person;
    if (message.agent && message.agent->id == visit.me().value()) continue;
    views::Message shown;
    fill_text(shown, message);
    return views::Collision{author ? author->name : visit.words()("Deleted person"),
                            message.created_at,
                            shown.text,
                            typed.text,
                            typed.cc,
                            typed.had_files};
  }
  return std::nullopt;
}

// A reply of mine that can still be taken back.
std::optional<views::UndoSend> undo_view(const Visit& visit, const app::TicketView& ticket) {
  for (const auto& message : std::ranges::reverse_view{ticket.messages}) {
    const bool mine = message.agent && message.agent->id == visit.me().value();
    if (!mine || message.delivery != MessageView::Delivery::waiting || !message.leaves_at) continue;
    if (*message.leaves_at <= visit.now()) continue;
    const auto left = *message.leaves_at - visit.now();
    if (left > Seconds{60}) continue;  // waits for the mail server, not for me
    return views::UndoSend{message.id.to_string(), static_cast<int>(left.count()),
                           *message.leaves_at};
  }
  return std::nullopt;
}

Status fill_neighbours(Visit& visit, const ports::Reading& tx, const ports::TicketRow& row,
                       views::Ticket& view) {
  ports::TicketQuery query;
  query.statuses = {core::TicketStatus::open};
  query.limit = 1;
  query.after = {{row.updated_at, row.id}};
  LETHE_TRY(const auto older, tx.tickets().list(query));
  query.oldest_first = true;
  LETHE_TRY(const auto newer, tx.tickets().list(query));
  if (!older.empty()) view.next = url_for("/tickets/{id}", {older.front().id.to_string()});
  if (!newer.empty()) view.previous = url_for("/tickets/{id}", {newer.front().id.to_string()});
  static_cast<void>(visit);
  return {};
}

Status fill_person(Visit& visit, const ports::Reading& tx, const ports::TicketRow& row,
                   views::Ticket& view) {
  if (!row.requester) return {};
  const auto person = app::view_person(visit.app, tx, *row.requester);
  if (!person) return {};
  view.person = person_panel(visit, *person);
  LETHE_CHECK(fill_bounces(visit, tx, *person, *view.person));
  ports::TicketQuery query;
  query.requester = row.requester;
  query.limit = 6;
  LETHE_TRY(const auto others, app::list_tickets(visit.app, tx, query, visit.me()));
  for (const auto& other : others) {
    if (other.row.id == row.id || view.earlier.size() == 5) continue;
    view.earlier.push_back({subject_in_list(visit.words(), other.subject),
                            url_for("/tickets/{id}", {other.row.id.to_string()}),
                            other.row.state.created, ""});
  }
  view.earlier_total = std::ssize(view.earlier);
  return {};
}

Status fill_threading(Visit& visit, const ports::Reading& tx, core::TicketId id,
                      views::Ticket& view) {
  LETHE_TRY(const auto threading, app::view_threading(tx, id));
  if (threading.merged_into) {
    const app::TicketLink& now = *threading.merged_into;
    view.merged_into = {visit.words().with("Ticket #{}", std::to_string(now.number)),
                        url_for("/tickets/{id}", {now.id.to_string()})};
    view.unmerge = url_for("/tickets/{id}/unmerge", {id.to_string()});
  }
  for (const app::ProposalView& proposal : threading.proposals) {
    LETHE_TRY(const auto turn_over, turn_over_of(visit, tx, proposal));
    view.proposals.push_back({proposal_words(visit.words(), proposal, turn_over),
                              url_for("/tickets/{id}/threads", {id.to_string()})});
  }
  return {};
}

void fill_copied(const app::TicketView& ticket, views::Ticket& view) {
  for (const app::Who& who : ticket.cc) {
    const std::string person = core::PersonId::of(who.id).to_string();
    view.copied.push_back(
        {who.name, who.email, url_for("/tickets/{id}/cc/{person}", {view.id, person})});
  }
}

Result<views::Ticket> filled(Visit& visit, const ports::Reading& tx, core::TicketId id,
                             const std::optional<Typed>& typed) {
  LETHE_TRY(const auto ticket, app::view_ticket(visit.app, tx, id, visit.me()));
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  LETHE_TRY(auto fates, Fates::read(visit.app, tx, visit.words()));
  const ports::TicketRow& row = ticket.summary.row;
  views::Ticket view;
  view.id = row.id.to_string();
  view.number = row.number;
  view.subject = ticket.summary.subject;
  view.erased = row.erased;
  view.status = status_of(row.state);
  view.retention = fates.of(row);
  fill_choices(visit, view, ticket.summary, lists);
  for (const auto& message : ticket.messages) {
    view.messages.push_back(message_view(visit, tx, ticket, message, lists));
    LETHE_CHECK(fill_meetings(visit, tx, message, view.messages.back()));
    view.messages.back().quoted_open &= view.messages.size() == 1;
    view.messages.back().is_new = ticket.summary.unread && &message == &ticket.messages.back();
  }
  LETHE_CHECK(fill_neighbours(visit, tx, row, view));
  if (row.erased) return view;
  LETHE_CHECK(fill_person(visit, tx, row, view));
  LETHE_CHECK(fill_threading(visit, tx, id, view));
  if (view.merged_into) return view;
  fill_copied(ticket, view);
  for (const std::string& name : visit.site.presence.others(id, visit.me(), visit.now())) {
    view.presence.push_back(visit.words().with("{} is writing a reply", name));
  }
  view.presence_stream = url_for("/events/tickets/{id}", {view.id});
  view.composer = composer_view(visit, ticket, typed);
  LETHE_TRY(view.composer->saved_replies,
            saved_reply_options(tx, row.group, view.person ? view.person->language : ""));
  if (typed && typed->collided) view.collision = collision_view(visit, ticket, *typed);
  view.undo = undo_view(visit, ticket);
  view.can_hold = view.can_erase = view.can_redact = visit.is_officer();
  view.has_attachments = std::ranges::any_of(
      ticket.messages, [](const auto& message) { return !message.attachments.empty(); });
  return view;
}

Answer ticket_page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto view, ticket_view(visit, id, std::nullopt));
  if (!view.erased) LETHE_CHECK(app::mark_read(visit.app, id, visit.me(), true));
  return show(visit, view, view.erased ? 410 : 200);
}

// What a form wishes. A field as the page showed it is no wish: another may have changed it since.
std::optional<std::string> wish(const Fields& fields, const std::string& name) {
  const auto value = fields.find(name);
  const auto shown = fields.find("was_" + name);
  if (!value || (shown && *shown == *value)) return std::nullopt;
  return std::string{*value};
}

Answer change_properties(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  app::TicketChange change;
  const Fields& fields = form.fields;
  change.status = wish(fields, "status");
  if (const auto value = wish(fields, "assignee")) {
    if (*value == "me") {
      change.assignee = std::optional{visit.me()};
    } else {
      LETHE_TRY(change.assignee, chosen_id<core::AgentId>(*value));
    }
  }
  if (const auto value = wish(fields, "group")) {
    LETHE_TRY(change.group, chosen_id<core::GroupId>(*value));
  }
  if (const auto value = wish(fields, "type")) {
    LETHE_TRY(change.type, chosen_id<core::TypeId>(*value));
  }
  if (const auto value = wish(fields, "tags")) change.tags = words_of_list(*value);
  LETHE_CHECK(app::change_ticket(visit.app, id, change, visit.me()));
  return go_to(url_for("/tickets/{id}", {id.to_string()}), "changed");
}

Answer remove_copied(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto person, path_id<core::PersonId>(visit.request, 1));
  LETHE_CHECK(app::remove_from_cc(visit.app, id, person, visit.me()));
  return go_to(url_for("/tickets/{id}", {id.to_string()}), "changed");
}

}  // namespace

Result<views::Ticket> ticket_view(Visit& visit, core::TicketId id,
                                  const std::optional<Typed>& typed) {
  return read_from<views::Ticket>(
      visit.app, [&](const ports::Reading& tx) { return filled(visit, tx, id, typed); });
}

views::PersonPanel person_panel(const Visit& visit, const app::PersonView& person) {
  const std::string id = person.id.to_string();
  views::PersonPanel panel;
  panel.person = person_ref(person);
  panel.emails = person.emails;
  panel.has_phone = !person.profile.phones.empty();
  panel.show_phone = url_for("/people/{id}/phone", {id});
  panel.company = person.profile.company;
  panel.language = person.profile.language;
  panel.since = person.created_at;
  panel.frozen = person.frozen;
  panel.hidden = person.hidden;
  if (!visit.is_officer() || person.agent) return panel;
  panel.export_url = url_for("/people/{id}/export", {id});
  panel.erase_url = url_for("/people/{id}/erase", {id});
  return panel;
}

Status fill_bounces(Visit& visit, const ports::Reading& tx, const app::PersonView& person,
                    views::PersonPanel& panel) {
  for (const std::string& email : person.emails) {
    const auto address = core::EmailAddress::parse(email);
    if (!address) continue;
    LETHE_TRY(const auto mark, app::bounces(visit.app, tx, *address, visit.now()));
    if (!mark) continue;
    const Text& words = visit.words();
    const std::string since = words.date(mark->at);
    using Kind = ports::MailMarkKind;
    const std::string_view what =
        mark->kind == Kind::complaint
            ? marked(
                  "The owner of {} reported a mail of ours as unwanted on {}. Answers are still "
                  "sent, automatic mail is not.")
        : mark->kind == Kind::hard_bounce
            ? marked(
                  "Mail to {} comes back: the address takes no mail (since {}). Answers are "
                  "still sent, automatic mail is not.")
            : marked(
                  "Mail to {} came back several times, last on {}. Answers are still sent, "
                  "automatic mail is not.");
    panel.bounces = words.with(what, email, since);
    panel.lift_bounces = url_for("/people/{id}/bounces", {person.id.to_string()});
    return {};
  }
  return {};
}

void add_ticket_routes(SiteRoutes& routes) {
  routes.page("/tickets/{id}", ports::Role::agent, ticket_page);
  routes.form("/tickets/{id}/properties", ports::Role::agent, change_properties);
  routes.form("/tickets/{id}/cc/{person}", ports::Role::agent, remove_copied);
}

}  // namespace lethe::web
