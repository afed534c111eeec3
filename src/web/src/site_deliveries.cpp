// Deliveries, refusals and quarantined files: the page, and the same as JSON.
#include "api_common.h"
#include "lethe/app/mail_checks.h"
#include "lethe/web/delivery_pages.h"
#include "site_rows.h"
#include "site_sources.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::OutgoingState;
using ports::RefusalReason;
using ports::Role;
using ports::TokenScope;
using Mail = views::Deliveries::Mail;

constexpr int kMailsShown = 50;
constexpr int kFilesShown = 100;
constexpr int kRefusalsShown = 200;
constexpr std::string_view kPath = "/settings/deliveries";

std::string kind_words(const Text& words, ports::OutgoingKind kind) {
  switch (kind) {
    case ports::OutgoingKind::acknowledgement:
      return words("Acknowledgement");
    case ports::OutgoingKind::invitation:
      return words("Invitation of an agent");
    case ports::OutgoingKind::recovery:
      return words("New password");
    case ports::OutgoingKind::notification:
      return words("Notification");
    case ports::OutgoingKind::delivery_notice:
      return words("Notice of delivery");
    case ports::OutgoingKind::reply:
      break;
  }
  return words("Answer");
}

std::string door_words(const Text& words, ports::Door door) {
  switch (door) {
    case ports::Door::smtp:
      return "SMTP";
    case ports::Door::lmtp:
      return "LMTP";
    case ports::Door::webhook:
      return words("Webhook");
    case ports::Door::imap:
      return words("Fetched (IMAP)");
    case ports::Door::unknown:
      break;
  }
  return {};
}

std::string reason_words(const Text& words, RefusalReason reason) {
  switch (reason) {
    case RefusalReason::unknown_recipient:
      return words("To no address of ours. If it should be one, add it under Mail.");
    case RefusalReason::too_large:
      return words("Larger than 35 MiB.");
    case RefusalReason::loop:
      return words("It passed too many servers: two of them hand it to each other.");
    case RefusalReason::not_accepted:
      return words("A kind of mail that is not taken here.");
    case RefusalReason::unreadable:
      return words("What came is no mail.");
    case RefusalReason::line_ends:
      return words("Wrong line ends: an attempt to smuggle mail, or a faulty sender.");
    case RefusalReason::commands:
      return words("Commands that the protocol does not know, as scanners send them.");
    case RefusalReason::busy:
      return words("Too much at once, or the server was ending. The sender comes again.");
    case RefusalReason::not_stored:
      return words(
          "It could not be stored: look at the disk and the keyring. The sender comes "
          "again.");
    case RefusalReason::needs_tls:
      return words("This address takes mail over TLS only.");
    case RefusalReason::too_many_peers:
      return words("Too many connections or errors of one sender.");
    case RefusalReason::timed_out:
      return words("The sender fell silent.");
    case RefusalReason::credentials:
      return words("A wrong secret or signature: compare it with the provider's.");
    case RefusalReason::stale:
      return words("A signature too old or from the future: look at the clocks.");
    case RefusalReason::replayed:
      return words("The same signed token with another mail: somebody replays.");
    case RefusalReason::not_understood:
      return words("The body is not what this provider posts: look at its format.");
    case RefusalReason::other:
      break;
  }
  return words("For another reason; the reply says which.");
}

std::string trouble_words(const Text& words, const app::DeliveryView& mail) {
  if (mail.state == OutgoingState::sent || mail.trouble.empty()) return {};
  if (mail.reply_code == 0) return words(mail.trouble);
  return mail.reply_code < 500 ? words("The server asks to come again later.")
                               : words("The server refuses it for good.");
}

std::string reply_text(int code, std::string_view enhanced) {
  if (code == 0) return {};
  return std::to_string(code) + (enhanced.empty() ? "" : " " + std::string{enhanced});
}

std::string ticket_label(const Text& words, std::int64_t number) {
  return number == 0 ? std::string{} : words.with("Ticket #{}", std::to_string(number));
}

Url ticket_url(std::optional<core::TicketId> ticket, std::int64_t number) {
  if (!ticket || number == 0) return {};
  return url_for("/tickets/{id}", {ticket->to_string()});
}

Mail mail_view(const Text& words, const app::DeliveryView& mail) {
  Mail view;
  view.id = mail.id.to_string();
  view.what = kind_words(words, mail.kind);
  view.ticket = ticket_url(mail.ticket, mail.ticket_number);
  view.ticket_label = ticket_label(words, mail.ticket_number);
  view.state = mail.state == OutgoingState::failed ? Mail::State::failed
               : mail.state == OutgoingState::sent ? Mail::State::sent
                                                   : Mail::State::waiting;
  view.reply = reply_text(mail.state == OutgoingState::sent ? 0 : mail.reply_code, "");
  view.sentence = trouble_words(words, mail);
  if (mail.attempts > 0) view.attempts = words.plural("One attempt", "{} attempts", mail.attempts);
  view.at = view.state == Mail::State::waiting ? mail.due_at : mail.sent_at.value_or(mail.due_at);
  return view;
}

