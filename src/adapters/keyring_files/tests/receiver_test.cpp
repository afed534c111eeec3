#include "lethe/keyring_files/receiver.h"

#include "batch_bytes.h"
#include "pairing.h"
#include "place.h"
#include "remote_replica.h"

namespace lethe::keyring_files {
namespace {

using namespace test;
using ports::ReplicaState;

// A keyring here and a receiver there, paired; the receiver can be ended and started again.
struct TwoHosts {
  TemporaryDirectory directory;
  KeyringPaths paths;
  std::unique_ptr<Receiver> receiver;
  std::string address = "127.0.0.1:0";

  TwoHosts() {
    start();
    REQUIRE(receiver->pairing().has_value());
    write_pairing(*receiver->pairing());
    paths = {(directory.path() / "keyring").string(), "tcp+tls://" + address, pairing_file()};
  }
  void start() {
    auto started = Receiver::start({.directory = there(), .listen = address});
    INFO((started ? std::string{} : started.error().detail));
    REQUIRE(started.has_value());
    receiver = std::move(*started);
    address = receiver->address();
  }
  void make() const {
    auto files = KeyringFiles::make(paths);
    INFO((files ? std::string{} : files.error().detail));
    REQUIRE(files.has_value());
    REQUIRE(vault::Vault::create(**files, system_random(), core::WorkspaceId::of(7)).has_value());
  }
  void write_pairing(std::string_view line) const {
    std::ofstream{pairing_file()} << line << "\n";
    fs::permissions(pairing_file(), fs::perms{0600});
  }
  [[nodiscard]] std::string there() const { return (directory.path() / "there").string(); }
  [[nodiscard]] std::string pairing_file() const { return (directory.path() / "pairing").string(); }
  [[nodiscard]] KeyringPaths only_there() const { return {there(), std::nullopt}; }
  [[nodiscard]] KeyringPaths only_here() const { return {paths.primary, std::nullopt}; }
};

Cells two_persons(const TwoHosts& hosts) {
  Open open{hosts.paths};
  Cells cells{open.sealed(kAda, "Ada"), open.sealed(kBob, "Bob")};
  REQUIRE(open.vault->commit().has_value());
  return cells;
}

TEST_CASE("a receiver holds the same after every commit and turn") {
  TwoHosts hosts;
  hosts.make();
  const Cells cells = two_persons(hosts);
  {
    Open open{hosts.paths};
    CHECK(open.files->replica_state() == ReplicaState::current);
    CHECK(open.files->recovery() == Recovery::none);
    REQUIRE(open.erase(kAda).has_value());
  }
  hosts.receiver.reset();
  for (const KeyringPaths& alone : {hosts.only_here(), hosts.only_there()}) {
    Open open{alone};
    CHECK(open.text_of(kAda, cells.ada) == "<erased>");
    CHECK(open.text_of(kBob, cells.bob) == "Bob");
    CHECK(filled_slots(alone.primary) == 1);
  }
}

TEST_CASE("receiver away: keys are made on, erasures wait; when it is back it has everything") {
  TwoHosts hosts;
  hosts.make();
  const Cells cells = two_persons(hosts);
  Open open{hosts.paths};
  hosts.receiver.reset();
  CHECK(open.erase(kAda).error().code == Errc::unavailable);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
  const Ciphertext later = open.sealed(core::PersonId::of(9), "intake goes on");
  CHECK(open.vault->commit().has_value());
  CHECK(open.files->replica_state() == ReplicaState::behind);
  CHECK_FALSE(open.files->replica_trouble().empty());

  hosts.start();
  REQUIRE(open.erase(kAda).has_value());
  CHECK(open.files->replica_state() == ReplicaState::current);
  hosts.receiver.reset();
  Open other{hosts.only_there()};
  CHECK(other.text_of(kAda, cells.ada) == "<erased>");
  CHECK(other.text_of(core::PersonId::of(9), later) == "intake goes on");
}

TEST_CASE("a lost keyring comes back whole from the receiver") {
  TwoHosts hosts;
  hosts.make();
  const Cells cells = two_persons(hosts);
  fs::remove_all(hosts.paths.primary);
  fs::create_directory(hosts.paths.primary);
  fs::permissions(hosts.paths.primary, fs::perms{0700});
  Open open{hosts.paths};
  CHECK(open.files->recovery() == Recovery::primary_refilled);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
  CHECK_FALSE(fs::exists(fs::path{hosts.paths.primary} / "incoming"));
}

TEST_CASE("a receiver added later, or emptied, is filled") {
  TwoHosts hosts;
  Place place;
  const Cells cells = test::two_persons(place);
  place.paths.replica = hosts.paths.replica;
  place.paths.replica_pairing_file = hosts.paths.replica_pairing_file;
  {
    Open open{place.paths};
    CHECK(open.files->replica_state() == ReplicaState::current);
    CHECK(open.files->recovery() == Recovery::replica_refilled);
  }
  hosts.receiver.reset();
  CHECK_FALSE(fs::exists(fs::path{hosts.there()} / "incoming"));
  Open other{hosts.only_there()};
  CHECK(other.text_of(kAda, cells.ada) == "Ada");
}

TEST_CASE("a receiver never goes back: an older keyring is refilled from it instead") {
  TwoHosts hosts;
  hosts.make();
  const Cells cells = two_persons(hosts);
  const fs::path older = hosts.directory.path() / "older";
  fs::copy(hosts.paths.primary, older, fs::copy_options::recursive);
  {
    Open open{hosts.paths};
    REQUIRE(open.erase(kAda).has_value());
  }
  fs::remove_all(hosts.paths.primary);
  fs::copy(older, hosts.paths.primary, fs::copy_options::recursive);
  Open open{hosts.paths};
  CHECK(open.text_of(kAda, cells.ada) == "<erased>");
}

TEST_CASE("a receiver refuses the keyring of another workspace, and keeps what it has") {
  TwoHosts hosts;
  hosts.make();
  const Cells cells = two_persons(hosts);
  KeyringPaths other{(hosts.directory.path() / "other").string(), std::nullopt};
  auto files = KeyringFiles::make(other);
  REQUIRE(files.has_value());
  REQUIRE(vault::Vault::create(**files, system_random(), core::WorkspaceId::of(8)).has_value());
  files->reset();
  other.replica = hosts.paths.replica;
  other.replica_pairing_file = hosts.paths.replica_pairing_file;
  CHECK_FALSE(KeyringFiles::open(other).has_value());
  Open open{hosts.paths};
  CHECK(open.files->replica_state() == ReplicaState::current);
  CHECK(open.text_of(kBob, cells.bob) == "Bob");
}

TEST_CASE("neither another certificate nor another secret is spoken to") {
  TwoHosts hosts;
  hosts.make();
  two_persons(hosts);
  const Pairing right = *read_pairing(hosts.pairing_file());
  for (const bool wrong_certificate : {true, false}) {
    Pairing wrong = right;
    (wrong_certificate ? wrong.receiver : wrong.secret)[31] ^= 1;
    hosts.write_pairing(pairing_line(wrong));
    const auto opened = RemoteReplica::open(*hosts.paths.replica, hosts.pairing_file());
    CAPTURE(wrong_certificate);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == Errc::forbidden);
  }
  hosts.write_pairing(pairing_line(right));
  CHECK(RemoteReplica::open(*hosts.paths.replica, hosts.pairing_file()).has_value());
}

TEST_CASE("a pairing file that others can read, or that holds anything else, is refused") {
  TwoHosts hosts;
  const std::string line = *hosts.receiver->pairing();
  CHECK(parse_pairing(line + "\r\n").has_value());
  for (const std::string& other : {std::string{}, line.substr(1), line + "0",
                                   line.substr(0, line.size() - 1), line.substr(0, 20)}) {
    CHECK(parse_pairing(other).error().code == Errc::invalid_argument);
  }
  fs::permissions(hosts.pairing_file(), fs::perms{0640});
  CHECK(read_pairing(hosts.pairing_file()).error().code == Errc::forbidden);
  CHECK(read_pairing("/nowhere/at/all").error().code == Errc::not_found);
}

TEST_CASE("the secret is printed on the first start only, and the pairing holds over a restart") {
  TwoHosts hosts;
  hosts.make();
  hosts.receiver.reset();
  hosts.start();
  CHECK_FALSE(hosts.receiver->pairing().has_value());
  Open open{hosts.paths};
  CHECK(open.files->replica_state() == ReplicaState::current);
  const auto second = Receiver::start({.directory = hosts.there(), .listen = "127.0.0.1:0"});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == Errc::busy);
}

