// The page of one mailbox.
#include <array>

#include "lethe/web/mailbox_pages.h"
#include "render_source.h"

namespace lethe::web {

void fill_source(const Dict& dict, const views::SourceLine& line) {
  static constexpr std::array<std::string_view, 6> kStates{"SOURCE_BROUGHT",  "SOURCE_WAITING",
                                                           "SOURCE_FETCHING", "SOURCE_CONNECTING",
                                                           "SOURCE_FAILING",  "SOURCE_PAUSED"};
  const Dict inside = dict.each("SOURCE");
  inside.show(kStates[static_cast<std::size_t>(line.state)]);
  inside.text("SOURCE_SENTENCE", line.sentence).text("FETCHED_COUNT", line.counted);
  if (line.since) inside.time_ago("SOURCE_SINCE", *line.since);
  if (line.last_fetched) inside.time_ago("LAST_FETCHED", *line.last_fetched);
}

std::string render(const views::PageContext& page, const views::MailboxSettings& view) {
  return expand_page("settings_mailbox.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", view.address).show("TAB_MAIL").errors(view.errors);
    dict.text("ADDRESS", view.address).text("DISPLAY_NAME", view.display_name);
    dict.url("MAILBOX_URL", url_for("/settings/mail/addresses/{id}", {view.id}));
    dict.url("FORWARDING_URL", url_for("/settings/mail/addresses/{id}/forwarding", {view.id}));
    dict.options("GROUPS", view.groups).options("TYPES", view.types);
    dict.options("DOORS", view.doors).options("SECURITIES", view.securities);
    dict.text("HOST", view.host).text("PORT", view.port).text("IMAP_USER", view.user);
    dict.text("FOLDER", view.folder).text("CA_FILE", view.ca_file);
    dict.text("PASSWORD_FILE", view.password_file);
    dict.show_if(view.forward_target, "FORWARD_TARGET");
    dict.choose(view.has_password, "PASSWORD_KNOWN", "PASSWORD_MISSING");
    if (view.stored) {
      const Dict state = dict.each("CAN_TEST");
      fill_source(state, view.source);
      state.choose(view.source.state == views::SourceLine::State::paused, "CAN_GO_ON", "CAN_PAUSE");
    }
    dict.text("TEST_SENTENCE", view.test_sentence);
    if (!view.test_sentence.empty()) dict.choose(view.test_works, "TEST_GOOD", "TEST_BAD");
  });
}

std::string render(const views::PageContext& page, const views::ForwardingSettings& view) {
  using Trip = views::ForwardingSettings::Trip;
  return expand_page("settings_forwarding.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Forwarding")).show("TAB_MAIL").errors(view.errors);
    dict.text("ADDRESS", view.address).text("PUBLIC_ADDRESS", view.public_address);
    dict.url("MAILBOX_URL", url_for("/settings/mail/addresses/{id}", {view.id}));
    dict.url("FORWARDING_URL", url_for("/settings/mail/addresses/{id}/forwarding", {view.id}));
    dict.show_if(!view.confirmation, "NO_CONFIRMATION");
    if (view.confirmation) {
      const Dict each = dict.each("CONFIRMATION");
      each.text("SERVICE", view.confirmation->service).text("CODE", view.confirmation->code);
      each.text("LINK", view.confirmation->link).time_ago("CAME", view.confirmation->at);
      each.url("TICKET_URL", url_for("/tickets/{id}", {view.confirmation->ticket}));
      each.choose(view.confirmation->vouched, "VOUCHED", "UNVOUCHED");
    }
    dict.choose(view.can_send, "CAN_SEND", "CANNOT_SEND");
    dict.text("TRIP", view.trip_sentence);
    dict.show_if(view.trip == Trip::back, "TRIP_BACK");
    dict.show_if(view.trip == Trip::waits, "TRIP_WAITS");
  });
}

}  // namespace lethe::web