Status add_sources(Visit& visit, const ports::Reading& tx, const ports::MailSources& sources,
                   views::Deliveries& view) {
  LETHE_TRY(const auto all, app::read_mail_sources(tx));
  LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
  for (const app::SourceSettings& source : all) {
    for (const ports::MailboxRow& mailbox : mailboxes) {
      if (mailbox.id != source.mailbox) continue;
      const std::string id = std::to_string(mailbox.id);
      view.sources.push_back({id, url_for("/settings/mail/addresses/{id}", {id}), mailbox.address,
                              source_line(visit.words(), source, sources.state(mailbox.id))});
    }
  }
  return {};
}

// What waits in memory is written first, so that the page shows what happened a moment ago.
Result<views::Deliveries> page_view(Visit& visit, const DeliveryDeps& mail) {
  visit.page.shell.place = Place::settings;
  LETHE_CHECK(mail.refusals.flush(visit.app));
  const Text& words = visit.words();
  views::Deliveries view;
  view.sending_configured = static_cast<bool>(visit.site.deps.probe_submission);
  view.scanner_configured = mail.scanner != nullptr;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mails, app::last_deliveries(tx, kMailsShown));
    for (const auto& each : mails) view.mails.push_back(mail_view(words, each));
    LETHE_TRY(const auto files, app::quarantined_files(visit.app, tx, kFilesShown));
    for (const auto& file : files) {
      view.files.push_back({file.id.to_string(), ticket_url(file.ticket, file.ticket_number),
                            ticket_label(words, file.ticket_number), file.signature, file.at});
    }
    LETHE_TRY(const auto refusals, ports::operations(tx).refusals(kRefusalsShown));
    for (const auto& each : refusals) {
      view.refusals.push_back({each.at, door_words(words, each.door),
                               reply_text(each.code, each.enhanced),
                               reason_words(words, each.reason), each.count});
    }
    return add_sources(visit, tx, mail.sources, view);
  }));
  return view;
}

Answer deliveries_page(Visit& visit, const DeliveryDeps& mail) {
  LETHE_TRY(const auto view, page_view(visit, mail));
  return show(visit, view);
}

std::string refusal_words(const Text& words, Errc code) {
  switch (code) {
    case Errc::forbidden:
      return words("The scanner still finds something in the file.");
    case Errc::unsupported:
      return words("No scanner is set up.");
    case Errc::unavailable:
      return words("The scanner does not answer. Try again later.");
    default:
      return words("This was done already, or is no longer possible.");
  }
}

// The page again with what became of it.
Answer told(Visit& visit, const DeliveryDeps& mail, const Status& done, std::string success) {
  if (!done && done.error().code == Errc::not_found) return std::unexpected(done.error());
  visit.notice(done ? views::Tone::ok : views::Tone::warn,
               done ? std::move(success) : refusal_words(visit.words(), done.error().code));
  LETHE_TRY(const auto view, page_view(visit, mail));
  return show(visit, view, done ? 200 : 409);
}

template <class Id>
Result<Id> form_id(std::string_view value) {
  auto id = Id::parse(value);
  if (!id) return fail(Errc::not_found, "there is no such thing");
  return id;
}

Answer try_again(Visit& visit, const Fields& fields, const DeliveryDeps& mail) {
  const std::string_view what = fields.get("do");
  const Text& words = visit.words();
  if (what == "deliver") {
    LETHE_TRY(const auto id, form_id<core::OutgoingId>(fields.get("id")));
    return told(visit, mail, app::deliver_now(visit.app, id), words("The mail leaves now."));
  }
  if (what == "check") {
    LETHE_TRY(const auto id, form_id<core::AttachmentId>(fields.get("id")));
    return told(visit, mail, app::check_file_again(visit.app, mail.scanner, id, visit.me()),
                words("Nothing is found in the file any more. It is released."));
  }
  const auto id = parse_id_digits(fields.get("id"));
  if (what != "fetch" || !id) return fail(Errc::not_found, "there is no such thing");
  mail.sources.fetch_again(*id);
  return told(visit, mail, {}, words("The mailbox is fetched again."));
}

// ---- the same as JSON ----

json::value text(std::string_view words) { return json::value(json::string{words}); }

std::string_view state_name(OutgoingState state) {
  if (state == OutgoingState::failed) return "failed";
  return state == OutgoingState::sent ? "sent" : "queued";
}

json::value ticket_json(std::optional<core::TicketId> ticket, std::int64_t number) {
  return ticket && number != 0 ? text(ticket->to_string()) : json::value(nullptr);
}

