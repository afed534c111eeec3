// Answering: replies, notes, drafts, preview, taking back, and a ticket written by an agent.
#include <algorithm>

#include "lethe/app/send_mail.h"
#include "lethe/base/text.h"
#include "lethe/html/markdown.h"
#include "site_saved_replies.h"
#include "site_ticket.h"

namespace lethe::web {
namespace {

using Mode = views::Composer::Mode;

constexpr std::size_t kFilesMax = 20;

Mode mode_of(const Fields& fields) {
  const std::string_view what = fields.get("do");
  return what == "note" || fields.get("kind") == "note" ? Mode::note : Mode::reply;
}

Typed typed_in(const Fields& fields) {
  Typed typed;
  typed.mode = mode_of(fields);
  typed.text = fields.get("text");
  typed.cc = fields.get("cc");
  if (const auto seen = core::MessageId::parse(fields.get("version"))) typed.seen = *seen;
  if (const auto draft = core::DraftId::parse(fields.get("draft"))) typed.draft = *draft;
  return typed;
}

ports::MessageKind kind_of(const Typed& typed) {
  return typed.mode == Mode::note ? ports::MessageKind::note : ports::MessageKind::agent;
}

void announce(Visit& visit, core::TicketId ticket, std::string_view name) {
  const std::string id = ticket.to_string();
  std::string quoted;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20) continue;
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const Event event{"presence", R"({"ticket":")" + id + R"(","agent":")" + visit.me().to_string() +
                                    R"(","name":")" + quoted + R"("})"};
  visit.site.deps.events.publish("inbox", event);
  visit.site.deps.events.publish("ticket:" + id, event);
}

void is_writing(Visit& visit, core::TicketId ticket) {
  visit.site.presence.enter(ticket, visit.me(), visit.session.agent.name, visit.now());
  announce(visit, ticket, visit.session.agent.name);
}
void has_finished(Visit& visit, core::TicketId ticket) {
  if (visit.site.presence.leave(ticket, visit.me())) announce(visit, ticket, "");
}

// The page again, with what was typed and what was wrong.
Answer ask_again(Visit& visit, core::TicketId id, Typed typed, int status) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto view, ticket_view(visit, id, typed));
  return show(visit, view, status);
}

