#include "inbound.h"

#include <fstream>
#include <future>

#include "lethe/app/accept_once.h"
#include "lethe/web_protocol/problem.h"
#include "log.h"

namespace lethe::cli {
namespace {

using webhooks::Provider;
using webhooks::Trouble;
using Taken = std::expected<void, Trouble>;

constexpr auto kPatience = std::chrono::seconds{60};

const std::string& secret_file_of(const Config& config, Provider provider) {
  switch (provider) {
    case Provider::postmark:
      return config.postmark_secret_file;
    case Provider::mailgun:
      return config.mailgun_secret_file;
    case Provider::sendgrid:
      return config.sendgrid_secret_file;
    case Provider::raw:
      break;
  }
  return config.raw_secret_file;
}

Result<webhooks::Secrets> read_secrets(Provider provider, const std::string& path) {
  const std::string key = "inbound." + std::string{name_of(provider)} + ".secret_file: ";
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::not_found, key + "cannot read " + path);
  std::string text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  auto secrets = webhooks::Secrets::parse(provider, text);
  wipe(text);
  if (secrets) return secrets;
  return fail(secrets.error().code, key + path + ": " + secrets.error().detail);
}

// Of two copies of one mail. What comes again comes for both, and who has it already knows it; a
// refusal is told even where another target took the mail.
Taken worse_of(const Taken& one, const Taken& other) {
  const bool counts = !one && (other || one.error() == Trouble::busy);
  return counts ? one : other;
}

// The one table from the application's answer; what may be our own trouble comes again.
Trouble trouble_of(const Error& error) {
  switch (error.code) {
    case Errc::not_found:
    case Errc::erased:
      return Trouble::unknown_recipient;
    case Errc::too_large:
      return Trouble::too_large;
    case Errc::forbidden:
    case Errc::out_of_range:
    case Errc::unsupported:
    case Errc::invalid_argument:
    case Errc::corrupt:
      return Trouble::refused;
    default:
      return Trouble::busy;
  }
}

ports::RefusalReason reason_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::wrong_credentials:
      return ports::RefusalReason::credentials;
    case Trouble::stale:
      return ports::RefusalReason::stale;
    case Trouble::replayed:
      return ports::RefusalReason::replayed;
    case Trouble::not_understood:
      return ports::RefusalReason::not_understood;
    case Trouble::too_large:
      return ports::RefusalReason::too_large;
    case Trouble::unknown_recipient:
      return ports::RefusalReason::unknown_recipient;
    case Trouble::refused:
      return ports::RefusalReason::not_accepted;
    case Trouble::busy:
      break;
  }
  return ports::RefusalReason::busy;
}

std::string_view sentence_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::wrong_credentials:
      return "The secret or signature is not the one that lethe.toml names for this door.";
    case Trouble::stale:
      return "The signature is too old or from the future. Look at the clocks.";
    case Trouble::replayed:
      return "This token came before with another mail.";
    case Trouble::not_understood:
      return "The body is not what this provider posts.";
    case Trouble::too_large:
      return "The mail is larger than 35 MiB.";
    case Trouble::unknown_recipient:
      return "None of its addresses is one of ours. See Settings, Mail.";
    case Trouble::refused:
      return "This mail is not taken: it passed too many servers, or its kind is not accepted.";
    case Trouble::busy:
      break;
  }
  return "Not just now. Post it again later.";
}

}  // namespace

Result<std::unique_ptr<Inbound>> Inbound::open(const Config& config, app::App& app,
                                               ports::MailIntake& intake,
                                               std::shared_ptr<smtp_protocol::ByteBudget> budget,
                                               app::RefusalCounts& refusals) {
  std::unique_ptr<Inbound> inbound{new Inbound{app, intake, std::move(budget), refusals}};
  for (const Provider provider : webhooks::kProviders) {
    const std::string& path = secret_file_of(config, provider);
    if (path.empty()) continue;
    LETHE_TRY(auto secrets, read_secrets(provider, path));
    inbound->doors_.push_back(std::make_unique<Door>(provider, std::move(secrets)));
  }
  return inbound;
}

web::Route Inbound::route_at(const Door& door, std::string pattern) {
  return {.method = web_protocol::Method::post,
          .pattern = std::move(pattern),
          .handler = [this, &door](const web_protocol::Request& r) { return answer(door, r); },
          .body_bytes_max = webhooks::kBodyBytesMax,
          .too_slow = webhooks::status_of_slow(door.provider),
          .budget = {.take = [budget = budget_](std::size_t n) { return budget->take(n); },
                     .give_back = [budget = budget_](std::size_t n) { budget->give_back(n); }}};
}

