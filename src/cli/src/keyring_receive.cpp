#include "keyring_receive.h"

#include <csignal>
#include <cstdio>

#include "lethe/keyring_files/receiver.h"
#include "log.h"

namespace lethe::cli {

Status receive_keyring(const std::string& directory, const std::string& listen) {
  sigset_t ending{};
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  // Before the first thread, so that every thread inherits it.
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  LETHE_TRY(const auto receiver, keyring_files::Receiver::start(
                                     {.directory = directory, .listen = listen, .log = log_line}));
  if (const auto pairing = receiver->pairing()) {
    std::printf("%s\n", pairing->c_str());
    std::fprintf(stderr,
                 "The line above is shown once. On the other host, save it in a file of mode 0600 "
                 "and name it in lethe.toml:\n[keyring]\nreplica = \"tcp+tls://%s\"\n"
                 "replica_pairing_file = \"FILE\"\n",
                 receiver->address().c_str());
  }
  std::fprintf(stderr, "Receiving at %s\n", receiver->address().c_str());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&ending, &signal);
  return {};
}

}  // namespace lethe::cli