TEST_CASE("a receiver takes only what follows: no gap, no repetition, no older root") {
  TwoHosts hosts;
  hosts.make();
  two_persons(hosts);
  const auto open = [&] {
    return std::move(*RemoteReplica::open(*hosts.paths.replica, hosts.pairing_file()));
  };
  const Head held = open()->head();
  const auto next = [&](std::uint64_t sequence, std::uint64_t generation, std::int64_t workspace) {
    return Head{workspace, sequence, generation, held.stamp};
  };
  CHECK_FALSE(open()->apply({}, next(held.sequence + 2, held.generation, 7)).has_value());
  CHECK_FALSE(open()->apply({}, next(held.sequence, held.generation, 7)).has_value());
  CHECK_FALSE(open()->apply({}, next(held.sequence + 1, held.generation + 2, 7)).has_value());
  CHECK_FALSE(open()->apply({}, next(held.sequence + 1, held.generation - 1, 7)).has_value());
  CHECK_FALSE(open()->apply({}, next(held.sequence + 1, held.generation, 8)).has_value());
  const std::array<std::uint8_t, ports::kRootSize> root{};
  CHECK_FALSE(open()->write_root(held.generation, root).has_value());
  CHECK(open()->head() == held);
  CHECK(open()->apply({}, next(held.sequence + 1, held.generation, 7)).has_value());
}