std::vector<web::Route> Inbound::routes() {
  std::vector<web::Route> routes;
  for (const auto& door : doors_) {
    const std::string path = "/inbound/" + std::string{name_of(door->provider)};
    routes.push_back(route_at(*door, path));
    // Mailgun sends the message itself to addresses that end so.
    if (door->provider == Provider::mailgun) routes.push_back(route_at(*door, path + "/mime"));
  }
  return routes;
}

Inbound::Counts Inbound::counts() const noexcept {
  return {.accepted = accepted_, .refused = refused_, .deferred = deferred_};
}

web_protocol::Response Inbound::answer(const Door& door, const web_protocol::Request& request) {
  const Taken taken = take(door, request);
  if (taken) {
    ++accepted_;
    return web_protocol::json_response(200, "{\"taken\":true}");
  }
  const int status = status_of(door.provider, taken.error());
  ++(status < 500 ? refused_ : deferred_);
  refusal_counts_.count(ports::Door::webhook, status, reason_of(taken.error()));
  log_line("inbound/" + std::string{name_of(door.provider)} + ": " + std::to_string(status) + " " +
           std::string{name_of(taken.error())});
  auto response = web_protocol::problem_response(
      {.status = status, .detail = std::string{sentence_of(taken.error())}, .errors = {}});
  if (status == 401) response.headers.set("WWW-Authenticate", "Basic realm=\"lethe\"");
  if (status == 503) response.headers.set("Retry-After", "60");
  return response;
}

Taken Inbound::add_recipient(std::vector<ports::Envelope>& found, ports::Envelope blank,
                             const std::string& recipient) {
  found.push_back(std::move(blank));
  for (ports::Envelope& envelope : found) {
    const auto verdict = intake_.check_recipient(envelope, recipient);
    if (!verdict || *verdict == ports::RcptVerdict::busy) return std::unexpected(Trouble::busy);
    if (*verdict == ports::RcptVerdict::needs_own_copy) continue;
    if (*verdict == ports::RcptVerdict::accepted) envelope.recipients.push_back(recipient);
    break;
  }
  if (found.back().recipients.empty()) found.pop_back();
  return {};
}

std::expected<std::vector<ports::Envelope>, Trouble> Inbound::envelopes_of(
    const webhooks::Mail& mail) {
  ports::Envelope blank = mail.delivery.envelope;
  blank.door = ports::Door::webhook;
  const std::vector<std::string> named = std::exchange(blank.recipients, {});
  std::vector<ports::Envelope> found;
  for (const std::vector<std::string>* candidates : {&named, &mail.also_addressed_to}) {
    for (const std::string& recipient : *candidates) {
      if (const auto added = add_recipient(found, blank, recipient); !added) {
        return std::unexpected(added.error());
      }
    }
    if (!found.empty()) return found;
  }
  return std::unexpected(Trouble::unknown_recipient);
}

Taken Inbound::take_copy(ports::Delivery&& copy) {
  // Shared, for the intake may answer after our patience ended.
  auto answered = std::make_shared<std::promise<Status>>();
  auto answer = answered->get_future();
  intake_.take_in(std::move(copy),
                  [answered](Status status) { answered->set_value(std::move(status)); });
  if (answer.wait_for(kPatience) != std::future_status::ready) {
    return std::unexpected(Trouble::busy);
  }
  const Status status = answer.get();
  return status ? Taken{} : std::unexpected(trouble_of(status.error()));
}

Taken Inbound::take(const Door& door, const web_protocol::Request& request) {
  auto mail = webhooks::read(door.provider, door.secrets, request, app_.clock.now());
  if (!mail) return std::unexpected(mail.error());
  auto envelopes = envelopes_of(*mail);
  if (!envelopes) return std::unexpected(envelopes.error());
  if (mail->once) {
    const Status once =
        app::accept_once(app_, mail->once->token, mail->once->signed_at, mail->delivery.content);
    if (!once) {
      return std::unexpected(once.error().code == Errc::conflict ? Trouble::replayed
                                                                 : Trouble::busy);
    }
  }
  Taken all;
  for (ports::Envelope& envelope : *envelopes) {
    ports::Delivery copy;
    copy.envelope = std::move(envelope);
    const bool is_last = &envelope == &envelopes->back();
    copy.content = is_last ? std::move(mail->delivery.content) : mail->delivery.content;
    all = worse_of(all, take_copy(std::move(copy)));
  }
  return all;
}

}  // namespace lethe::cli
