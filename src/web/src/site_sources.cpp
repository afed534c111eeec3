#include "site_sources.h"

namespace lethe::web {
namespace {

using ports::SourceTrouble;
using State = views::SourceLine::State;

State state_of(ports::SourcePhase phase) {
  switch (phase) {
    case ports::SourcePhase::fetching:
      return State::fetching;
    case ports::SourcePhase::waiting:
      return State::waiting;
    case ports::SourcePhase::failing:
      return State::failing;
    case ports::SourcePhase::connecting:
      break;
  }
  return State::connecting;
}

std::string left_words(const Text& words, const ports::SourceState& state) {
  std::string said;
  if (state.refused > 0) {
    said = words.plural("One mail was refused and lies in the folder Lethe-refused.",
                        "{} mails were refused and lie in the folder Lethe-refused.",
                        static_cast<std::int64_t>(state.refused));
  }
  if (state.too_large > 0) {
    said += said.empty() ? "" : " ";
    said += words.plural("One mail is larger than 35 MiB and stays there.",
                         "{} mails are larger than 35 MiB and stay there.",
                         static_cast<std::int64_t>(state.too_large));
  }
  if (state.waiting_for_scanner > 0) {
    said += said.empty() ? "" : " ";
    said += words.plural("One mail with files waits there until the virus scanner answers.",
                         "{} mails with files wait there until the virus scanner answers.",
                         static_cast<std::int64_t>(state.waiting_for_scanner));
  }
  if (state.withheld > 0) {
    said += said.empty() ? "" : " ";
    said += words.plural("One mail stays there for now: it cannot be fetched.",
                         "{} mails stay there for now: they cannot be fetched.",
                         static_cast<std::int64_t>(state.withheld));
  }
  return said;
}

}  // namespace

std::string source_trouble_words(const Text& words, SourceTrouble trouble) {
  switch (trouble) {
    case SourceTrouble::none:
      return {};
    case SourceTrouble::settings:
      return words(
          "These settings cannot work: look at the path of the CA file and at the encryption.");
    case SourceTrouble::password:
      return words("The password cannot be read here. Type it again, or look at its file.");
    case SourceTrouble::name_unknown:
      return words("There is no server of this name. Look at its spelling.");
    case SourceTrouble::unreachable:
      return words(
          "Nothing answers on this port of the server. Look at the port and at firewalls.");
    case SourceTrouble::timed_out:
      return words("The server does not answer in time. Look at the port and the encryption.");
    case SourceTrouble::no_starttls:
      return words("The server offers no encryption on this port. Try TLS on port 993.");
    case SourceTrouble::tls_failed:
      return words("The server speaks no TLS on this port. On port 143 choose STARTTLS.");
    case SourceTrouble::untrusted:
      return words(
          "The server's certificate has expired or is signed by nobody that this machine trusts. "
          "An authority of your own is named as CA file.");
    case SourceTrouble::wrong_name:
      return words(
          "The server's certificate is for another name. Type the name that stands in it.");
    case SourceTrouble::login_refused:
      return words("The server refuses this user and password.");
    case SourceTrouble::no_folder:
      return words("There is no such folder there, or this user may not open it.");
    case SourceTrouble::hung_up:
      return words("The server closed the connection.");
    case SourceTrouble::garbled:
      return words("What answers there is no IMAP server, or it refused a step.");
    case SourceTrouble::busy:
      return words(
          "This server has no room for more mail just now. The mail stays there and is fetched "
          "later.");
  }
  return {};
}

views::SourceLine source_line(const Text& words, const app::SourceSettings& settings,
                              const std::optional<ports::SourceState>& state) {
  views::SourceLine line;
  line.state = settings.paused ? State::paused : State::connecting;
  if (!state || settings.paused) return line;
  line.state = state_of(state->phase);
  line.since = state->since;
  line.last_fetched = state->last_fetched;
  if (state->taken > 0) {
    line.counted = words.plural("One mail since the start.", "{} mails since the start.",
                                static_cast<std::int64_t>(state->taken));
  }
  line.sentence = line.state == State::failing ? source_trouble_words(words, state->trouble)
                                               : left_words(words, *state);
  return line;
}

}  // namespace lethe::web
