// Settings and error pages.
#include <array>

#include "dict.h"
#include "lethe/web/pages.h"
#include "render_source.h"

namespace lethe::web {
namespace {

// The heading is "Settings" on every tab; the window's title says which one it is.
void fill_settings(const Dict& dict, std::string_view tab, const std::string& name) {
  dict.text("PAGE_TITLE", name + " · " + dict.words()("Settings")).show(tab);
}

// `field` is the filter of the inbox that shows the tickets of one.
void fill_items(const Dict& dict, std::string_view section, std::string_view pattern,
                const char* field, const std::vector<views::NamedItem>& items) {
  for (const views::NamedItem& item : items) {
    web_protocol::Fields tickets;
    tickets.add("status", "any");
    tickets.add(field, item.id);
    dict.each(section)
        .text("ITEM_ID", item.id)
        .text("ITEM_NAME", item.name)
        .text("ITEM_ERROR", item.error)
        .text("ITEM_QUESTION", item.question)
        .choose(item.question.empty(), "ITEM_SETTLED", "ITEM_ASKED")
        .url("ITEM_TICKETS_URL", url_for("/inbox", {}, tickets))
        .url("ITEM_URL", url_for(pattern, {item.id}));
  }
}

void fill_agent_row(const Dict& dict, const views::AgentRow& row) {
  static constexpr std::array<std::string_view, 3> kStates{"IS_ACTIVE", "IS_INVITED",
                                                           "IS_DEACTIVATED"};
  dict.agent("WHO", row.agent).text("ROW_EMAIL", row.email).text("ROW_ROLE", row.role);
  dict.show(kStates[static_cast<std::size_t>(row.state)]).choose(row.is_me, "IS_ME", "IS_OTHER");
  dict.show_if(row.second_factor, "SECOND_FACTOR");
  dict.options("ROW_ROLES", row.roles).text("ROW_ID", row.id);
  dict.url("AGENT_URL", url_for("/settings/agents/{id}", {row.id}));
}

struct ErrorWords {
  int status;
  std::string_view title;
  std::string_view words;
};
constexpr std::array<ErrorWords, 10> kErrors{{
    {400, marked("That request makes no sense"),
     marked("A field is missing or broken. Go back, look again and send it once more.")},
    {403, marked("Not for this account"),
     marked("Your role does not allow this. Ask an administrator.")},
    {404, marked("Nothing here"), marked("The page does not exist, or is not for this account.")},
    {408, marked("Too slow"), marked("What was sent did not arrive in time. Send it once more.")},
    {409, marked("Someone was faster"),
     marked("It changed while you were looking at it. Go back, read it again and decide anew.")},
    {410, marked("Erased"), marked("It was here and has been erased. Nothing readable is left.")},
    {413, marked("Too large"), marked("The files together are larger than this server takes in.")},
    {422, marked("Not quite"), marked("Something in the form has to change first.")},
    {429, marked("Too many tries"), marked("Wait a minute, then try again.")},
    {503, marked("Not just now"),
     marked("The server is busy or a part of it cannot be reached. Try again in a minute.")},
}};
constexpr ErrorWords kInnerError{
    500, marked("Something broke on our side"),
    marked("Nothing was lost. The operator finds the entry in the log by the reference below.")};

const ErrorWords& words_of(int status) {
  for (const ErrorWords& each : kErrors) {
    if (each.status == status) return each;
  }
  return kInnerError;
}

}  // namespace

std::string render(const PageContext& page, const views::OrganisationSettings& view) {
  return expand_page("settings_organisation.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_ORGANISATION", dict.words()("Organisation"));
    dict.errors(view.errors).text("NAME", view.name).text("PUBLIC_ADDRESS", view.public_url);
    dict.options("LANGUAGES", view.languages).options("TIME_ZONES", view.time_zones);
    dict.digits("CLOSE_AFTER_DAYS", view.close_after_days);
  });
}

std::string render(const PageContext& page, const views::AgentSettings& view) {
  return expand_page("settings_agents.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_AGENTS", dict.words()("Agents"));
    for (const views::AgentRow& row : view.agents) fill_agent_row(dict.each("ROW"), row);
    dict.errors(view.errors)
        .options("ROLES", view.roles)
        .text("INVITATION_LINK", view.invitation_link);
    dict.text("INVITE_EMAIL", view.invite_email).text("INVITE_NAME", view.invite_name);
    dict.options("OWING_ROLES", view.roles_with_second_step);
    dict.show_if(!view.changes.empty(), "HAS_CHANGES");
    for (const views::AccessChange& change : view.changes) {
      dict.each("CHANGE")
          .time_ago("CHANGED", change.at)
          .text("CHANGE_WHAT", change.what)
          .text("CHANGE_WHOSE", change.whose)
          .text("CHANGE_BY", change.by);
    }
  });
}

std::string render(const PageContext& page, const views::ListSettings& view) {
  return expand_page("settings_lists.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_LISTS", dict.words()("Groups, types, tags"));
    dict.errors(view.errors);
    fill_items(dict, "GROUP", "/settings/lists/groups/{id}", "group", view.groups);
    fill_items(dict, "TYPE", "/settings/lists/types/{id}", "type", view.types);
    fill_items(dict, "MANAGED_TAG", "/settings/lists/tags/{id}", "tag", view.tags);
  });
}