TEST_CASE("a batch survives the wire whole, and no cut of it passes for one") {
  ports::KeyringBatch batch;
  batch.removed_keys = {{1, 2, 3, 4, 5}};
  batch.removed_named = {{1, 2}};
  batch.removed_addresses = {to_bytes("digest")};
  batch.removed_journal_of = {kAda};
  batch.removed_tombstones_below = 9;
  batch.removed_history_before = kNoon;
  batch.content_keys = {{{1, 2, 3, 4, 5}, to_bytes("wrapped")}};
  batch.buckets = {{7, to_bytes("bucket")}};
  batch.named = {{{3, 4}, kNoon, to_bytes("named")}};
  batch.addresses = {{to_bytes("address"), kBob}};
  batch.tombstones = {{5, to_bytes("tombstone")}};
  batch.punctures = {{1, kNoon, kAda, core::TicketId::of(8), std::uint8_t{2}},
                     {2, kNoon, kBob, std::nullopt, std::nullopt}};
  batch.retired_keys = {{77, kNoon}};
  batch.journal = {{1, 2, kNoon, kAda, to_bytes("note")}};
  batch.stamp.fill(3);
  const Bytes bytes = encode(batch);
  const auto back = decode_batch(bytes);
  REQUIRE(back.has_value());
  CHECK(encode(*back) == bytes);
  CHECK(back->punctures[0].ticket == core::TicketId::of(8));
  CHECK(back->addresses[0].person == kBob);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_batch(ByteView{bytes}.first(size)).has_value());
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode_batch(longer).has_value());
  // Any byte may be anything: refused or not, nothing beyond the message is touched.
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes wild = bytes;
    wild[at] = 0xff;
    static_cast<void>(decode_batch(wild));
  }
}

TEST_CASE("a second connection of the sender takes the place of the first") {
  TwoHosts hosts;
  hosts.make();
  Open open{hosts.paths};
  auto second = RemoteReplica::open(*hosts.paths.replica, hosts.pairing_file());
  REQUIRE(second.has_value());
  // The first finds out, and calls again: what it commits is there.
  const Ciphertext cell = open.sealed(kAda, "Ada");
  REQUIRE(open.vault->commit().has_value());
  open.sealed(kBob, "Bob");
  REQUIRE(open.vault->commit().has_value());
  CHECK(open.files->replica_state() == ReplicaState::current);
  hosts.receiver.reset();
  Open other{hosts.only_there()};
  CHECK(other.text_of(kAda, cell) == "Ada");
}

}  // namespace
}  // namespace lethe::keyring_files
