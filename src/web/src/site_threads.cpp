#include "site_threads.h"

#include "lethe/base/text.h"
#include "lethe/web/views/threads.h"
#include "lethe/web_protocol/problem.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

constexpr std::size_t kSnippetBytes = 120;

std::string number_words(const Text& words, const app::TicketLink& link) {
  return words.with("Ticket #{}", std::to_string(link.number));
}

// What will happen, in one sentence.
std::string turn_over_words(const Text& words, const app::TurnOver& plan) {
  const std::string who = plan.name.empty() ? plan.address : plan.name + " <" + plan.address + ">";
  if (!plan.leaves_note) {
    return words.with("This is a forward: open it for the original sender {}.", who);
  }
  return words.with(
      "This is a forward: open it for the original sender {}, and keep what stands above it as a "
      "note.",
      who);
}

views::Threads::Proposal proposal_view(const Text& words, const app::ProposalView& proposal,
                                       const std::optional<app::TurnOver>& turn_over) {
  views::Threads::Proposal view{.id = std::to_string(proposal.row.id),
                                .text = proposal_words(words, proposal, turn_over),
                                .other = {},
                                .other_label = {},
                                .can_accept = proposal.row.kind == ports::ProposalKind::join ||
                                              proposal.row.kind == ports::ProposalKind::split ||
                                              turn_over.has_value()};
  if (proposal.other) {
    view.other = url_for("/tickets/{id}", {proposal.other->id.to_string()});
    view.other_label = number_words(words, *proposal.other);
  }
  return view;
}

Result<views::Threads> filled(Visit& visit, const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(const auto ticket, app::view_ticket(visit.app, tx, id, visit.me()));
  if (ticket.summary.row.erased) return fail(Errc::erased, "the ticket is erased");
  LETHE_TRY(const auto threading, app::view_threading(tx, id));
  views::Threads view{.id = id.to_string(),
                      .number = ticket.summary.row.number,
                      .subject = ticket.summary.subject,
                      .proposals = {},
                      .merged = {},
                      .messages = {},
                      .requester_email = {},
                      .requester_name = {},
                      .errors = {}};
  for (const auto& proposal : threading.proposals) {
    LETHE_TRY(const auto turn_over, turn_over_of(visit, tx, proposal));
    view.proposals.push_back(proposal_view(visit.words(), proposal, turn_over));
  }
  for (const app::TicketLink& link : threading.merged_here) {
    view.merged.push_back({link.id.to_string(), number_words(visit.words(), link)});
  }
  for (const app::MessageView& message : ticket.messages) {
    if (message.kind == ports::MessageKind::event) continue;
    const auto& who = message.agent ? message.agent : message.person;
    view.messages.push_back(
        {message.id.to_string(), who && !who->name.empty() ? who->name : message.from_address,
         std::string{clipped_utf8(squeezed(message.text), kSnippetBytes)}, message.created_at});
  }
  return view;
}

Result<views::Threads> threads_view(Visit& visit, core::TicketId id) {
  return read_from<views::Threads>(visit.app,
                                   [&](const ports::Reading& tx) { return filled(visit, tx, id); });
}

Answer page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto view, threads_view(visit, id));
  return page_response(200, visit.page, render(visit.page, view));
}

// The form again, with what was wrong.
Answer refused(Visit& visit, core::TicketId id, const Error& error, std::string_view field) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(auto view, threads_view(visit, id));
  view.errors = form_errors(visit, error, field);
  return page_response(web_protocol::http_status_of(error.code), visit.page,
                       render(visit.page, view));
}

Url page_of(core::TicketId id) { return url_for("/tickets/{id}", {id.to_string()}); }

Result<core::TicketId> ticket_numbered(Visit& visit, std::string_view typed) {
  typed = trimmed(typed);
  if (typed.starts_with('#')) typed.remove_prefix(1);
  const auto number = parse_id_digits(typed);
  if (!number) return fail(Errc::invalid_argument, "write the number of a ticket", "into");
  return read_from<core::TicketId>(
      visit.app, [&](const ports::Reading& tx) -> Result<core::TicketId> {
        const auto row = tx.tickets().find_number(*number);
        if (!row) return fail(Errc::invalid_argument, "there is no such ticket", "into");
        return row->id;
      });
}