std::string render(const PageContext& page, const views::MailSettings& view) {
  return expand_page("settings_mail.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_MAIL", dict.words()("Mail"));
    for (const views::MailAddress& address : view.addresses) {
      const Dict each = dict.each("ADDRESS_ROW");
      each.text("ADDRESS", address.address).text("ADDRESS_GROUP", address.group);
      each.url("ADDRESS_URL", url_for("/settings/mail/addresses/{id}", {address.id}));
      fill_source(each, address.source);
    }
    dict.choose(view.addresses.empty(), "NO_ADDRESSES", "HAS_ADDRESSES")
        .options("GROUPS", view.groups);
    dict.errors(view.errors).text("NEW_ADDRESS", view.new_address).text("RAW_DAYS", view.raw_days);
    dict.show_if(view.mask_ibans, "MASK_IBANS")
        .show_if(view.mask_national_ids, "MASK_NATIONAL_IDS")
        .show_if(view.mask_passwords, "MASK_PASSWORDS");
    dict.choose(view.submission_configured, "SUBMISSION_ON", "SENDING_OFF");
    if (view.submission_configured)
      dict.choose(view.submission_works, "SENDING_WORKS", "SENDING_FAILS");
    dict.text("SUBMISSION_STATE", view.submission_state)
        .text("SUBMISSION_SERVER", view.submission_url);
    dict.text("SUBMISSION_USER", view.submission_user)
        .text("SUBMISSION_FROM", view.submission_from);
  });
}

std::string render(const PageContext& page, const views::MailDesign& view) {
  return expand_page("settings_mail_design.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_MAIL", dict.words()("Texts and look of our mails"));
    dict.errors(view.errors).options("LANGUAGES", view.languages);
    dict.text("LANGUAGE_CODE", view.language).text("GREETING", view.greeting);
    dict.text("ACKNOWLEDGEMENT", view.acknowledgement).text("SIGNATURE", view.signature);
    dict.text("COLOUR", view.colour);
    dict.text("PER_ADDRESS", view.per_address).text("PER_TICKET", view.per_ticket);
    dict.text("PER_DOMAIN", view.per_domain);
    const auto sample = [&](std::string_view section, const views::MailDesign::Sample& one) {
      if (one.text.empty()) return;
      dict.each(section).text("SAMPLE_SUBJECT", one.subject).text("SAMPLE_TEXT", one.text);
    };
    sample("SAMPLE_ACKNOWLEDGEMENT", view.sample_acknowledgement);
    sample("SAMPLE_ANSWER", view.sample_answer);
    dict.choose(view.dkim.empty(), "UNSIGNED", "SIGNED");
    for (const auto& record : view.dkim) {
      dict.each("DKIM_RECORD").text("DKIM_NAME", record.name).text("DKIM_TEXT", record.text);
    }
  });
}

std::string render(const PageContext& page, const views::KeyringSettings& view) {
  return expand_page("settings_keyring.tpl", page, [&](const Dict& dict) {
    fill_settings(dict, "TAB_KEYRING", dict.words()("Keyring"));
    dict.errors(view.errors)
        .text("KEYRING_PATH", view.path)
        .text("REPLICA", view.replica_typed.empty() ? view.replica : view.replica_typed);
    dict.text("TROUBLE", view.trouble);
    dict.number("KEYS", view.keys)
        .number("SEQUENCE", view.sequence)
        .text("ROOT", view.root_fingerprint);
    dict.text("LEDGER_KEY", view.ledger_key).number("LEDGER_SIZE", view.ledger_size);
    dict.show(view.replica.empty()     ? "REPLICA_NONE"
              : view.replica_reachable ? "REPLICA_GOOD"
                                       : "REPLICA_BAD");
    if (view.replica_confirmed_at)
      dict.text("CONFIRMED", dict.words().full(*view.replica_confirmed_at));
    dict.digits("COPIES_DAYS", view.copies_days).show_if(!view.copies_declared, "COPIES_DEFAULT");
    dict.text("COPIES_TYPED", view.copies_typed.empty() && view.copies_declared
                                  ? std::to_string(view.copies_days)
                                  : view.copies_typed);
  });
}

std::string render(const PageContext& page, const views::MySettings& view) {
  return expand_page("settings_me.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("My settings")).errors(view.errors);
    dict.text("NAME", view.name).text("EMAIL", view.email).show_if(view.hotkeys, "HOTKEYS");
    dict.options("LANGUAGES", view.languages).options("THEMES", view.themes);
    dict.choose(view.second_factor, "SECOND_FACTOR_ON", "SECOND_FACTOR_OFF");
    dict.show_if(view.told_assigned, "TOLD_ASSIGNED").show_if(view.told_answered, "TOLD_ANSWERED");
    dict.show_if(view.notices_stopped, "NOTICES_STOPPED");
    dict.options("WATCHED", view.watched_groups).options("WAITS", view.notice_waits);
  });
}

std::string render(const PageContext& page, const views::ErrorPage& view) {
  const std::string_view name = view.signed_in ? "error_inside.tpl" : "error_plain.tpl";
  return expand_page(name, page, [&](const Dict& dict) {
    const ErrorWords& words = words_of(view.status);
    dict.text("PAGE_TITLE", dict.words()(words.title))
        .text("ERROR_TITLE", dict.words()(words.title));
    dict.text("ERROR_WORDS", dict.words()(words.words)).digits("STATUS_NUMBER", view.status);
    dict.choose(view.status == 410, "IS_410", "IS_OTHER_ERROR");
    dict.text("ERROR_DETAIL", view.detail).text("REFERENCE", view.reference);
    dict.url("ERROR_BACK_URL", view.back.empty() ? url_for("/inbox") : view.back);
  });
}

}  // namespace lethe::web
