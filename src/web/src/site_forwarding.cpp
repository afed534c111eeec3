#include "site_forwarding.h"

#include <algorithm>

#include "lethe/app/forwarding.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

using ports::Door;
using ports::Role;
using Trip = views::ForwardingSettings::Trip;

std::string came_back_words(const Text& words, Door door, std::int64_t seconds) {
  switch (door) {
    case Door::imap:
      return words.plural("The test mail came back by IMAP, one second after it was sent.",
                          "The test mail came back by IMAP, {} seconds after it was sent.",
                          seconds);
    case Door::lmtp:
      return words.plural("The test mail came back by LMTP, one second after it was sent.",
                          "The test mail came back by LMTP, {} seconds after it was sent.",
                          seconds);
    case Door::webhook:
      return words.plural("The test mail came back by a webhook, one second after it was sent.",
                          "The test mail came back by a webhook, {} seconds after it was sent.",
                          seconds);
    case Door::smtp:
    case Door::unknown:
      break;
  }
  return words.plural("The test mail came back by SMTP, one second after it was sent.",
                      "The test mail came back by SMTP, {} seconds after it was sent.", seconds);
}

void fill_trip(const Text& words, const app::RoundTrip& trip, views::ForwardingSettings& view) {
  if (!trip.sent) return;
  if (trip.back) {
    view.trip = Trip::back;
    view.trip_sentence = came_back_words(words, trip.door, (*trip.back - *trip.sent).count());
    return;
  }
  view.trip = Trip::waits;
  view.trip_sentence = words(
      "A test mail was sent and has not come back yet. Load the page again in a minute; if it "
      "stays "
      "away, look at the rules of the service and into its folder for spam.");
}

Result<views::ForwardingSettings> forwarding_view(Visit& visit, bool can_send) {
  visit.page.shell.place = Place::settings;
  const auto id = parse_id_digits(visit.request.params.at(0));
  if (!id) return fail(Errc::not_found, "there is no such address");
  views::ForwardingSettings view;
  view.id = std::to_string(*id);
  view.can_send = can_send;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.catalog().mailboxes());
    const auto row = std::ranges::find(rows, *id, &ports::MailboxRow::id);
    if (row == rows.end()) return fail(Errc::not_found, "there is no such address");
    view.address = view.public_address = row->address;
    LETHE_TRY(const auto trip, app::read_round_trip(tx, *id));
    fill_trip(visit.words(), trip, view);
    LETHE_TRY(const auto asked, app::forwarder_confirmation(visit.app, tx, *id));
    if (asked) {
      view.confirmation = {asked->request.service,    asked->request.code, asked->request.link,
                           asked->ticket.to_string(), asked->at,           asked->is_authentic};
    }
    return {};
  }));
  return view;
}

std::string trouble_words(const Text& words, const Error& error) {
  if (error.code == Errc::forbidden)
    return words("Our mail server refuses to send to this address. Look at its spelling.");
  return words(
      "The test mail could not be sent. Try the connection under Settings, Mail, Sending.");
}

Answer send_test(Visit& visit, const Fields& fields, ports::OutboundMail* outbound) {
  LETHE_TRY(auto view, forwarding_view(visit, outbound != nullptr));
  view.public_address = trimmed(fields.get("public_address"));
  const auto address = core::EmailAddress::parse(view.public_address);
  if (!address) {
    view.errors = {{"public_address", visit.words()("This is no email address.")}};
    return show(visit, view, 422);
  }
  if (outbound == nullptr) return show(visit, view);
  LETHE_TRY(const std::int64_t id, parse_id_digits(view.id));
  const Status sent =
      app::begin_round_trip(visit.app, *outbound, id, *address, code_of(visit.words().language()));
  if (!sent) {
    view.errors = {{"public_address", trouble_words(visit.words(), sent.error())}};
    return show(visit, view, 422);
  }
  return go_to(url_for("/settings/mail/addresses/{id}/forwarding", {view.id}));
}

}  // namespace

void add_forwarding_routes(SiteRoutes& routes, ports::OutboundMail* outbound) {
  const std::string pattern = "/settings/mail/addresses/{id}/forwarding";
  routes.page(pattern, Role::admin, [outbound](Visit& visit) -> Answer {
    LETHE_TRY(const auto view, forwarding_view(visit, outbound != nullptr));
    return show(visit, view);
  });
  routes.form(pattern, Role::admin, [outbound](Visit& visit, const MultipartForm& form) {
    return send_test(visit, form.fields, outbound);
  });
}

}  // namespace lethe::web