Result<std::vector<core::EmailAddress>> addresses_in(std::string_view text) {
  std::vector<core::EmailAddress> addresses;
  for (const std::string& word : words_of_list(text)) {
    auto address = core::EmailAddress::parse(word);
    if (!address) return fail(Errc::invalid_argument, "One of the addresses is none.", "cc");
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

Result<std::vector<app::NewFile>> files_in(const MultipartForm& form) {
  if (form.files.size() > kFilesMax) {
    return fail(Errc::too_large, "At most 20 files at once.", "files");
  }
  std::vector<app::NewFile> files;
  for (const auto& file : form.files) {
    files.push_back({file.name, file.content_type, std::string{file.bytes}});
  }
  return files;
}

Result<app::Answered> send(Visit& visit, core::TicketId id, const Typed& typed,
                           const MultipartForm& form) {
  app::NewAnswer answer{.ticket = id, .by = visit.me()};
  answer.kind = kind_of(typed);
  if (answer.kind == ports::MessageKind::agent && !visit.site.deps.probe_submission) {
    return fail(Errc::invalid_argument, "No outgoing mail server is set up.", "text");
  }
  answer.text = typed.text;
  answer.seen = typed.seen;
  answer.draft = typed.draft;
  LETHE_TRY(answer.cc, addresses_in(typed.mode == Mode::note ? "" : typed.cc));
  LETHE_TRY(answer.files, files_in(form));
  if (form.fields.get("do") == "send_close") answer.status = "closed";
  return app::answer_ticket(visit.app, answer);
}

using Others = app::NewDraft::Others;

// Says so in `typed` when another window of the agent has words that would be lost.
Status keep_draft(Visit& visit, core::TicketId id, Typed& typed, Others others) {
  auto kept = app::keep_draft(visit.app, {.ticket = id,
                                          .by = visit.me(),
                                          .kind = kind_of(typed),
                                          .text = typed.text,
                                          .seen = typed.draft,
                                          .others = others});
  typed.draft_clash = !kept && kept.error().code == Errc::conflict && kept.error().field == "draft";
  if (typed.draft_clash) return {};
  LETHE_TRY(typed.draft, std::move(kept));
  return {};
}

Answer keep_draft_of_form(Visit& visit, core::TicketId id, Typed typed, Others others) {
  LETHE_CHECK(keep_draft(visit, id, typed, others));
  if (typed.draft_clash) return ask_again(visit, id, std::move(typed), 409);
  return go_to(with_fragment(url_for("/tickets/{id}", {id.to_string()}), "composer"), "draft");
}

// Behind what was typed, of which nothing is lost; scripts put it in at the cursor instead.
Answer insert_saved(Visit& visit, core::TicketId id, Typed typed, std::string_view chosen) {
  const auto words = words_of_saved_reply(visit, id, chosen);
  if (!words) {
    typed.errors = {{"text", chosen.empty() ? visit.words()("Choose a saved reply first.")
                                            : visit.words()("This saved reply is gone. Choose "
                                                            "another one.")}};
    return ask_again(visit, id, std::move(typed), 422);
  }
  typed.text += (trimmed(typed.text).empty() ? "" : "\n\n") + *words;
  LETHE_CHECK(keep_draft(visit, id, typed, Others::refuse));
  const int status = typed.draft_clash ? 409 : 200;
  return ask_again(visit, id, std::move(typed), status);
}

Answer discard(Visit& visit, core::TicketId id, Typed typed) {
  typed.text.clear();
  LETHE_CHECK(keep_draft(visit, id, typed, Others::refuse));
  has_finished(visit, id);
  return go_to(url_for("/tickets/{id}", {id.to_string()}), "discarded");
}

Answer answer(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  Typed typed = typed_in(form.fields);
  const std::string_view what = form.fields.get("do");
  if (what == "draft") return keep_draft_of_form(visit, id, std::move(typed), Others::refuse);
  if (what == "draft_both") return keep_draft_of_form(visit, id, std::move(typed), Others::join);
  if (what == "draft_mine") return keep_draft_of_form(visit, id, std::move(typed), Others::replace);
  if (what == "discard") return discard(visit, id, std::move(typed));
  if (what == "insert") {
    return insert_saved(visit, id, std::move(typed), form.fields.get("saved"));
  }
  if (what == "preview") {
    typed.preview = rich_text_of_markdown(typed.text);
    return ask_again(visit, id, std::move(typed), 200);
  }
  const auto answered = send(visit, id, typed, form);
  if (answered) {
    has_finished(visit, id);
    const Url ticket = url_for("/tickets/{id}", {id.to_string()});
    const bool is_note = typed.mode == Mode::note;
    return go_to(with_fragment(ticket, "m-" + answered->message.to_string()),
                 is_note ? "noted" : "");
  }
  const Errc code = answered.error().code;
  if (code == Errc::not_found || code == Errc::erased) return std::unexpected(answered.error());
  typed.collided = code == Errc::conflict && answered.error().field == "seen";
  typed.had_files = !form.files.empty();
  // Merged meanwhile: there is no composer to come back to.
  if (code == Errc::conflict && !typed.collided) return std::unexpected(answered.error());
  if (!typed.collided) typed.errors = form_errors(visit, answered.error(), "text");
  const int status = typed.collided ? 409 : 422;
  return ask_again(visit, id, std::move(typed), status);
}

// While typing: the draft is kept and the others see who is writing. Whoever leaves the page cannot
// be asked any more, so the words of both windows are kept.
Answer draft(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  Typed typed = typed_in(form.fields);
  const bool is_leaving = form.fields.get("others") == "join";
  const bool is_blank = trimmed(typed.text).empty();
  if (!visit.request.wants_fragment() && !is_leaving) {
    return keep_draft_of_form(visit, id, std::move(typed), Others::refuse);
  }
  LETHE_CHECK(
      keep_draft(visit, id, typed, is_leaving && !is_blank ? Others::join : Others::refuse));
  is_blank ? has_finished(visit, id) : is_writing(visit, id);
  visit.page.fragment = true;
  views::DraftState state{typed.draft ? typed.draft->to_string() : "", std::nullopt,
                          typed.draft_clash};
  if (typed.draft) state.saved_at = visit.now();
  return show(visit, state, typed.draft_clash ? 409 : 200);
}

Answer preview(Visit& visit, const MultipartForm& form) {
  views::ReplyPreview view;
  view.text = rich_text_of_markdown(form.fields.get("text"));
  visit.page.fragment = true;
  return show(visit, view);
}

Result<bool> has_files(Visit& visit, core::TicketId id, core::MessageId message) {
  return read_from<bool>(visit.app, [&](const ports::Reading& tx) -> Result<bool> {
    LETHE_TRY(const auto files, tx.messages().attachments(id));
    return std::ranges::find(files, message, &ports::AttachmentRow::message) != files.end();
  });
}

// A draft is text: whoever takes an answer with files back is told to attach them again.
Answer undo(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto message, path_id<core::MessageId>(visit.request, 1));
  LETHE_TRY(const bool with_files, has_files(visit, id, message));
  LETHE_CHECK(app::take_back(visit.app, message, visit.me()));
  return go_to(with_fragment(url_for("/tickets/{id}", {id.to_string()}), "composer"),
               with_files ? "taken-back-files" : "taken-back");
}

// --- New ticket ---

Result<views::NewTicket> new_ticket_view(Visit& visit, const Fields& fields) {
  return read_from<views::NewTicket>(
      visit.app, [&](const ports::Reading& tx) -> Result<views::NewTicket> {
        LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
        const auto number = [&](const char* name) -> std::optional<std::int64_t> {
          const auto id = parse_id_digits(fields.get(name));
          return id ? std::optional{*id} : std::nullopt;
        };
        views::NewTicket view;
        view.email = fields.get("email");
        view.name = fields.get("name");
        view.subject = fields.get("subject");
        view.text = fields.get("text");
        view.tags = fields.get("tags");
        view.groups = named_options(lists.groups(), number("group"), visit.words()("None"));
        view.types = named_options(lists.types(), number("type"), visit.words()("None"));
        view.assignees = lists.agent_options(visit.words(), std::nullopt);
        view.can_send = static_cast<bool>(visit.site.deps.probe_submission);
        return view;
      });
}

Answer new_ticket_page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto view, new_ticket_view(visit, visit.request.query()));
  return show(visit, view);
}

