#include "lethe/web/delivery_pages.h"
#include "lethe/web/mailbox_pages.h"
#include "lethe/web/relay_page.h"
#include "samples.h"

namespace lethe::web::gallery {

std::vector<Sample> settings_samples() {
  using views::Place;
  views::OrganisationSettings organisation;
  organisation.name = "Brightwater Filter GmbH";
  organisation.public_url = "https://help.brightwater.example";
  organisation.languages = {
      {"en", "English", true}, {"de", "Deutsch", false}, {"fr", "Français", false}};
  organisation.time_zones = {{"Europe/Berlin", "Europe/Berlin", true}};

  using State = views::AgentRow::State;
  views::AgentSettings agents_view;
  agents_view.agents = {
      {"1",
       agent("Marta Kowalska"),
       "marta@brightwater.example",
       "Administrator",
       {},
       State::active,
       kNow,
       true,
       true},
      {"2",
       agent("Jonas Weber"),
       "jonas@brightwater.example",
       "Agent",
       {{"agent", "Agent", true}, {"admin", "Administrator", false}},
       State::active,
       minutes_ago(3),
       false,
       false},
      {"3",
       agent("Priya Nair"),
       "priya@brightwater.example",
       "Agent",
       {},
       State::invited,
       {},
       false,
       false},
      {"4", {"", 0, true}, "", "Agent", {}, State::deactivated, {}, false, false}};
  agents_view.roles = {{"agent", "Agent", true}, {"admin", "Administrator", false}};
  agents_view.invitation_link =
      "https://help.brightwater.example/set-password?token=Zm9vYmFyYmF6cXV4";

  views::ListSettings lists;
  lists.groups = {{"1", "Customer care"},
                  {"2", "Billing, Vienna", "A name has 1 to 60 characters and no comma."},
                  {"3", "Technical", "", "12 tickets lose it, and it does not come back."}};
  lists.types = {{"1", "Question"}, {"2", "Incident"}};
  lists.tags = {{"1", "refund"}, {"2", "warranty"}};
  lists.errors = {{"type", "There is a type of that name already"}};

  views::MailSettings mail;
  using Fetch = views::SourceLine::State;
  const views::SourceLine fails{Fetch::failing, "The server refuses this user and password.",
                                minutes_ago(50), minutes_ago(55), ""};
  const views::SourceLine works{Fetch::waiting, "", minutes_ago(50), minutes_ago(6),
                                "42 mails since the start."};
  mail.addresses = {{"1", "help@brightwater.example", "Customer care", works},
                    {"2", "billing@brightwater.example", "Billing", {}},
                    {"3", "parts@brightwater.example", "", fails}};
  mail.mask_ibans = true;
  mail.groups = groups(1);
  views::MailboxSettings mailbox;
  mailbox.id = "3";
  mailbox.address = "parts@brightwater.example";
  mailbox.groups = mailbox.types = groups(1);
  mailbox.doors = {{"brought", "Mail is brought to us", false}, {"imap", "We fetch it", true}};
  mailbox.securities = {{"tls", "TLS from the first byte (port 993)", true}};
  mailbox.stored = mailbox.has_password = true;
  mailbox.host = "imap.brightwater.example";
  mailbox.port = "993";
  mailbox.user = "parts";
  mailbox.folder = "INBOX";
  mailbox.source = fails;
  mailbox.test_sentence = "The server's certificate is for another name.";
  mailbox.errors = {{"password", "Type the password, or name the file it stands in."}};
  views::ForwardingSettings forwarding;
  forwarding.id = "3";
  forwarding.address = forwarding.public_address = "parts@brightwater.example";
  views::ForwardingSettings forwarded = forwarding;
  forwarded.can_send = true;
  forwarded.confirmation = {
      "Gmail", "862114059",    "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-a1B2_c3",
      "1042",  minutes_ago(4), true};
  forwarded.trip = views::ForwardingSettings::Trip::back;
  forwarded.trip_sentence = "The test mail came back by IMAP, 3 seconds after it was sent.";
  forwarding.errors = {{"public_address", "This is no email address."}};
  views::MailSettings working = mail;
  working.submission_configured = working.submission_works = true;
  working.submission_url = "smtps://mail.brightwater.example";
  working.submission_user = "lethe";
  working.submission_from = "help@brightwater.example";
  working.submission_state = "Last mail sent 14:31.";

  views::MailDesign design;
  design.languages = {{"en", "English", true}, {"de", "Deutsch", false}};
  design.language = "en";
  design.greeting = "Hello {name},";
  design.acknowledgement = "thank you. Your number is {number}.";
  design.signature = "{agent}\n{organisation}";
  design.colour = "#0f766e";
  design.per_address = design.per_ticket = "5";
  design.per_domain = "200";
  design.sample_acknowledgement = {"Re: Question about the delivery",
                                   "Hello Jane Weaver,\n\nthank you. Your number is #1042."};
  design.sample_answer = {"Re: Question about the delivery",
                          "The parcel is on its way.\n\n-- \nSam"};
  design.dkim = {{"lethe1._domainkey.brightwater.example", "v=DKIM1; k=rsa; p=MIIBIjANBgkqhki"}};
  views::MailDesign refused = design;
  refused.dkim.clear();
  refused.errors = {{"greeting", "There is a placeholder that is not known."}};

  views::RelayedMailboxes relayed;
  relayed.mailboxes = {
      {.address = "billing@brightwater.example",
       .name = "billing",
       .target = "Freshdesk",
       .target_address = "https://brightwater.freshdesk.com",
       .wants_tls = true,
       .accepted = 4012,
       .refused = 3,
       .deferred = 41,
       .last_answer = "250: the target took the mail.",
       .last_at = minutes_ago(2)},
      {.address = "returns@brightwater.example",
       .name = "2",
       .target = "A webhook",
       .target_address = "https://returns.brightwater.example/hook",
       .own_authority = true,
       .alarmed = true,
       .deferred = 7,
       .last_answer = "451: the target refuses our key or does not know the address.",
       .last_at = minutes_ago(11)}};

  views::KeyringSettings keyring;
  keyring.path = "/var/lib/lethe.keyring";
  keyring.keys = 28411;
  keyring.sequence = 30122;
  keyring.root_fingerprint = "5f0c 91ae 77d2 b83e";
  keyring.ledger_key = "brightwater-2026+5f0c91ae+AQIDBAUGBwg";
  keyring.ledger_size = 48211;
  views::KeyringSettings lost = keyring;
  lost.replica = "/mnt/other-disk/lethe-keyring";
  lost.replica_confirmed_at = minutes_ago(50);
  lost.copies_declared = true;

  views::MySettings me;
  me.name = "Marta Kowalska";
  me.email = "marta@brightwater.example";
  me.languages = organisation.languages;
  me.themes = {
      {"system", "as the system", true}, {"light", "light", false}, {"dark", "dark", false}};
  me.notices_stopped = true;
  me.watched_groups = {{"1", "Orders", false}, {"2", "Returns and repairs", true}};
  me.notice_waits = {{"120", "two minutes", true}, {"3600", "an hour", false}};

  agents_view.roles_with_second_step = {{"agent", "Agent", false},
                                        {"officer", "Privacy officer", true},
                                        {"admin", "Administrator", true}};
  agents_view.changes = {
      {minutes_ago(4), "two-step sign-in reset", "Jonas Weber", "Marta Kowalska"},
      {minutes_ago(90), "new recovery codes", "Marta Kowalska", ""}};
  me.second_factor = true;
  using Delivery = views::Deliveries::Mail;
  views::Deliveries deliveries;
  deliveries.mails = {
      {"1", "Answer", url_for("/tickets/{id}", {"4711"}), "Ticket #4711", Delivery::State::failed,
       "550", "The server refuses it for good.", "One attempt", minutes_ago(50)},
      {"2", "Acknowledgement", url_for("/tickets/{id}", {"4712"}), "Ticket #4712",
       Delivery::State::waiting, "451", "The server asks to come again later.", "3 attempts", kNow},
      {"3", "Invitation of an agent", {}, {}, Delivery::State::sent, {}, {}, "One attempt", kNow}};
  deliveries.files = {{"7", url_for("/tickets/{id}", {"4711"}), "Ticket #4711",
                       "Eicar-Test-Signature", minutes_ago(50)}};
  deliveries.sources = {
      {"3", url_for("/settings/mail/addresses/{id}", {"3"}), "parts@brightwater.example", fails}};
  deliveries.refusals = {{minutes_ago(50), "SMTP", "550 5.1.1",
                          "To no address of ours. If it should be one, add it under Mail.", 1204},
                         {minutes_ago(60), "Webhook", "401",
                          "A wrong secret or signature: compare it with the provider's.", 2},
                         {minutes_ago(70), "Fetched (IMAP)", {}, "What came is no mail.", 1}};
  views::Deliveries quiet;
  quiet.sending_configured = quiet.scanner_configured = false;

  std::vector<Sample> all{
      {"settings-deliveries",
       [deliveries](const PageContext& page) { return render(page, deliveries); }, Place::settings},
      {"settings-deliveries-quiet",
       [quiet](const PageContext& page) { return render(page, quiet); }, Place::settings},
      {"settings", [organisation](const PageContext& page) { return render(page, organisation); },
       Place::settings},
      {"settings-agents",
       [agents_view](const PageContext& page) { return render(page, agents_view); },
       Place::settings},
      {"settings-lists", [lists](const PageContext& page) { return render(page, lists); },
       Place::settings},
      {"settings-mail", [mail](const PageContext& page) { return render(page, mail); },
       Place::settings},
      {"settings-mailbox", [mailbox](const PageContext& page) { return render(page, mailbox); },
       Place::settings},
      {"settings-forwarding",
       [forwarding](const PageContext& page) { return render(page, forwarding); }, Place::settings},
      {"settings-forwarding-works",
       [forwarded](const PageContext& page) { return render(page, forwarded); }, Place::settings},
      {"settings-mail-works", [working](const PageContext& page) { return render(page, working); },
       Place::settings},
      {"settings-mail-design", [design](const PageContext& page) { return render(page, design); },
       Place::settings},
      {"settings-mail-design-refused",
       [refused](const PageContext& page) { return render(page, refused); }, Place::settings},
      {"settings-relay", [relayed](const PageContext& page) { return render(page, relayed); },
       Place::settings},
      {"settings-relay-none",
       [](const PageContext& page) { return render(page, views::RelayedMailboxes{}); },
       Place::settings},
      {"settings-keyring",
       [keyring](const PageContext& page) {
         PageContext noticed = page;
         noticed.shell.notices = {{views::Tone::warn,
                                   "There is no second copy of the keys. If this disk fails, "
                                   "nobody can read the data again.",
                                   {"Set one up", url_for("/settings/keyring")},
                                   true}};
         return render(noticed, keyring);
       },
       Place::settings},
      {"settings-keyring-lost", [lost](const PageContext& page) { return render(page, lost); },
       Place::settings},
      {"settings-me", [me](const PageContext& page) { return render(page, me); }, Place::settings}};
  for (const int status : {403, 404, 409, 410, 422, 429, 500}) {
    views::ErrorPage error;
    error.status = status;
    error.reference = status == 500 ? "7f21c0" : "";
    error.signed_in = status != 404;
    all.push_back({"error-" + std::to_string(status),
                   [error](const PageContext& page) { return render(page, error); }, Place::none});
  }
  return all;
}

}  // namespace lethe::web::gallery
