// What anybody may read: the privacy notice, the log and its key, whether the server is well.
#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "lethe/core/tables.h"
#include "lethe/web_protocol/problem.h"
#include "site_common.h"

namespace lethe::web {
namespace {

using core::Category;
using core::LegalBasis;
using core::Purpose;
using core::Retention;

std::string_view category_words(Category category) {
  switch (category) {
    case Category::none:
      return "";
    case Category::identity:
      return marked("Names");
    case Category::contact_details:
      return marked("Addresses and numbers");
    case Category::message_content:
      return marked("What is written in messages");
    case Category::attachment_content:
      return marked("Files");
    case Category::correspondence_metadata:
      return marked("Who wrote when, in which thread");
    case Category::preferences:
      return marked("Preferences");
    case Category::consent:
      return marked("Consents");
    case Category::rights_request:
      return marked("Requests about your rights");
    case Category::opinion:
      return marked("Ideas, votes and ratings");
    case Category::credential:
      return marked("Sign-in data of our agents");
    case Category::agent_account:
      return marked("Accounts of our agents");
    case Category::agent_activity:
      return marked("What our agents did");
  }
  return "";
}

std::string_view purpose_words(Purpose purpose) {
  switch (purpose) {
    case Purpose::operation:
      return marked("running this service");
    case Purpose::answering:
      return marked("answering you");
    case Purpose::delivery:
      return marked("sending and receiving mail");
    case Purpose::product_feedback:
      return marked("making the product better");
    case Purpose::access_control:
      return marked("letting the right people in");
    case Purpose::abuse_prevention:
      return marked("keeping abuse out");
    case Purpose::accountability:
      return marked("showing what was done (Art. 5(2))");
    case Purpose::rights_of_persons:
      return marked("your rights");
    case Purpose::reporting:
      return marked("counting, without names");
  }
  return "";
}

std::string_view basis_words(LegalBasis basis) {
  switch (basis) {
    case LegalBasis::none:
      return "";
    case LegalBasis::declared:
      return marked("Art. 6(1), as declared for the kind of request");
    case LegalBasis::consent:
      return marked("Art. 6(1)(a), consent");
    case LegalBasis::contract:
      return marked("Art. 6(1)(b), contract");
    case LegalBasis::legal_obligation:
      return marked("Art. 6(1)(c), legal obligation");
    case LegalBasis::legitimate_interest:
      return marked("Art. 6(1)(f), legitimate interest");
  }
  return "";
}

std::string_view retention_words(Retention retention) {
  switch (retention) {
    case Retention::installation:
      return marked("as long as this service runs");
    case Retention::with_person:
      return marked("until the person is erased");
    case Retention::with_ticket:
      return marked("until the request is erased, by rule or when asked");
    case Retention::with_agent:
      return marked("as long as the agent’s account");
    case Retention::raw_copy:
      return marked("365 days at most, 14 unless set otherwise");
    case Retention::relay_digest:
      return marked("5 days");
    case Retention::draft:
      return marked("30 days");
    case Retention::session:
      return marked("7 days at most");
    case Retention::until_sent:
      return marked("until the mail was sent");
    case Retention::until_processed:
      return marked("until it was dealt with");
    case Retention::tombstone:
      return marked("13 months, as a keyed digest");
    case Retention::legal_record:
      return marked("as long as a law says");
    case Retention::log:
      return marked("14 days");
  }
  return "";
}

struct Gathered {
  std::set<std::string> why, basis, until;
};

std::string listed(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : "; ") + word;
  return text;
}

// From the annotations of the schema: a column that holds something of a person is in here, or the
// program does not compile.
std::vector<views::NoticeLine> notice_lines(const Text& words) {
  std::map<Category, Gathered> by_category;
  for (const auto& table : core::all_tables()) {
    for (const auto& column : table.columns) {
      if (column.category == Category::none) continue;
      Gathered& gathered = by_category[column.category];
      gathered.why.insert(words(purpose_words(column.purpose)));
      gathered.basis.insert(words(basis_words(column.basis)));
      gathered.until.insert(words(retention_words(column.retention)));
    }
  }
  std::vector<views::NoticeLine> lines;
  for (const auto& [category, gathered] : by_category) {
    lines.push_back({words(category_words(category)), listed(gathered.why), listed(gathered.basis),
                     listed(gathered.until)});
  }
  return lines;
}

Answer privacy_page(Guest& guest) {
  views::PrivacyNotice view;
  LETHE_CHECK(guest.app.store.read([&](const ports::Reading& tx) -> Status {
    view.organisation = setting_or(tx, "organisation", guest.app.installation.organisation);
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    view.contact = mailboxes.empty() ? guest.app.installation.mail_from : mailboxes.front().address;
    return {};
  }));
  view.lines = notice_lines(guest.words());
  view.copies_days = guest.app.installation.keyring_copies.count();
  return show(guest, view);
}

// --- The log ---

Response file_response(const Result<Bytes>& bytes, std::string_view type) {
  if (!bytes) {
    return web_protocol::text_response(web_protocol::http_status_of(bytes.error().code),
                                       "no such file\n");
  }
  Response response;
  response.body = std::string{as_text(*bytes)};
  response.headers.set("Content-Type", std::string{type});
  response.headers.set("Access-Control-Allow-Origin", "*");
  return response;
}

Response ledger_file(const Site::Inside& site, const Request& request) {
  std::string path;
  for (const auto& part : request.target.segments | std::views::drop(1)) {
    path += (path.empty() ? "" : "/") + part;
  }
  const bool is_tile = path.starts_with("tile/");
  Response response =
      file_response(site.deps.read_ledger(path),
                    is_tile ? "application/octet-stream" : "text/plain; charset=utf-8");
  const bool is_final = is_tile && response.status == 200 && !path.contains(".p/");
  response.headers.set("Cache-Control",
                       is_final ? "public, max-age=31536000, immutable" : "no-cache");
  return response;
}

Response ledger_key(const Site::Inside& site) {
  Response response = web_protocol::text_response(200, site.app.ledger.key().to_line() + "\n");
  response.headers.set("Content-Disposition", "attachment; filename=\"lethe.key\"");
  return response;
}

Response ready(const Site::Inside& site) {
  const auto works = site.app.store.read([](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto counts, tx.tickets().counts(std::nullopt));
    static_cast<void>(counts);
    return {};
  });
  return works ? web_protocol::text_response(200, "ready\n")
               : web_protocol::text_response(503, "the store does not answer\n");
}

}  // namespace

void add_public_routes(SiteRoutes& routes, Site::Inside& site) {
  routes.guest_page("/privacy", privacy_page);
  routes.open("/ledger/key", [&site](const Request&) { return ledger_key(site); });
  routes.open("/ledger/{rest...}",
              [&site](const Request& request) { return ledger_file(site, request); });
  routes.open("/healthz", [](const Request&) { return web_protocol::text_response(200, "ok\n"); });
  routes.open("/readyz", [&site](const Request&) { return ready(site); });
}

}  // namespace lethe::web