Answer merge(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  const auto into = ticket_numbered(visit, form.fields.get("into"));
  if (!into) return refused(visit, id, into.error(), "into");
  const Status done = app::merge_tickets(visit.app, id, *into, visit.me());
  if (!done) return refused(visit, id, done.error(), "into");
  return go_to(page_of(*into), "changed");
}

Answer unmerge(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_CHECK(app::unmerge_ticket(visit.app, id, visit.me()));
  return go_to(page_of(id), "changed");
}

Answer split(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  std::vector<core::MessageId> messages;
  for (const std::string_view text : form.fields.all("message")) {
    LETHE_TRY(const auto message, core::MessageId::parse(text));
    messages.push_back(message);
  }
  const auto part = app::split_ticket(visit.app, id, messages, visit.me());
  if (!part) return refused(visit, id, part.error(), "messages");
  return go_to(page_of(*part), "changed");
}

// The form again, with what was typed.
Answer ask_requester_again(Visit& visit, core::TicketId id, const Fields& fields,
                           const Error& error) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(auto view, threads_view(visit, id));
  view.requester_email = fields.get("requester");
  view.requester_name = fields.get("name");
  view.errors = form_errors(visit, error, "requester");
  return page_response(web_protocol::http_status_of(error.code), visit.page,
                       render(visit.page, view));
}

Answer change_requester(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  const auto address = core::EmailAddress::parse(trimmed(form.fields.get("requester")));
  if (!address) {
    const Error error{Errc::invalid_argument, "This is no email address.", "requester"};
    return ask_requester_again(visit, id, form.fields, error);
  }
  const Status done =
      app::change_requester(visit.app, id, *address, trimmed(form.fields.get("name")), visit.me());
  if (!done && done.error().code == Errc::invalid_argument) {
    const Error ours{Errc::invalid_argument, visit.words()("This is one of our own addresses."),
                     "requester"};
    return ask_requester_again(visit, id, form.fields, ours);
  }
  if (!done) return ask_requester_again(visit, id, form.fields, done.error());
  return go_to(page_of(id), "changed");
}

Answer decide(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  const auto proposal = parse_id_digits(visit.request.params.at(1));
  if (!proposal) return fail(Errc::not_found, "there is no such proposal");
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, ports::threading(tx).proposal(*proposal));
    return row.ticket == id ? Status{} : fail(Errc::not_found, "there is no such proposal");
  }));
  const bool accept = form.fields.get("do") == "accept";
  LETHE_TRY(
      const auto next,
      app::decide_proposal(visit.app, *proposal,
                           accept ? app::Decision::accept : app::Decision::dismiss, visit.me()));
  return go_to(page_of(next), "changed");
}

}  // namespace

Result<std::optional<app::TurnOver>> turn_over_of(Visit& visit, const ports::Reading& tx,
                                                  const app::ProposalView& proposal) {
  if (proposal.row.kind != ports::ProposalKind::forwarded) return std::nullopt;
  return app::plan_turn_over(visit.app, tx, proposal.row);
}

std::string proposal_words(const Text& words, const app::ProposalView& proposal,
                           const std::optional<app::TurnOver>& turn_over) {
  const std::string number = proposal.other ? std::to_string(proposal.other->number) : "";
  switch (proposal.row.kind) {
    case ports::ProposalKind::join:
      return words.with("This may belong to ticket #{}.", number);
    case ports::ProposalKind::split:
      return words("The subject changed: this may be a new matter.");
    case ports::ProposalKind::forwarded:
      return turn_over ? turn_over_words(words, *turn_over)
                       : words("This may be a forwarded mail of somebody else.");
    case ports::ProposalKind::same_id:
      return words.with("A mail with the same identifier, but other content, is in ticket #{}.",
                        number);
  }
  return {};
}

void add_threads_routes(SiteRoutes& routes) {
  routes.page("/tickets/{id}/threads", ports::Role::agent, page);
  routes.form("/tickets/{id}/merge", ports::Role::agent, merge);
  routes.form("/tickets/{id}/unmerge", ports::Role::agent, unmerge);
  routes.form("/tickets/{id}/split", ports::Role::agent, split);
  routes.form("/tickets/{id}/requester", ports::Role::agent, change_requester);
  routes.form("/tickets/{id}/proposals/{proposal}", ports::Role::agent, decide);
}

}  // namespace lethe::web
