// The page of deliveries, refusals and quarantined files.
#include "lethe/web/delivery_pages.h"
#include "render_source.h"

namespace lethe::web {
namespace {

void fill_ticket(const Dict& row, const Url& ticket, const std::string& label) {
  row.text("TICKET_LABEL", label);
  if (!label.empty()) row.url("TICKET_URL", ticket);
}

void fill_mail(const Dict& row, const views::Deliveries::Mail& mail, bool can_send) {
  using State = views::Deliveries::Mail::State;
  row.text("ROW_ID", mail.id).text("WHAT", mail.what).text("REPLY", mail.reply);
  row.text("SENTENCE", mail.sentence).text("ATTEMPTS", mail.attempts);
  row.time_ago("AT", mail.at);
  fill_ticket(row, mail.ticket, mail.ticket_label);
  row.show_if(mail.state == State::failed, "IS_FAILED");
  row.show_if(mail.state == State::waiting, "IS_WAITING");
  row.show_if(mail.state == State::sent, "IS_SENT");
  if (mail.state == State::sent || !can_send) return;
  const Dict form = row.each("CAN_TRY");
  form.text("ROW_ID", mail.id).text("WHAT", mail.what).text("TICKET_LABEL", mail.ticket_label);
}

void fill_file(const Dict& row, const views::Deliveries::File& file, bool can_check) {
  row.text("SIGNATURE", file.signature).time_ago("AT", file.at);
  fill_ticket(row, file.ticket, file.ticket_label);
  if (!can_check) return;
  const Dict form = row.each("CAN_TRY");
  form.text("ROW_ID", file.id).text("SIGNATURE", file.signature);
  form.text("TICKET_LABEL", file.ticket_label);
}

}  // namespace

std::string render(const views::PageContext& page, const views::Deliveries& view) {
  return expand_page("settings_deliveries.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", page.text("Deliveries")).show("TAB_DELIVERIES");
    dict.show_if(!view.sending_configured, "SENDING_OFF");
    dict.show_if(!view.scanner_configured, "SCANNER_OFF");
    dict.choose(!view.mails.empty(), "HAS_MAILS", "NO_MAILS");
    dict.choose(!view.files.empty(), "HAS_FILES", "NO_FILES");
    dict.choose(!view.refusals.empty(), "HAS_REFUSALS", "NO_REFUSALS");
    dict.show_if(!view.sources.empty(), "HAS_SOURCES");
    for (const auto& mail : view.mails) fill_mail(dict.each("MAIL"), mail, view.sending_configured);
    for (const auto& file : view.files) fill_file(dict.each("FILE"), file, view.scanner_configured);
    for (const auto& source : view.sources) {
      const Dict row = dict.each("FETCHED");
      row.text("ROW_ID", source.id).text("ADDRESS", source.address).url("MAILBOX_URL", source.page);
      fill_source(row, source.line);
    }
    for (const auto& refusal : view.refusals) {
      const Dict row = dict.each("REFUSAL");
      row.time_ago("AT", refusal.at).text("DOOR", refusal.door).text("REPLY", refusal.reply);
      row.text("REASON", refusal.reason).number("COUNT", refusal.count);
    }
  });
}

}  // namespace lethe::web