json::object mail_json(const app::DeliveryView& mail) {
  const bool waits = mail.state == OutgoingState::queued;
  return {
      {"id", mail.id.to_string()},
      {"state", text(state_name(mail.state))},
      {"ticket_id", ticket_json(mail.ticket, mail.ticket_number)},
      {"attempts", mail.attempts},
      {"reply_code", mail.reply_code == 0 ? json::value(nullptr) : json::value(mail.reply_code)},
      {"trouble", mail.trouble},
      {"created_at", to_rfc3339(mail.created_at)},
      {"next_attempt_at", time_or_null(waits ? std::optional{mail.due_at} : std::nullopt)},
      {"sent_at", time_or_null(mail.sent_at)}};
}

json::object refusal_json(const ports::RefusalRow& row) {
  return {{"at", to_rfc3339(row.at)},
          {"door", text(ports::name_of(row.door))},
          {"code", row.code == 0 ? json::value(nullptr) : json::value(row.code)},
          {"enhanced", row.enhanced},
          {"reason", text(ports::name_of(row.reason))},
          {"count", row.count}};
}

json::object file_json(const app::QuarantinedView& file) {
  return {{"id", file.id.to_string()},
          {"ticket_id", ticket_json(file.ticket, file.ticket_number)},
          {"quarantine", file.signature},
          {"at", to_rfc3339(file.at)}};
}

ApiResult show_deliveries(const ApiCall& call, const DeliveryDeps& mail) {
  LETHE_CHECK(mail.refusals.flush(call.app));
  json::array mails, refusals, files;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto all, app::last_deliveries(tx, kMailsShown));
    for (const auto& each : all) mails.push_back(mail_json(each));
    LETHE_TRY(const auto rows, ports::operations(tx).refusals(kRefusalsShown));
    for (const auto& row : rows) refusals.push_back(refusal_json(row));
    LETHE_TRY(const auto locked, app::quarantined_files(call.app, tx, kFilesShown));
    for (const auto& file : locked) files.push_back(file_json(file));
    return {};
  }));
  return json_answer(json::object{{"outgoing", std::move(mails)},
                                  {"refusals", std::move(refusals)},
                                  {"quarantined", std::move(files)}});
}

ApiResult done_answer(std::string_view id) {
  return json_answer(json::object{{"id", text(id)}, {"tried", true}});
}

ApiResult retry_mail(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::OutgoingId>(call));
  LETHE_CHECK(expect_no_fields(call));
  LETHE_CHECK(app::deliver_now(call.app, id));
  return done_answer(id.to_string());
}

ApiResult check_file(const ApiCall& call, ports::VirusScanner* scanner) {
  LETHE_TRY(const auto id, path_id<core::AttachmentId>(call));
  LETHE_CHECK(expect_no_fields(call));
  LETHE_CHECK(app::check_file_again(call.app, scanner, id, call.bearer.agent));
  return done_answer(id.to_string());
}

ApiResult fetch_mailbox(const ApiCall& call, ports::MailSources& sources) {
  const auto id = parse_id_digits(call.request.params.at(0));
  if (!id || !sources.state(*id)) return fail(Errc::not_found, "no such mailbox is fetched");
  LETHE_CHECK(expect_no_fields(call));
  sources.fetch_again(*id);
  return done_answer(call.request.params.at(0));
}

}  // namespace

DeliveryPages::DeliveryPages(SiteDeps deps, DeliveryDeps mail)
    : inside_(std::make_unique<Site::Inside>(std::move(deps))), mail_(mail) {}
DeliveryPages::~DeliveryPages() = default;

std::vector<Route> DeliveryPages::routes() {
  SiteRoutes pages{*inside_};
  pages.page(std::string{kPath}, Role::admin,
             [this](Visit& visit) { return deliveries_page(visit, mail_); });
  pages.form(std::string{kPath}, Role::admin, [this](Visit& visit, const MultipartForm& form) {
    return try_again(visit, form.fields, mail_);
  });
  std::vector<Route> routes = pages.take();
  app::App& app = inside_->app;
  routes.push_back(api_route(app, Method::get, "/deliveries", TokenScope::admin,
                             [this](const ApiCall& call) { return show_deliveries(call, mail_); }));
  routes.push_back(api_route(app, Method::post, "/deliveries/outgoing/{id}/retry",
                             TokenScope::admin, retry_mail));
  routes.push_back(
      api_route(app, Method::post, "/deliveries/files/{id}/check", TokenScope::admin,
                [this](const ApiCall& call) { return check_file(call, mail_.scanner); }));
  routes.push_back(
      api_route(app, Method::post, "/deliveries/mailboxes/{id}/fetch", TokenScope::admin,
                [this](const ApiCall& call) { return fetch_mailbox(call, mail_.sources); }));
  return routes;
}

}  // namespace lethe::web
