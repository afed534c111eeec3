#include "samples.h"

namespace lethe::web::gallery {
namespace {

views::ErasePreview preview() {
  views::ErasePreview view;
  view.id = "1";
  view.subject_of = "Sofia Lindqvist";
  view.back = url_for("/people/1");
  view.action = url_for("/people/1/erase");
  view.counts = {{"tickets", 7}, {"messages", 22}, {"files", 4}, {"profile", 1}};
  view.sample = {"Charged twice for the October filter delivery", "Change of delivery week"};
  view.kept = {
      {"2 invoices", "Tax law asks for eight years.", "Art. 17(3)(b)", "31 December 2034"}};
  view.recipients = {"shop webhook", "issue tracker"};
  view.mails_already_sent = 9;
  view.open_tickets = 1;
  view.reasons = {{"request", "The person asked (Art. 17(1))", true},
                  {"unlawful", "Kept without a ground", false}};
  view.confirm_with = "SL";
  view.confirm_is_count = false;
  view.unrecoverable_at = in_days(30);
  view.horizon_basis = "default";
  view.can_hide = true;
  return view;
}

views::ErasureProgress running() {
  using Step = views::ErasureStep::State;
  views::ErasureProgress view;
  view.id = "E-311";
  view.title = "Erasing 1 person";
  view.done = 812;
  view.total = 1284;
  view.minutes_left = 2;
  view.steps = {{Step::done, "Frozen", "No mail goes out, no rule acts."},
                {Step::done, "Search entries removed", ""},
                {Step::now, "Keys destroyed", "Waiting for the second copy."},
                {Step::to_come, "Certificate", ""}};
  view.self = url_for("/erasures/E-311");
  return view;
}

views::Certificate certificate() {
  views::Certificate view;
  view.number = "C-2026-0187";
  view.organisation = "Brightwater Filter GmbH, Leipzig";
  view.issued_at = days_ago(3);
  view.statement =
      "The personal data of one person were erased at that person’s request. The keys that made "
      "them readable were destroyed. This page holds nothing that names the person.";
  view.counts = {{"tickets", 7}, {"messages", 22}, {"files", 4}, {"profile", 1}};
  view.kept = {{"2 invoices", "Tax law asks for eight years", "Art. 17(3)(b)", "31 December 2034"}};
  view.why = {{"Reason", "Request of the person (Art. 17(1)(b), consent withdrawn)"},
              {"Approved by", "M. Kowalska, administrator"},
              {"Told to delete", "2 of 2 recipients confirmed"},
              {"Answered in", "4 days of one calendar month"}};
  view.proof = {{"Key destroyed", "k:b83e 02f4 · XChaCha20-Poly1305"},
                {"Log entry", "#48,163 in a log of 48,211 entries"},
                {"Entry hash", "9c1d7a40e65f2b08c3d4a19e5b7f60213dd8e47a0b96c5f1287e4c90ab35d6e2"},
                {"Signed by", "ed25519 brightwater-2026"}};
  view.erased_live_at = days_ago(3);
  view.unrecoverable_at = in_days(27);
  view.verified = true;
  view.file = url_for("/certificates/C-2026-0187/file");
  view.file_name = "C-2026-0187.lethe-certificate";
  return view;
}

}  // namespace

std::vector<Sample> erasure_samples() {
  using views::Place;
  using State = views::ErasureProgress::State;
  views::ErasePreview blocked = preview();
  blocked.what = views::ErasePreview::What::ticket;
  blocked.subject_of = "#4800";
  blocked.blocked_by_hold = true;
  blocked.blocked_reason = "Legal claims (Art. 17(3)(e)), until 1 March 2027.";
  blocked.errors = {{"confirm", "The number is 7, not 6."}};
  views::ErasureProgress grace = running();
  grace.state = State::grace;
  grace.erases_at = in_days(7);
  grace.cancel = url_for("/erasures/E-311/cancel");
  views::Erasures list;
  list.rows = {{"1", "1 person, 7 tickets", "asked for", "M. Kowalska", State::done, days_ago(3),
                url_for("/erasures/1")},
               {"2", "1 ticket", "kept without a ground", "J. Weber", State::grace, minutes_ago(90),
                url_for("/erasures/2")},
               {"3", "Hiding: 1 person", "asked for", "J. Weber", State::hidden, days_ago(4),
                url_for("/erasures/3")}};
  list.states = {{"", "All", true}, {"open", "Not finished", false}};
  list.paging = {1, 3, 3, false, {}, {}};
  views::Erasures none;
  none.states = {{"", "All", false}, {"open", "Not finished", true}};
  none.is_filtered = true;
  views::ErasureProgress hidden;
  hidden.id = "E-312";
  hidden.title = "Hiding: 1 person";
  hidden.state = State::hidden;
  hidden.cancel = url_for("/erasures/E-312/cancel");
  views::Certificates certificates;
  certificates.rows = {{"C-2026-0187", url_for("/certificates/C-2026-0187"), "1 person, 7 tickets",
                        "request", days_ago(3)}};
  certificates.paging = {1, 1, 1, false, {}, {}};
  certificates.key_url = url_for("/ledger/key");
  certificates.log_size = "48,211 entries in the log.";
  return {
      {"erase-person", [v = preview()](const PageContext& page) { return render(page, v); },
       Place::people},
      {"erase-blocked", [blocked](const PageContext& page) { return render(page, blocked); },
       Place::inbox},
      {"erasure-running", [v = running()](const PageContext& page) { return render(page, v); },
       Place::erasures},
      {"erasure-grace", [grace](const PageContext& page) { return render(page, grace); },
       Place::erasures},
      {"erasure-hidden", [hidden](const PageContext& page) { return render(page, hidden); },
       Place::erasures},
      {"erasures", [list](const PageContext& page) { return render(page, list); }, Place::erasures},
      {"erasures-none", [none](const PageContext& page) { return render(page, none); },
       Place::erasures},
      {"certificates",
       [certificates](const PageContext& page) { return render(page, certificates); },
       Place::certificates},
      {"certificate", [v = certificate()](const PageContext& page) { return render(page, v); },
       Place::certificates}};
}

}  // namespace lethe::web::gallery
