#include <array>
#include <set>

#include "cell.h"
#include "fixture.h"
#include "lethe/base/encoding.h"

namespace lethe::vault {
namespace {

using namespace test;

// --- the format, against bytes made by libsodium from Python ---

class ListedRandom final : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 100;
};

std::string known_cell(std::string_view text) {
  std::array<std::uint8_t, kKeySize> key{};
  for (std::uint8_t i = 0; i < key.size(); ++i) key[i] = i;
  ListedRandom random;
  const Context context =
      cell_context(core::WorkspaceId::of(7), core::PersonId::of(0x0102030405060708), {3, 4, -5, 6});
  return to_hex(seal_cell({key, key_id_of(key)}, random, context, text));
}

TEST_CASE("a sealed cell has the bytes that the format says") {
  CHECK(known_cell("Ada Lovelace") ==
        "0101f39a2cad58411cd46465666768696a6b6c6d6e6f707172737475767778797a7b3d179890b341ffe7eb51fe"
        "5a266fbdc95bbb5271e42ccab08c5564a72b5e7810722a84f6ea22b83356ba363fa68b8af1");
}

TEST_CASE("texts below 256 bytes are padded to 32 bytes, longer ones only marked") {
  const auto size = [](std::size_t text) { return known_cell(std::string(text, 'x')).size() / 2; };
  CHECK(size(0) == 34 + 32 + 16);
  CHECK(size(31) == 34 + 32 + 16);
  CHECK(size(32) == 34 + 64 + 16);
  CHECK(size(255) == 34 + 256 + 16);
  CHECK(size(256) == 34 + 257 + 16);
  CHECK(size(255) <= 255 + kSealOverheadMax);
  CHECK(size(0) == kSealOverheadMax);
}

// --- sealing and opening ---

TEST_CASE("what was sealed opens, whatever its length and bytes") {
  Fixture f;
  for (const std::size_t size : {0, 1, 31, 32, 33, 255, 256, 257, 5000}) {
    std::string text(size, '\x80');
    if (size > 3) text[size - 1] = text[size - 2] = '\0';
    CHECK(f.opened(body_of(kAda), f.sealed(body_of(kAda), text)) == text);
  }
}

TEST_CASE("a committed key opens its cell after a new start, an uncommitted one is lost") {
  Fixture f;
  const Ciphertext kept = f.sealed(body_of(kAda), "kept");
  f.commit();
  const Ciphertext lost = f.sealed(body_of(kBob), "lost");
  f.reopen();
  CHECK(f.opened(body_of(kAda), kept) == "kept");
  CHECK(f.opened(body_of(kBob), lost) == "<erased>");
}

TEST_CASE("a key is in use before its commit") {
  Fixture f;
  CHECK_FALSE(*f.vault->has_key(body_of(kAda)));
  const Ciphertext cell = f.sealed(body_of(kAda), "at once");
  CHECK(f.opened(body_of(kAda), cell) == "at once");
  CHECK(*f.vault->has_key(body_of(kAda)));
  CHECK(*f.vault->has_any_key(kAda));
  CHECK_FALSE(*f.vault->has_any_key(kBob));
}

// --- C1: no cell passes for another ---

TEST_CASE("a cell moved to another column, row, table or version is refused as corrupt") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "secret");
  CHECK(f.opened(body_of(kAda), cell, {3, 4, 99, 1}) == "secret");
  CHECK(f.opened(body_of(kAda), cell, {2, 4, 99, 1}) == "<corrupt>");
  CHECK(f.opened(body_of(kAda), cell, {3, 5, 99, 1}) == "<corrupt>");
  CHECK(f.opened(body_of(kAda), cell, {3, 4, 98, 1}) == "<corrupt>");
  CHECK(f.opened(body_of(kAda), cell, {3, 4, 99, 2}) == "<corrupt>");
  CHECK(f.opened(body_of(kAda), cell, {3, 4, 99, 0}) == "<corrupt>");
}

TEST_CASE("a cell moved to another person, ticket or class is refused as corrupt") {
  Fixture f;
  const Ciphertext adas = f.sealed(body_of(kAda), "secret");
  for (const KeyRef& other : {body_of(kBob), body_of(kAda, kOtherTicket), KeyRef::profile(kAda),
                              KeyRef::of(kAda, kTicket, KeyClass::raw)}) {
    f.sealed(other, "so that the key exists");
    CHECK(f.opened(other, Ciphertext{{adas.bytes().begin(), adas.bytes().end()}, other.person}) ==
          "<corrupt>");
  }
  CHECK(f.opened(body_of(kBob), adas) == "<corrupt>");
}

TEST_CASE("two persons under one key would still not share cells: the person is authenticated") {
  Fixture f;
  const auto key = f.vault->retained_key(kNoon);
  const auto cell = f.vault->seal_retained(*key, kAda, kCell, Plaintext{"kept for a claim"});
  const Ciphertext bobs{{cell->bytes().begin(), cell->bytes().end()}, kBob};
  CHECK(f.vault->unseal_retained(*key, kCell, *cell)->reveal() == "kept for a claim");
  CHECK(f.vault->unseal_retained(*key, kCell, bobs).error().code == Errc::corrupt);
}

