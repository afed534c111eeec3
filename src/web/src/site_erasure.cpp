// Erasing: looking first, and the typed confirmation.
#include "site_erasure.h"

#include <algorithm>

#include "lethe/app/erasure.h"
#include "lethe/base/text.h"
#include "lethe/web_protocol/problem.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

using What = views::ErasePreview::What;
using ports::ErasureScope;

// What somebody is about to erase, from the address or the form.
struct Wanted {
  What what = What::person;
  app::ErasureOrder order;
  std::vector<app::ErasureOrder> more;  // a selection: one order per person
  std::string called;                   // name or subject
  std::string confirm_with;
  Url back, action;
  Fields carried;
};

std::string initials_of_name(const std::string& name) {
  std::string initials;
  bool at_start = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (at_start && byte < 0x80 && std::isalnum(byte) != 0) {
      initials += static_cast<char>(std::toupper(byte));
    } else if (at_start && byte >= 0xc0) {
      const std::size_t size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      initials += name.substr(i, size);
    }
    at_start = byte == ' ' || byte == '-';
  }
  return initials.empty() ? "X" : initials;
}

Result<Wanted> wanted_person(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_TRY(const auto person, read_from<app::PersonView>(visit.app, [&](const auto& tx) {
              return app::view_person(visit.app, tx, id);
            }));
  if (person.agent) return fail(Errc::forbidden, "Deactivate the agent first.");
  Wanted wanted{.order = {.person = id}};
  wanted.called = app::shown_name(person);
  wanted.confirm_with = initials_of_name(wanted.called);
  wanted.back = url_for("/people/{id}", {id.to_string()});
  wanted.action = url_for("/people/{id}/erase", {id.to_string()});
  return wanted;
}

Result<app::TicketSummary> live_ticket(Visit& visit, core::TicketId id) {
  LETHE_TRY(auto ticket,
            read_from<app::TicketSummary>(
                visit.app, [&](const ports::Reading& tx) -> Result<app::TicketSummary> {
                  LETHE_TRY(const auto row, tx.tickets().find(id));
                  return app::summarise_ticket(visit.app, tx, row, visit.me());
                }));
  if (ticket.row.erased || !ticket.row.requester) {
    return fail(Errc::erased, "the ticket is erased");
  }
  return ticket;
}

Result<Wanted> wanted_ticket(Visit& visit, What what) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto ticket, live_ticket(visit, id));
  Wanted wanted{.what = what, .order = {.person = *ticket.row.requester}};
  wanted.order.scope = what == What::ticket ? ErasureScope::ticket : ErasureScope::attachments;
  wanted.order.tickets = {id};
  wanted.called = ticket.subject.empty() ? visit.words()("(no subject)") : ticket.subject;
  wanted.confirm_with = "1";
  wanted.back = url_for("/tickets/{id}", {id.to_string()});
  wanted.action =
      url_for(what == What::ticket ? "/tickets/{id}/erase" : "/tickets/{id}/attachments/erase",
              {id.to_string()});
  return wanted;
}

// A selection from a list: one order for each person in it.
Result<Wanted> wanted_tickets(Visit& visit, const Fields& fields) {
  Wanted wanted{.what = What::tickets, .order = {.person = core::PersonId::of(1)}};
  std::int64_t count = 0;
  for (const std::string_view text : fields.all("ticket")) {
    LETHE_TRY(const auto id, core::TicketId::parse(text));
    const auto ticket = live_ticket(visit, id);
    if (!ticket) continue;
    const core::PersonId person = *ticket->row.requester;
    auto found = std::ranges::find(wanted.more, person, &app::ErasureOrder::person);
    if (found == wanted.more.end()) {
      wanted.more.push_back({.scope = ErasureScope::ticket, .person = person});
      found = std::prev(wanted.more.end());
    }
    found->tickets.push_back(id);
    wanted.carried.add("ticket", id.to_string());
    ++count;
  }
  if (count == 0) return fail(Errc::not_found, "no ticket was chosen");
  wanted.order = wanted.more.front();
  wanted.confirm_with = std::to_string(count);
  wanted.called = visit.words()("Inbox");
  wanted.back = url_for("/inbox");
  wanted.action = url_for("/tickets/erase");
  return wanted;
}

