#include <algorithm>
#include <cctype>
#include <set>

#include "aead.h"
#include "fixture.h"
#include "lethe/base/encoding.h"

namespace lethe::vault {
namespace {

using namespace test;

TEST_CASE("a keyed digest has the bytes that BLAKE2b says") {
  std::array<std::uint8_t, kKeySize> key{};
  for (std::uint8_t i = 0; i < key.size(); ++i) key[i] = i;
  std::array<std::uint8_t, 16> digest{};
  const std::uint8_t prefix = 1;
  keyed_hash(key, ByteView{&prefix, 1}, as_bytes("hello"), digest);
  CHECK(to_hex(digest) == "52167162f3627ca2cad9f410f3647b43");
}

// --- addresses ---

TEST_CASE("a person is found by address, before and after the commit") {
  Fixture f;
  CHECK(*f.vault->find_person("ada@example.org") == std::nullopt);
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  CHECK(*f.vault->find_person("ada@example.org") == kAda);
  f.commit();
  f.reopen();
  CHECK(*f.vault->find_person("ada@example.org") == kAda);
  CHECK(*f.vault->find_person("Ada@example.org") == std::nullopt);
}

TEST_CASE("an address belongs to one person until it is given up") {
  Fixture f;
  REQUIRE(f.vault->index_address(kAda, "shared@example.org").has_value());
  CHECK(f.vault->index_address(kBob, "shared@example.org").error().code == Errc::already_exists);
  CHECK(f.vault->index_address(kAda, "shared@example.org").has_value());
  f.commit();
  CHECK(f.vault->index_address(kBob, "shared@example.org").error().code == Errc::already_exists);
  REQUIRE(f.vault->unindex_address("shared@example.org").has_value());
  CHECK(*f.vault->find_person("shared@example.org") == std::nullopt);
  CHECK(f.vault->index_address(kBob, "shared@example.org").has_value());
  f.commit();
  f.reopen();
  CHECK(*f.vault->find_person("shared@example.org") == kBob);
}

TEST_CASE("an erased person's address leads nowhere and leaves a tombstone") {
  Fixture f;
  f.sealed(body_of(kAda), "x");
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  REQUIRE(f.vault->index_address(kBob, "bob@example.org").has_value());
  CHECK_FALSE(*f.vault->is_tombstoned("ada@example.org"));
  f.erase(kAda);
  for (int start = 0; start < 2; ++start) {
    CHECK(*f.vault->find_person("ada@example.org") == std::nullopt);
    CHECK(*f.vault->is_tombstoned("ada@example.org"));
    CHECK_FALSE(*f.vault->is_tombstoned("bob@example.org"));
    CHECK(*f.vault->find_person("bob@example.org") == kBob);
    f.reopen();
  }
  // Live mail makes a new person.
  const core::PersonId again = core::PersonId::of(777);
  CHECK(f.vault->index_address(again, "ada@example.org").has_value());
  CHECK(*f.vault->is_tombstoned("ada@example.org"));
}

TEST_CASE("a person with an address and no key is erased too") {
  Fixture f;
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  f.erase(kAda);
  CHECK(*f.vault->find_person("ada@example.org") == std::nullopt);
  CHECK(*f.vault->is_tombstoned("ada@example.org"));
  CHECK(f.vault->punctures_of(kAda)->size() == 1);
}

TEST_CASE("the keyring holds no address in clear or as a plain hash") {
  Fixture f;
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  f.commit();
  REQUIRE(f.store.state.addresses.size() == 1);
  const Bytes& digest = f.store.state.addresses.begin()->first;
  CHECK(digest.size() == 32);
  lethe::test::FixedRandom other{99};
  lethe::test::MemoryKeyring fresh;
  REQUIRE(Vault::create(fresh, other, core::WorkspaceId::of(8)).has_value());
  auto vault = Vault::open(fresh, other);
  REQUIRE((*vault)->index_address(kAda, "ada@example.org").has_value());
  REQUIRE((*vault)->commit().has_value());
  CHECK(fresh.state.addresses.begin()->first != digest);
}

// --- digests ---

TEST_CASE("digests repeat, differ by purpose and survive a new start and a turn") {
  Fixture f;
  const auto mail = as_bytes("<id@example.org>");
  const Digest digest = f.vault->digest(DigestPurpose::message_id, mail);
  CHECK(f.vault->digest(DigestPurpose::message_id, mail) == digest);
  CHECK(f.vault->digest(DigestPurpose::duplicate, mail) != digest);
  CHECK(f.vault->digest(DigestPurpose::message_id, as_bytes("<other>")) != digest);
  REQUIRE(f.vault->turn_root().has_value());
  f.reopen();
  CHECK(f.vault->digest(DigestPurpose::message_id, mail) == digest);
}

// --- reply tokens ---

TEST_CASE("a reply token is 32 lower-case letters and digits and names its ticket in any case") {
  Fixture f;
  std::string token = f.vault->sign_reply(kTicket);
  CHECK(token.size() == 32);
  CHECK(std::ranges::all_of(
      token, [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0; }));
  CHECK(f.vault->verify_reply(token)->ticket == kTicket);
  std::ranges::transform(token, token.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  CHECK(f.vault->verify_reply(token)->ticket == kTicket);
}

TEST_CASE("a reply token with any character changed is refused") {
  Fixture f;
  const std::string token = f.vault->sign_reply(kTicket);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    CHECK(f.vault->verify_reply(changed).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("what is no token of ours is refused") {
  Fixture f;
  const std::string token = f.vault->sign_reply(kTicket);
  for (const std::string& wrong :
       {std::string{}, std::string{"reply"}, token + "a", token.substr(1), token + token,
        std::string(32, 'a'), std::string(32, '7'), std::string(32, '!')}) {
    CHECK(f.vault->verify_reply(wrong).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("another workspace's token is refused") {
  Fixture f;
  lethe::test::MemoryKeyring store;
  lethe::test::FixedRandom random{99};
  REQUIRE(Vault::create(store, random, core::WorkspaceId::of(7)).has_value());
  const auto other = Vault::open(store, random);
  CHECK_FALSE(f.vault->verify_reply((*other)->sign_reply(kTicket)).has_value());
}

TEST_CASE("Message-ID tokens name ticket and message and do not pass for reply tokens") {
  Fixture f;
  const std::string id = f.vault->sign_message_id(kTicket, core::MessageId::of(12));
  CHECK(id.size() == 45);
  const auto target = f.vault->verify_message_id(id);
  REQUIRE(target.has_value());
  CHECK(target->ticket == kTicket);
  CHECK(target->message == core::MessageId::of(12));
  CHECK_FALSE(f.vault->verify_reply(id).has_value());
  CHECK_FALSE(f.vault->verify_message_id(f.vault->sign_reply(kTicket)).has_value());
}

TEST_CASE("after a rotation new tokens use the new key and old ones verify until it is retired") {
  Fixture f;
  const std::string old = f.vault->sign_reply(kTicket);
  const auto next = f.vault->rotate_reply_key();
  REQUIRE(next.has_value());
  f.reopen();
  const std::string fresh = f.vault->sign_reply(kTicket);
  CHECK(f.vault->verify_reply(fresh)->key == *next);
  const std::uint16_t first = f.vault->verify_reply(old)->key;
  CHECK(f.vault->retire_reply_key(*next).error().code == Errc::conflict);
  REQUIRE(f.vault->retire_reply_key(first).has_value());
  CHECK_FALSE(f.vault->verify_reply(old).has_value());
  CHECK(f.vault->verify_reply(fresh).has_value());
  f.reopen();
  CHECK_FALSE(f.vault->verify_reply(old).has_value());
}

// --- search tokens ---

TEST_CASE("search tokens differ by kind and word and stay the same within an epoch") {
  Fixture f;
  std::set<std::uint64_t> tokens;
  for (const TokenKind kind : {TokenKind::word, TokenKind::prefix, TokenKind::email,
                               TokenKind::domain, TokenKind::person_word, TokenKind::person_prefix,
                               TokenKind::person_email, TokenKind::person_domain}) {
    for (const char* word : {"refund", "invoice", ""})
      tokens.insert(f.vault->search_token(kind, word));
  }
  CHECK(tokens.size() == 24);
  const std::uint64_t token = f.vault->search_token(TokenKind::word, "refund");
  f.reopen();
  CHECK(f.vault->search_token(TokenKind::word, "refund") == token);
  CHECK(*f.vault->search_token(f.vault->search_epoch(), TokenKind::word, "refund") == token);
}

TEST_CASE("a new search epoch has other tokens; the old key works until it is ended, then never") {
  Fixture f;
  const std::uint32_t old = f.vault->search_epoch();
  const std::uint64_t token = f.vault->search_token(TokenKind::word, "refund");
  const auto next = f.vault->begin_search_epoch();
  CHECK(f.vault->search_epoch() == *next);
  CHECK(f.vault->search_token(TokenKind::word, "refund") != token);
  CHECK(*f.vault->search_token(old, TokenKind::word, "refund") == token);
  CHECK(f.vault->end_search_epochs_before(*next + 1).error().code == Errc::conflict);
  REQUIRE(f.vault->end_search_epochs_before(*next).has_value());
  f.reopen();
  CHECK(f.vault->search_token(old, TokenKind::word, "x").error().code == Errc::not_found);
  CHECK(f.vault->search_epoch() == *next);
}

}  // namespace
}  // namespace lethe::vault