TEST_CASE("the same keys in another workspace open nothing") {
  Fixture f;
  f.sealed(body_of(kAda), "secret");
  f.commit();
  f.store.state.header->workspace = core::WorkspaceId::of(8);
  CHECK(Vault::open(f.store, f.random).error().code == Errc::corrupt);
}

TEST_CASE("a wrapped key moved to another person, ticket, class or serial is refused") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "secret");
  f.commit();
  const auto row = *f.store.state.keys.begin();
  for (int field = 0; field < 4; ++field) {
    auto name = row.first;
    if (field == 0) name.person = kAdasNeighbour.value();
    if (field == 1) name.ticket = kOtherTicket.value();
    if (field == 2) name.key_class = static_cast<std::uint8_t>(KeyClass::raw);
    if (field == 3) name.serial = 1;
    f.store.state.keys = {{name, row.second}};
    f.reopen();
    const KeyRef moved{core::PersonId::of(name.person), core::TicketId::of(name.ticket),
                       static_cast<KeyClass>(name.key_class)};
    CHECK(f.opened(moved, Ciphertext{{cell.bytes().begin(), cell.bytes().end()}, moved.person}) ==
          "<corrupt>");
  }
}

TEST_CASE("every flipped bit of a cell is noticed") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "secret");
  for (std::size_t bit = 0; bit < cell.bytes().size() * 8; ++bit) {
    Bytes changed{cell.bytes().begin(), cell.bytes().end()};
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    const auto opened = f.vault->unseal(body_of(kAda), kCell, Ciphertext{changed, kAda});
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == (bit < 16 ? Errc::unsupported : Errc::corrupt));
  }
}

TEST_CASE("a cell cut off anywhere is refused") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "secret");
  for (std::size_t size = 0; size < cell.bytes().size(); ++size) {
    const auto first = cell.bytes().first(size);
    CHECK(f.opened(body_of(kAda), Ciphertext{{first.begin(), first.end()}, kAda}) == "<corrupt>");
  }
}

// --- C2: nonces ---

TEST_CASE("the same text sealed many times never has the same nonce or bytes") {
  Fixture f;
  std::set<Bytes> nonces;
  constexpr std::size_t kSeals = 20'000;
  for (std::size_t i = 0; i < kSeals; ++i) {
    const Ciphertext cell = f.sealed(body_of(kAda), "same");
    const ByteView nonce = cell.bytes().subspan(10, 24);
    nonces.emplace(nonce.begin(), nonce.end());
  }
  CHECK(nonces.size() == kSeals);
}

// --- limits ---

TEST_CASE("more persons than the cache holds can be sealed for, committed and read back") {
  Fixture f;
  constexpr std::int64_t kPersons = 10'000;  // more than the cache and than may be pending
  std::vector<Ciphertext> cells;
  for (std::int64_t i = 1; i <= kPersons; ++i) {
    const core::PersonId person = core::PersonId::of(100'000 + i * 7);
    cells.push_back(f.sealed(KeyRef::profile(person), std::to_string(i)));
  }
  f.commit();
  CHECK(f.vault->counts()->persons == kPersons);
  for (std::int64_t i = 1; i <= kPersons; i += 13) {
    const core::PersonId person = core::PersonId::of(100'000 + i * 7);
    CHECK(f.opened(KeyRef::profile(person), cells[static_cast<std::size_t>(i - 1)]) ==
          std::to_string(i));
  }
}

TEST_CASE("a refused commit keeps the keys pending, and the next one writes them") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "waits");
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  REQUIRE(f.vault->append_note(1, kNoon, kAda, Plaintext{"note"}).has_value());
  f.store.refuse_writes = true;
  CHECK(f.vault->commit().error().code == Errc::unavailable);
  CHECK(f.opened(body_of(kAda), cell) == "waits");
  CHECK(*f.vault->find_person("ada@example.org") == kAda);
  f.store.refuse_writes = false;
  const std::uint64_t before = f.vault->sequence();
  CHECK(*f.vault->commit() == before + 1);
  CHECK(*f.vault->commit() == before + 1);  // nothing is left to write
  f.reopen();
  CHECK(f.opened(body_of(kAda), cell) == "waits");
  CHECK(*f.vault->find_person("ada@example.org") == kAda);
  CHECK(f.vault->notes_after(std::nullopt)->size() == 1);
}

TEST_CASE("a keyring of a newer version is refused") {
  Fixture f;
  f.store.state.header->format = 2;
  CHECK(Vault::open(f.store, f.random).error().code == Errc::unsupported);
}

TEST_CASE("an empty store has nothing to open") {
  lethe::test::MemoryKeyring store;
  lethe::test::FixedRandom random;
  CHECK(Vault::open(store, random).error().code == Errc::not_found);
}

}  // namespace
}  // namespace lethe::vault
