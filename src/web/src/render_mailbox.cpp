// The page of one mailbox.
#include <array>

#include "dict.h"
#include "lethe/web/mailbox_pages.h"
#include "source_line.h"

namespace lethe::web {

void fill_source(const Dict& dict, const views::SourceLine& line) {
  static constexpr std::array<std::string_view, 6> kStates{"SOURCE_BROUGHT",  "SOURCE_WAITING",
                                                           "SOURCE_FETCHING", "SOURCE_CONNECTING",
                                                           "SOURCE_FAILING",  "SOURCE_PAUSED"};
  const Dict inside = dict.each("SOURCE");
  inside.show(kStates[static_cast<std::size_t>(line.state)]);
  inside.text("SOURCE_SENTENCE", line.sentence);
  if (line.since) inside.time_ago("SOURCE_SINCE", *line.since);
  if (line.last_fetched) inside.time_ago("LAST_FETCHED", *line.last_fetched);
}

std::string render(const views::PageContext& page, const views::MailboxSettings& view) {
  return expand_page("settings_mailbox.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", view.address).show("TAB_MAIL").errors(view.errors);
    dict.text("ADDRESS", view.address).text("DISPLAY_NAME", view.display_name);
    dict.url("MAILBOX_URL", url_for("/settings/mail/addresses/{id}", {view.id}));
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

}  // namespace lethe::web