// "record": the person's words, written down. "send": a ticket that begins with our mail to them.
Result<core::TicketId> make_ticket(Visit& visit, const MultipartForm& form) {
  const Fields& fields = form.fields;
  auto address = core::EmailAddress::parse(fields.get("email"));
  if (!address) return fail(Errc::invalid_argument, "This is no email address.", "email");
  if (trimmed(fields.get("subject")).empty()) {
    return fail(Errc::invalid_argument, "Say in a few words what it is about.", "subject");
  }
  if (trimmed(fields.get("text")).empty()) {
    return fail(Errc::invalid_argument, "Write the message.", "text");
  }
  const bool sends = fields.get("do") == "send" && visit.site.deps.probe_submission;
  app::NewTicket order{.requester = std::move(*address)};
  order.requester_name = trimmed(fields.get("name"));
  order.subject = trimmed(fields.get("subject"));
  if (!sends) order.text = fields.get("text");
  order.channel = ports::Channel::web;
  LETHE_TRY(order.group, chosen_id<core::GroupId>(fields.get("group")));
  LETHE_TRY(order.type, chosen_id<core::TypeId>(fields.get("type")));
  LETHE_TRY(const auto assignee, chosen_id<core::AgentId>(fields.get("assignee")));
  order.tags = words_of_list(fields.get("tags"));
  order.by = visit.me();
  LETHE_TRY(const auto files, files_in(form));
  LETHE_TRY(const auto id, app::create_ticket(visit.app, order));
  if (assignee) {
    app::TicketChange change;
    change.assignee = assignee;
    LETHE_CHECK(app::change_ticket(visit.app, id, change, visit.me()));
  }
  if (!sends && files.empty()) return id;
  app::NewAnswer first{.ticket = id, .by = visit.me()};
  first.kind = sends ? ports::MessageKind::agent : ports::MessageKind::note;
  first.text = sends ? std::string{fields.get("text")} : visit.words()("Files of the person");
  first.files = files;
  LETHE_CHECK(app::answer_ticket(visit.app, first));
  return id;
}

Answer new_ticket(Visit& visit, const MultipartForm& form) {
  const auto id = make_ticket(visit, form);
  if (id) return go_to(url_for("/tickets/{id}", {id->to_string()}), "made");
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(auto view, new_ticket_view(visit, form.fields));
  view.errors = form_errors(visit, id.error(), "text");
  return show(visit, view, 422);
}

// The mails of this answer that failed.
Answer send_again(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto message, path_id<core::MessageId>(visit.request, 1));
  LETHE_CHECK(app::try_message_again(visit.app, message));
  return go_to(url_for("/tickets/{id}", {id.to_string()}), "queued-again");
}

}  // namespace

void add_answer_routes(SiteRoutes& routes) {
  routes.form("/tickets/{id}/messages", ports::Role::agent, answer, kUploadBytesMax);
  routes.form("/tickets/{id}/draft", ports::Role::agent, draft, kUploadBytesMax);
  routes.form("/tickets/{id}/preview", ports::Role::agent, preview, kUploadBytesMax);
  routes.form("/tickets/{id}/messages/{message}/undo", ports::Role::agent, undo);
  routes.form("/tickets/{id}/messages/{message}/send", ports::Role::agent, send_again);
  routes.page("/tickets/new", ports::Role::agent, new_ticket_page);
  routes.form("/tickets/new", ports::Role::agent, new_ticket, kUploadBytesMax);
}

}  // namespace lethe::web
