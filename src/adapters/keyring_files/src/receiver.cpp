#include "lethe/keyring_files/receiver.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

#include "batch_bytes.h"
#include "channel.h"
#include "files.h"
#include "lethe/base/secret.h"
#include "pair.h"
#include "pairing.h"
#include "snapshot.h"

namespace lethe::keyring_files {
namespace {

constexpr std::size_t kStrangersMax = 16;  // connections that have not said the secret yet
constexpr std::size_t kHelloBytes = 8 + sizeof(PairingSecret);

class File {
 public:
  explicit File(int number = -1) noexcept : number_(number) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

Result<File> lock_directory(const std::string& directory) {
  const std::string path = directory + "/receive.lock";
  File file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (file.number() < 0) return fail(Errc::unavailable, "cannot open " + path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::busy, "another lethe keyring receive uses " + directory);
  }
  return file;
}

Result<File> listen_at(const HostPort& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found) != 0) {
    return fail(Errc::invalid_argument, where.host + ":" + where.port + " is no address here");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
  File listener{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int one = 1;
  ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (::bind(listener.number(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(listener.number(), SOMAXCONN) != 0) {
    return fail(Errc::unavailable,
                "cannot listen at " + where.host + ":" + where.port + ": in use, or not ours");
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXSERV> service{};
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  ::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, nullptr, 0, service.data(),
                service.size(), NI_NUMERICSERV);
  return static_cast<std::uint16_t>(std::atoi(service.data()));
}

Error out_of_turn() {
  return {Errc::conflict, "this does not follow what is held here; nothing was changed", {}};
}

Result<std::unique_ptr<Site>> open_site(const std::string& directory) {
  return exists(directory + "/keyring.db") ? Site::open(directory) : Site::make(directory);
}

}  // namespace

class Receiver::Impl {
 public:
  explicit Impl(ReceiverOptions options) : options_(std::move(options)) {}
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status start();
  [[nodiscard]] std::string address() const {
    return where_.host + ":" + std::to_string(port_of(listener_.number()));
  }
  std::optional<std::string> pairing;

 private:
  struct Peer {
    std::unique_ptr<Channel> channel;  // set under mutex_
    std::jthread thread;
    std::atomic<bool> over = false;
    bool known = false;
  };

  void stop();
  void accept_all();
  void take(int descriptor);
  void serve(Peer& peer, int descriptor);
  Status converse(Peer& peer, Channel& channel);
  Status greet(Peer& peer, Channel& channel);
  Status answer(Channel& channel, const Frame& frame);
  Status follow(Channel& channel, const Frame& frame);
  Status apply(ByteView body);
  Status write_root(ByteView body);
  Status take_snapshot(Channel& channel, const Frame& frame);
  void say(std::string_view line) const {
    if (options_.log) options_.log(line);
  }

  ReceiverOptions options_;
  HostPort where_;
  File lock_;
  TlsContext context_;
  Fingerprint secret_hash_{};
  File listener_;
  std::mutex following_;  // guards site_; taken after mutex_ or alone
  std::unique_ptr<Site> site_;
  std::mutex mutex_;  // guards peers_ and their channels
  std::list<Peer> peers_;
  std::atomic<bool> stopping_ = false;
  std::jthread accepting_;
};

Status Receiver::Impl::start() {
  LETHE_TRY(where_, parse_host_port(options_.listen));
  LETHE_CHECK(make_private_directory(options_.directory));
  LETHE_CHECK(check_private_directory(options_.directory));
  LETHE_TRY(lock_, lock_directory(options_.directory));
  LETHE_TRY(const Identity identity, open_identity(options_.directory));
  secret_hash_ = identity.secret_hash;
  LETHE_TRY(context_, serving_context(identity.certificate, identity.key));
  LETHE_TRY(site_, open_site(options_.directory));
  LETHE_TRY(listener_, listen_at(where_));
  if (identity.fresh) pairing = pairing_line(*identity.fresh);
  accepting_ = std::jthread{[this] { accept_all(); }};
  return {};
}

void Receiver::Impl::stop() {
  stopping_ = true;
  ::shutdown(listener_.number(), SHUT_RDWR);  // wakes accept()
  if (accepting_.joinable()) accepting_.join();
  {
    const std::scoped_lock lock{mutex_};
    for (const Peer& peer : peers_) {
      if (peer.channel) peer.channel->interrupt();
    }
  }
  peers_.clear();  // joins
}

void Receiver::Impl::accept_all() {
  while (!stopping_) {
    const int descriptor = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor >= 0) take(descriptor);
    if (descriptor < 0 && errno != EINTR && errno != ECONNABORTED) {
      if (stopping_) return;
      // Out of descriptors: what is open ends by its own deadline.
      std::this_thread::yield();
    }
  }
}

void Receiver::Impl::take(int descriptor) {
  const std::scoped_lock lock{mutex_};
  std::erase_if(peers_, [](const Peer& peer) { return peer.over.load(); });
  std::size_t strangers = 0;
  for (const Peer& peer : peers_) strangers += peer.known ? 0 : 1;
  if (strangers >= kStrangersMax) {
    ::close(descriptor);
    return;
  }
  Peer& peer = peers_.emplace_back();
  peer.thread = std::jthread{[this, &peer, descriptor] { serve(peer, descriptor); }};
}

void Receiver::Impl::serve(Peer& peer, int descriptor) {
  auto accepted = Channel::accept(descriptor, *context_);
  if (accepted) {
    Channel& channel = **accepted;
    {
      const std::scoped_lock lock{mutex_};
      peer.channel = std::move(*accepted);
    }
    if (const Status talked = converse(peer, channel); !talked) {
      static_cast<void>(channel.send(Message::refused, refusal_bytes(talked.error())));
      if (talked.error().code != Errc::unavailable) say(talked.error().detail);
    }
    const std::scoped_lock lock{mutex_};
    peer.channel.reset();
  }
  peer.over = true;
}

Status Receiver::Impl::converse(Peer& peer, Channel& channel) {
  LETHE_CHECK(greet(peer, channel));
  channel.set_patience(std::chrono::seconds{0});  // a quiet night is no error
  while (!stopping_) {
    LETHE_TRY(const Frame frame, channel.receive());
    channel.set_patience(std::chrono::seconds{30});
    LETHE_CHECK(answer(channel, frame));
    channel.set_patience(std::chrono::seconds{0});
  }
  return {};
}

Status Receiver::Impl::greet(Peer& peer, Channel& channel) {
  LETHE_TRY(const Frame hello, channel.receive(kFirstFrameBytesMax));
  const ByteView body{hello.body};
  if (hello.message != Message::hello || body.size() != kHelloBytes) {
    return fail(Errc::forbidden, "a stranger called");
  }
  PairingSecret secret{};
  std::ranges::copy(body.subspan(8), secret.begin());
  // Hashes are compared, so that the time it takes tells nothing of the secret.
  const bool known = hash_of(secret) == secret_hash_;
  wipe(secret.data(), secret.size());
  if (!known) return fail(Errc::forbidden, "the pairing secret is not the one of this receiver");
  if (read_u64(body.first(8)) != kWireVersion) {
    return fail(Errc::conflict, "keyring and receiver are of different versions of Lethe");
  }
  {
    const std::scoped_lock lock{mutex_};
    for (const Peer& other : peers_) {
      if (&other != &peer && other.known && other.channel) other.channel->interrupt();
    }
    peer.known = true;
  }
  const std::scoped_lock lock{following_};
  return channel.send(Message::state, state_bytes(site_->head(), site_->has_its_root()));
}

Status Receiver::Impl::answer(Channel& channel, const Frame& frame) {
  const std::scoped_lock lock{following_};
  if (frame.message == Message::fetch) {
    if (!site_->has_its_root()) return fail(Errc::conflict, "there is no keyring here yet");
    return send_snapshot(channel, *site_);
  }
  LETHE_CHECK(follow(channel, frame));
  return channel.send(Message::state, state_bytes(site_->head(), site_->has_its_root()));
}

Status Receiver::Impl::follow(Channel& channel, const Frame& frame) {
  switch (frame.message) {
    case Message::root:
      return write_root(frame.body);
    case Message::apply:
      return apply(frame.body);
    case Message::finish: {
      LETHE_CHECK(site_->finish_turn());
      return {};
    }
    case Message::snapshot:
      return take_snapshot(channel, frame);
    default:
      return fail(Errc::conflict, "a message that is none");
  }
}

// Only into the spare slot: the root in use is never written over.
Status Receiver::Impl::write_root(ByteView body) {
  if (body.size() != 8 + ports::kRootSize) return std::unexpected(out_of_turn());
  const std::uint64_t generation = read_u64(body.first(8));
  if (generation != site_->head().generation + 1) return std::unexpected(out_of_turn());
  return site_->slots().write(generation, ports::RootView{body.data() + 8, ports::kRootSize});
}

Status Receiver::Impl::apply(ByteView body) {
  std::array<Head, 2> heads;
  for (Head& head : heads) {
    if (body.size() < 8 || read_u64(body.first(8)) > body.size() - 8) {
      return std::unexpected(out_of_turn());
    }
    const auto size = static_cast<std::size_t>(read_u64(body.first(8)));
    LETHE_TRY(head, decode_head(body.subspan(8, size)));
    body = body.subspan(8 + size);
  }
  const auto& [former, next] = heads;
  const Head& held = site_->head();
  const bool follows = former == held && next.sequence == held.sequence + 1 &&
                       (held.workspace == 0 || next.workspace == held.workspace) &&
                       next.generation - held.generation <= 1;
  if (!follows) return std::unexpected(out_of_turn());
  LETHE_TRY(const auto batch, decode_batch(body));
  return site_->apply(batch, next);
}

Status Receiver::Impl::take_snapshot(Channel& channel, const Frame& frame) {
  LETHE_TRY(const Head head, head_of_snapshot(frame));
  if (site_->has_its_root()) {
    LETHE_TRY(const Newer newer, compare(head, site_->head()));
    if (newer == Newer::second) return std::unexpected(out_of_turn());
  }
  LETHE_CHECK(receive_snapshot(channel, frame, *site_));
  say("a whole copy of the keyring was taken, sequence " + std::to_string(head.sequence));
  return {};
}

Result<std::unique_ptr<Receiver>> Receiver::start(const ReceiverOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  LETHE_CHECK(impl->start());
  return std::unique_ptr<Receiver>{new Receiver{std::move(impl)}};
}

Receiver::Receiver(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Receiver::~Receiver() = default;
std::string Receiver::address() const { return impl_->address(); }
std::optional<std::string> Receiver::pairing() const { return impl_->pairing; }

}  // namespace lethe::keyring_files
