// Which mails an address gets: the page behind the signed link in every mail, and the one click of
// RFC 8058. Nobody signs in; looking never changes anything, since link scanners look too.
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_design.h"
#include "lethe/web_protocol/one_click.h"
#include "lethe/web_protocol/problem.h"
#include "site_common.h"

namespace lethe::web {
namespace {

std::string organisation_now(Guest& guest) {
  const auto name = read_from<std::string>(guest.app, [&](const ports::Reading& tx) {
    return Result<std::string>{app::organisation_of(guest.app, tx)};
  });
  return name.value_or(guest.app.installation.organisation);
}

Answer choices_page_of(Guest& guest, bool saved) {
  views::MailChoices view;
  view.organisation = organisation_now(guest);
  view.token = guest.request.params.at(0);
  view.saved = saved;
  const auto choices = app::read_choices(guest.app, view.token);
  if (!choices) {
    if (choices.error().code != Errc::not_found) return std::unexpected(choices.error());
    view.gone = true;
    return show(guest, view, 404);
  }
  view.address = choices->address;
  view.acknowledgements = choices->acknowledgements;
  view.notifications = choices->notifications;
  view.in_thread = choices->in_thread;
  view.left = choices->left;
  return show(guest, view);
}

Answer choices_page(Guest& guest) {
  return choices_page_of(guest, guest.request.query().get("done") == "saved");
}

Answer save_choices(Guest& guest, const MultipartForm& form) {
  const std::string token = guest.request.params.at(0);
  const app::NewChoices choices{.acknowledgements = form.fields.get("acknowledgements") == "1",
                                .notifications = form.fields.get("notifications") == "1",
                                .left = form.fields.get("copies") != "1"};
  const auto saved = app::save_choices(guest.app, token, choices);
  if (!saved && saved.error().code != Errc::not_found) return std::unexpected(saved.error());
  if (!saved) return choices_page_of(guest, false);
  return go_to(url_for("/choices/{token}", {token}), "saved");
}

// A mail program posts here for its reader; there is no cookie and no page to come from. What does
// not say so is a scanner's or a mirror's POST and changes nothing.
Response one_click(const Site::Inside& site, const Request& request) {
  if (!web_protocol::asks_one_click(request)) {
    return web_protocol::text_response(
        400,
        "Nothing was changed. Open this address in a browser to choose your mails, or post the "
        "form field List-Unsubscribe=One-Click (RFC 8058) to unsubscribe at once.\n");
  }
  const Status done = app::unsubscribe(site.app, request.params.at(0));
  if (!done) {
    return web_protocol::text_response(web_protocol::http_status_of(done.error().code),
                                       "this address could not be unsubscribed\n");
  }
  return web_protocol::text_response(200, "unsubscribed\n");
}

Answer look_first(Guest& guest) {
  return go_to(url_for("/choices/{token}", {guest.request.params.at(0)}));
}

}  // namespace

void add_choices_routes(SiteRoutes& routes, Site::Inside& site) {
  routes.guest_page("/choices/{token}", choices_page);
  routes.guest_form("/choices/{token}", save_choices);
  routes.guest_page("/unsubscribe/{token}", look_first);
  routes.open_form("/unsubscribe/{token}",
                   [&site](const Request& request) { return one_click(site, request); });
}

}  // namespace lethe::web