// --- Preview ---

std::vector<app::ErasureOrder> orders_of(const Wanted& wanted) {
  return wanted.more.empty() ? std::vector{wanted.order} : wanted.more;
}

void add_counts(const Text& words, views::ErasePreview& view, const app::ErasurePreview& sum) {
  const auto add = [&](std::string what, std::int64_t count) {
    if (count > 0) view.counts.push_back({std::move(what), count});
  };
  add(words("tickets"), sum.tickets);
  add(words("tickets of others, their part"), sum.shared_tickets);
  add(words("messages"), sum.messages);
  add(words("files"), sum.attachments);
  add(words("original mails"), sum.raw_copies);
  add(words("mails not sent yet"), sum.queued_mails);
}

void add_up(app::ErasurePreview& sum, const app::ErasurePreview& one) {
  sum.tickets += one.tickets;
  sum.open_tickets += one.open_tickets;
  sum.shared_tickets += one.shared_tickets;
  sum.messages += one.messages;
  sum.attachments += one.attachments;
  sum.raw_copies += one.raw_copies;
  sum.queued_mails += one.queued_mails;
  sum.sent_mails += one.sent_mails;
  sum.holds.insert(sum.holds.end(), one.holds.begin(), one.holds.end());
  sum.ticket_numbers.insert(sum.ticket_numbers.end(), one.ticket_numbers.begin(),
                            one.ticket_numbers.end());
}

views::Options reasons(const Text& words) {
  return {{"request", words("The person asked for it (Art. 17(1))"), true},
          {"consent-withdrawn", words("Consent was withdrawn (Art. 17(1)(b))"), false},
          {"objection", words("The person objected (Art. 17(1)(c))"), false},
          {"not-needed", words("No longer needed (Art. 17(1)(a))"), false},
          {"unlawful", words("It should not have been collected (Art. 17(1)(d))"), false}};
}

Result<views::ErasePreview> preview_view(Visit& visit, const Wanted& wanted) {
  app::ErasurePreview sum;
  for (const auto& order : orders_of(wanted)) {
    LETHE_TRY(const auto one, app::preview_erasure(visit.app, order));
    add_up(sum, one);
  }
  const Text& words = visit.words();
  views::ErasePreview view;
  view.what = wanted.what;
  view.subject_of = wanted.called;
  view.back = wanted.back;
  view.action = wanted.action;
  add_counts(words, view, sum);
  for (const auto number : sum.ticket_numbers) {
    if (view.sample.size() < 10) view.sample.push_back("#" + std::to_string(number));
  }
  view.mails_already_sent = sum.sent_mails;
  view.open_tickets = wanted.what == What::attachments ? 0 : sum.open_tickets;
  view.blocked_by_hold = !sum.holds.empty();
  if (view.blocked_by_hold) view.blocked_reason = ground_words(words, sum.holds.front().ground);
  view.reasons = reasons(words);
  view.confirm_with = wanted.confirm_with;
  view.confirm_is_count = wanted.what != What::person;
  view.unrecoverable_at = visit.now() + visit.app.installation.keyring_copies;
  view.horizon_basis = visit.app.installation.keyring_copies_declared ? "declared" : "default";
  view.can_hide = wanted.what == What::person;
  view.carried = wanted.carried;
  return view;
}

Answer preview_page(Visit& visit, const Result<Wanted>& wanted) {
  visit.page.shell.place = Place::erasures;
  if (!wanted) return std::unexpected(wanted.error());
  LETHE_TRY(const auto view, preview_view(visit, *wanted));
  return show(visit, view);
}

// --- The last step ---

Status fill_order(app::ErasureOrder& order, const Visit& visit, const Fields& fields) {
  order.approved_by = visit.me();
  const std::string_view mode = fields.get("mode");
  if (mode == "hide") order.mode = ports::ErasureMode::hide;
  if (mode == "anonymise") order.mode = ports::ErasureMode::anonymise;
  for (const auto& reason : reasons(visit.words())) {
    if (reason.value == fields.get("reason")) order.reason = reason.value;
  }
  const auto grace = number_of(fields.get("grace_days"));
  if (grace) order.grace_days = *grace;
  return {};
}

