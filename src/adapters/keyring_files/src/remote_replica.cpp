#include "remote_replica.h"

#include "batch_bytes.h"
#include "pairing.h"
#include "snapshot.h"

namespace lethe::keyring_files {
namespace {

// Intake waits this long at most when the other host vanished without a word.
constexpr std::chrono::seconds kConnectPatience{3};

void append_u64(Bytes& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

}  // namespace

Result<std::unique_ptr<Replica>> RemoteReplica::open(const std::string& url,
                                                     const std::string& pairing_file) {
  LETHE_TRY(Pairing pairing, read_pairing(pairing_file));
  LETHE_TRY(const HostPort where,
            parse_host_port(std::string_view{url}.substr(kReceiverScheme.size())));
  LETHE_TRY(TlsContext context, pinned_context(pairing.receiver));
  std::unique_ptr<RemoteReplica> remote{new RemoteReplica{url, std::move(context)}};
  LETHE_TRY(const int descriptor, connect_to(where, kConnectPatience));
  LETHE_TRY(remote->channel_, Channel::connect(descriptor, *remote->context_));
  Bytes hello;
  append_u64(hello, kWireVersion);
  append(hello, pairing.secret);
  LETHE_CHECK(remote->ask(Message::hello, hello));
  return remote;
}

Status RemoteReplica::ask(Message message, ByteView body) {
  LETHE_CHECK(channel_->send(message, body));
  return read_state();
}

Status RemoteReplica::read_state() {
  LETHE_TRY(const Frame frame, channel_->receive());
  LETHE_TRY(RemoteState state, parse_state(frame));
  head_ = std::move(state.head);
  has_root_ = state.has_root;
  return {};
}

Status RemoteReplica::apply(const ports::KeyringBatch& batch, const Head& next) {
  Bytes body;
  for (const Head* head : {&std::as_const(head_), &next}) {
    const Bytes bytes = encode(*head);
    append_u64(body, bytes.size());
    append(body, bytes);
  }
  append(body, encode(batch));
  LETHE_CHECK(ask(Message::apply, body));
  return head_ == next ? Status{} : fail(Errc::unavailable, url_ + " did not follow");
}

Status RemoteReplica::write_root(std::uint64_t generation, ports::RootView root) {
  Bytes body;
  append_u64(body, generation);
  append(body, root);
  return ask(Message::root, body);
}

Status RemoteReplica::finish_turn() { return ask(Message::finish, {}); }

Status RemoteReplica::copy_from(Site& primary) {
  LETHE_CHECK(send_snapshot(*channel_, primary));
  LETHE_CHECK(read_state());
  const bool same = has_root_ && head_ == primary.head();
  return same ? Status{} : fail(Errc::unavailable, url_ + " did not follow");
}

Status RemoteReplica::copy_to(Site& primary) {
  LETHE_CHECK(channel_->send(Message::fetch, {}));
  LETHE_TRY(const Frame frame, channel_->receive());
  LETHE_CHECK(refusal_in(frame));
  return receive_snapshot(*channel_, frame, primary);
}

}  // namespace lethe::keyring_files
