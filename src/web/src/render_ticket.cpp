// One ticket, its mail frame, its reply preview, redaction.
#include <algorithm>

#include "dict.h"
#include "lethe/web/pages.h"
#include "render_panels.h"

namespace lethe::web {
namespace {

using views::Message;

std::string chosen_in(const views::Options& options) {
  const auto chosen = std::ranges::find_if(options, &views::Option::chosen);
  return chosen == options.end() ? "" : chosen->value;
}

std::string_view class_of(Message::Kind kind) {
  if (kind == Message::Kind::agent) return "agent";
  if (kind == Message::Kind::note) return "note";
  return "customer";
}

void fill_files(const Dict& dict, const std::vector<views::Attachment>& files) {
  for (const views::Attachment& file : files) {
    const Dict each = dict.each("ATTACHMENT");
    each.choose(file.erased, "ATTACHMENT_ERASED", "ATTACHMENT_LIVE");
    each.text("ATTACHMENT_NAME", file.name.empty() ? dict.words()("unnamed file") : file.name);
    each.text("ATTACHMENT_SIZE", dict.words().bytes(file.size));
    each.url("ATTACHMENT_URL", file.url).url("ERASE_ATTACHMENT_URL", file.erase);
  }
  dict.show_if(!files.empty(), "HAS_ATTACHMENTS");
}

void fill_findings(const Dict& dict, const std::string& ticket_id, const Message& message) {
  if (message.findings.empty()) return;
  const auto count = std::ssize(message.findings);
  const Dict box = dict.each("FINDINGS");
  box.url("REDACT_URL",
          url_for("/tickets/{id}/messages/{message}/redact", {ticket_id, message.id}));
  box.text("FINDINGS_TITLE", dict.words().plural("Found one thing that should not stay",
                                                 "Found {} things that should not stay", count));
  box.text("REDACT_LABEL", dict.words().plural("Redact 1 item", "Redact {} items", count));
  for (const views::Finding& finding : message.findings) {
    box.each("FINDING")
        .text("FINDING_ID", finding.id)
        .text("FINDING_WHAT", finding.what)
        .text("FINDING_REMAINS", finding.remains);
  }
}

// More messages than a screen or two: the newest gets a link of its own.
constexpr std::size_t kLongThread = 8;

void fill_body(const Dict& dict, const std::string& ticket_id, const Message& message) {
  dict.choose(message.erased, "MESSAGE_ERASED", "MESSAGE_LIVE");
  dict.choose(message.html_open && !message.html_frame.empty(), "HTML_OPEN", "HTML_CLOSED");
  dict.rich_text("BLOCKS", message.text).url("FRAME_URL", message.html_frame);
  const Url ticket = url_for("/tickets/{id}", {ticket_id});
  web_protocol::Fields query;
  query.add("html", message.id);
  const std::string anchor = "m-" + message.id;
  dict.url("SHOW_HTML_URL", with_fragment(url_for("/tickets/{id}", {ticket_id}, query), anchor));
  dict.url("SHOW_TEXT_URL", with_fragment(ticket, anchor));
  if (!message.quoted.empty()) {
    dict.show("HAS_QUOTED").show_if(message.quoted_open, "QUOTED_OPEN");
    dict.each("QUOTED").rich_text("BLOCKS", message.quoted);
  }
  fill_files(dict, message.attachments);
  fill_findings(dict, ticket_id, message);
}

void fill_message(const Dict& dict, const views::Ticket& view, const Message& message) {
  const Text& words = dict.words();
  dict.text("MESSAGE_ID", message.id).time_ago("AT", message.at);
  if (message.kind == Message::Kind::event) {
    dict.show("IS_EVENT").text("EVENT", message.event);
    return;
  }
  dict.show("IS_MESSAGE").text("MESSAGE_CLASS", class_of(message.kind));
  const bool is_customer = message.kind == Message::Kind::customer;
  if (is_customer) {
    dict.person("AUTHOR", message.person);
  } else {
    dict.agent("AUTHOR", message.agent);
  }
  const std::string& name = is_customer ? message.person.name : message.agent.name;
  const std::string_view label =
      message.kind == Message::Kind::note    ? marked("Internal note by {}, {}")
      : message.kind == Message::Kind::agent ? marked("Answer by {}, {}")
                                             : marked("Message from {}, {}");
  dict.text("MESSAGE_LABEL", words.with(label, name.empty() ? words("Deleted person") : name,
                                        words.full(message.at)));
  dict.text("TO", message.to).texts("CC", "ADDRESS", message.cc).text("DELIVERY", message.delivery);
  dict.text("CHECKS", message.checks).text("PROTECTION", message.protection);
  for (const views::Meeting& meeting : message.meetings) {
    dict.each("MEETING")
        .text("MEETING_TITLE", meeting.title)
        .text("MEETING_WHEN", meeting.when)
        .text("MEETING_WHERE", meeting.where)
        .text("MEETING_ORGANIZER", meeting.organizer);
  }
  if (message.try_again) {
    dict.url("TRY_AGAIN_URL",
             url_for("/tickets/{id}/messages/{message}/send", {view.id, message.id}));
  }
  dict.show_if(message.kind == Message::Kind::note, "IS_NOTE").show_if(message.is_new, "IS_NEW");
  dict.show_if(is_customer && !message.verified, "NOT_VERIFIED")
      .show_if(message.sending, "IS_SENDING");
  fill_body(dict, view.id, message);
  if (view.can_redact && is_customer && !message.erased) {
    dict.show("CAN_REDACT");
    dict.url("REDACT_PAGE_URL",
             url_for("/tickets/{id}/messages/{message}/redact", {view.id, message.id}));
  }
}

void fill_head(const Dict& dict, const views::Ticket& view) {
  const Text& words = dict.words();
  const std::string number = std::to_string(view.number);
  const std::string subject = view.erased            ? words.with("Erased ticket #{}", number)
                              : view.subject.empty() ? words("(no subject)")
                                                     : view.subject;
  dict.text("PAGE_TITLE", "#" + number + " " + subject).text("SUBJECT", subject);
  dict.text("TICKET_ID", view.id).text("TICKET_NUMBER", number);
  dict.show_if(view.erased, "TICKET_ERASED");
  dict.show_if(!view.erased && !view.merged_into, "TICKET_LIVE");
  if (view.merged_into) {
    dict.each("TICKET_MERGED")
        .text("MERGED_INTO", view.merged_into->label)
        .url("MERGED_INTO_URL", view.merged_into->url)
        .url("UNMERGE_URL", view.unmerge);
  }
  dict.text("BACK_LABEL", view.back_label.empty() ? words("Inbox") : view.back_label);
  dict.url("BACK_URL", view.back.empty() ? url_for("/inbox") : view.back);
  dict.url("PREVIOUS_URL", view.previous).url("NEXT_URL", view.next);
  std::string presence;
  for (const std::string& line : view.presence) presence += (presence.empty() ? "" : ", ") + line;
  dict.text("PRESENCE", presence).show_if(presence.empty(), "NO_PRESENCE");
  dict.url("PRESENCE_URL", view.presence_stream);
  dict.url("TICKET_URL", url_for("/tickets/{id}", {view.id}));
}

void fill_properties(const Dict& dict, const views::Ticket& view) {
  dict.url("PROPERTIES_URL", url_for("/tickets/{id}/properties", {view.id}));
  dict.url("THREADS_URL", url_for("/tickets/{id}/threads", {view.id}));
  dict.url("ERASE_TICKET_URL", url_for("/tickets/{id}/erase", {view.id}));
  dict.url("ERASE_FILES_URL", url_for("/tickets/{id}/attachments/erase", {view.id}));
  dict.show_if(view.can_erase && view.has_attachments, "CAN_ERASE_FILES");
  web_protocol::Fields hold;
  hold.add("ticket", view.id);
  dict.url("HOLD_URL", url_for("/holds/new", {}, hold));
  dict.show_if(view.can_hold, "CAN_HOLD").show_if(view.can_erase, "CAN_ERASE");
  dict.options("STATUSES", view.statuses).options("ASSIGNEES", view.assignees);
  dict.options("GROUPS", view.groups)
      .options("TYPES", view.types)
      .options("KNOWN_TAGS", view.known_tags);
  dict.text("WAS_STATUS", chosen_in(view.statuses))
      .text("WAS_ASSIGNEE", chosen_in(view.assignees))
      .text("WAS_GROUP", chosen_in(view.groups))
      .text("WAS_TYPE", chosen_in(view.types));
  std::string tags;
  for (const std::string& tag : view.tags) tags += (tags.empty() ? "" : ", ") + tag;
  dict.text("TAGS", tags);
  fill_retention_panel(dict.each("OWN"), view.retention,
                       view.can_hold ? url_for("/holds/new", {}, hold) : Url{});
}

void fill_collision(const Dict& dict, const views::Ticket& view) {
  if (!view.collision) return;
  const Dict box = dict.each("COLLISION");
  box.text("COLLISION_WHO", view.collision->who).time_ago("COLLISION_AT", view.collision->at);
  box.rich_text("BLOCKS", view.collision->theirs).text("YOURS", view.collision->yours);
  box.text("COLLISION_VERSION", view.composer ? view.composer->version : "");
  box.text("COLLISION_DRAFT", view.composer ? view.composer->draft.id : "");
  box.text("COLLISION_CC", view.collision->cc);
  box.show_if(view.collision->had_files, "COLLISION_FILES");
}

void fill_draft(const Dict& dict, const views::DraftState& draft) {
  dict.text("DRAFT_ID", draft.id).show_if(draft.clash, "DRAFT_CLASH");
  if (draft.saved_at && !draft.clash) dict.text("DRAFT_AT", dict.words().clock(*draft.saved_at));
}

void fill_composer(const Dict& dict, const views::Ticket& view) {
  if (!view.composer || view.collision) return;
  const views::Composer& composer = *view.composer;
  const Dict box = dict.each("COMPOSER");
  box.errors(composer.errors).text("COMPOSER_VERSION", composer.version);
  const bool note = composer.mode == views::Composer::Mode::note || !composer.can_send;
  box.choose(note, "MODE_NOTE", "MODE_REPLY");
  box.text("COMPOSER_TO", composer.to)
      .text("COMPOSER_CC", composer.cc)
      .text("COMPOSER_TEXT", composer.text);
  fill_draft(box, composer.draft);
  box.url("DRAFT_URL", url_for("/tickets/{id}/draft", {view.id}));
  box.url("PREVIEW_URL", url_for("/tickets/{id}/preview", {view.id}));
  box.options("SAVED_REPLIES", composer.saved_replies);
  if (composer.preview) box.each("PREVIEW").rich_text("BLOCKS", *composer.preview);
  box.choose(composer.can_send, "CAN_SEND", "CANNOT_SEND")
      .url("SEND_SETTINGS_URL", composer.settings);
}

void fill_undo(const Dict& dict, const views::Ticket& view) {
  if (!view.undo) return;
  dict.each("UNDO")
      .url("UNDO_URL",
           url_for("/tickets/{id}/messages/{message}/undo", {view.id, view.undo->message_id}))
      .digits("UNDO_SECONDS", view.undo->seconds)
      .text("UNDO_CLOCK", dict.words().clock(view.undo->goes_out_at));
}

void fill_copied(const Dict& dict, const views::Ticket& view) {
  for (const views::CopiedPerson& person : view.copied) {
    const std::string& shown = person.name.empty() ? person.email : person.name;
    dict.each("COPIED")
        .text("COPIED_NAME", shown)
        .text("COPIED_EMAIL", person.email)
        .url("REMOVE_COPIED_URL", person.remove);
  }
  dict.show_if(!view.copied.empty(), "HAS_COPIED");
}

void fill_earlier(const Dict& dict, const views::Ticket& view) {
  for (const views::EarlierTicket& earlier : view.earlier) {
    const Dict each = dict.each("EARLIER");
    each.choose(earlier.url.empty(), "EARLIER_ERASED", "EARLIER_LIVE");
    each.text("EARLIER_SUBJECT", earlier.subject).url("EARLIER_URL", earlier.url);
    each.text("EARLIER_RULE", earlier.erased_by);
    each.text("EARLIER_MONTH", dict.words().month_and_year(earlier.at));
  }
  dict.show_if(!view.earlier.empty(), "HAS_EARLIER").number("EARLIER_TOTAL", view.earlier_total);
}

}  // namespace

std::string render(const PageContext& page, const views::Ticket& view) {
  return expand_page("ticket.tpl", page, [&](const Dict& dict) {
    fill_head(dict, view);
    fill_properties(dict, view);
    dict.url("REPLY_URL", url_for("/tickets/{id}/messages", {view.id}));
    for (const views::Link& proposal : view.proposals) {
      dict.each("PROPOSAL").text("PROPOSAL_TEXT", proposal.label).url("PROPOSAL_URL", proposal.url);
    }
    for (const Message& message : view.messages) fill_message(dict.each("MESSAGE"), view, message);
    if (view.messages.size() > kLongThread) {
      dict.url("NEWEST_URL", with_fragment(Url{}, "m-" + view.messages.back().id));
    }
    fill_collision(dict, view);
    fill_undo(dict, view);
    fill_composer(dict, view);
    if (view.person) {
      fill_person_panel(dict.each("PANEL"), *view.person);
    } else {
      dict.show("NO_PERSON");
    }
    fill_copied(dict, view);
    fill_earlier(dict, view);
  });
}

std::string render(const PageContext& page, const views::Redact& view) {
  return expand_page("redact.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Redact a passage")).errors(view.errors);
    dict.url("BACK_URL", url_for("/tickets/{id}", {view.ticket_id}));
    dict.url("ACTION_URL",
             url_for("/tickets/{id}/messages/{message}/redact", {view.ticket_id, view.message_id}));
    dict.text("AUTHOR", view.author).text("ORIGINAL", view.text);
  });
}

std::string render(const PageContext& page, const views::ReplyPreview& view) {
  return expand_page("reply_preview.tpl", page,
                     [&](const Dict& dict) { dict.rich_text("BLOCKS", view.text); });
}

std::string render(const PageContext& page, const views::DraftState& view) {
  return expand_page("draft_state.tpl", page, [&](const Dict& dict) { fill_draft(dict, view); });
}

std::string render(const PageContext& page, const views::MailFrame& view) {
  return expand_page("mail_frame.tpl", page, [&](const Dict& dict) {
    dict.show_if(view.remote_images_blocked, "IMAGES_BLOCKED").safe_html("MAIL_HTML", view.html);
    dict.text("BLOCKED_COUNT",
              dict.words().plural("1 remote image is not loaded", "{} remote images are not loaded",
                                  view.blocked));
  });
}

}  // namespace lethe::web