Status close_open_tickets(Visit& visit, const Wanted& wanted) {
  for (const auto& order : orders_of(wanted)) {
    LETHE_TRY(const auto rows,
              read_from<std::vector<ports::TicketRow>>(visit.app, [&](const ports::Reading& tx) {
                return tx.tickets().of_requester(order.person);
              }));
    for (const auto& row : rows) {
      const bool listed =
          order.tickets.empty() || std::ranges::find(order.tickets, row.id) != order.tickets.end();
      if (!listed || row.erased || row.state.status == core::TicketStatus::closed) continue;
      app::TicketChange change;
      change.status = "closed";
      LETHE_CHECK(app::change_ticket(visit.app, row.id, change, visit.me()));
    }
  }
  return {};
}

Result<std::vector<core::ErasureId>> approve(Visit& visit, const Wanted& wanted,
                                             const Fields& fields) {
  std::vector<core::ErasureId> ids;
  for (auto order : orders_of(wanted)) {
    LETHE_CHECK(fill_order(order, visit, fields));
    LETHE_TRY(const auto id, app::approve_erasure(visit.app, order));
    ids.push_back(id);
  }
  return ids;
}

Answer erase(Visit& visit, const Fields& fields, const Result<Wanted>& wanted) {
  visit.page.shell.place = Place::erasures;
  if (!wanted) return std::unexpected(wanted.error());
  LETHE_TRY(auto view, preview_view(visit, *wanted));
  if (trimmed(fields.get("confirm")) != wanted->confirm_with) {
    view.errors = {{"confirm", visit.words().with("Type {} to go on.", wanted->confirm_with)}};
    return show(visit, view, 422);
  }
  if (view.open_tickets > 0 && fields.get("mode") != "hide") {
    if (fields.get("open_tickets") != "close") {
      view.errors = {{"open_tickets", visit.words()("Open tickets are in the way: close them "
                                                    "first, or choose to close and erase them.")}};
      return show(visit, view, 422);
    }
    LETHE_CHECK(close_open_tickets(visit, *wanted));
  }
  const auto ids = approve(visit, *wanted, fields);
  if (!ids) {
    view.errors = form_errors(visit, ids.error(), "confirm");
    return show(visit, view, web_protocol::http_status_of(ids.error().code));
  }
  if (fields.get("mode") == "hide") return go_to(wanted->back, "hidden");
  // What cannot finish now stays `running`, says why on its page, and is taken up again by itself.
  static_cast<void>(app::run_erasures(visit.app, *ids));
  if (ids->size() > 1) return go_to(url_for("/erasures"));
  return go_to(url_for("/erasures/{id}", {ids->front().to_string()}));
}

}  // namespace

void add_erasure_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/people/{id}/erase", kOfficer,
              [](Visit& visit) { return preview_page(visit, wanted_person(visit)); });
  routes.form("/people/{id}/erase", kOfficer, [](Visit& visit, const MultipartForm& form) {
    return erase(visit, form.fields, wanted_person(visit));
  });
  routes.page("/tickets/{id}/erase", kOfficer,
              [](Visit& visit) { return preview_page(visit, wanted_ticket(visit, What::ticket)); });
  routes.form("/tickets/{id}/erase", kOfficer, [](Visit& visit, const MultipartForm& form) {
    return erase(visit, form.fields, wanted_ticket(visit, What::ticket));
  });
  routes.page("/tickets/{id}/attachments/erase", kOfficer, [](Visit& visit) {
    return preview_page(visit, wanted_ticket(visit, What::attachments));
  });
  routes.form("/tickets/{id}/attachments/erase", kOfficer,
              [](Visit& visit, const MultipartForm& form) {
                return erase(visit, form.fields, wanted_ticket(visit, What::attachments));
              });
  routes.page("/tickets/erase", kOfficer, [](Visit& visit) {
    return preview_page(visit, wanted_tickets(visit, visit.request.query()));
  });
  routes.form("/tickets/erase", kOfficer, [](Visit& visit, const MultipartForm& form) {
    return erase(visit, form.fields, wanted_tickets(visit, form.fields));
  });
  add_progress_routes(routes);
}

}  // namespace lethe::web
