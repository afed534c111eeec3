#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "lethe/vault/vault.h"
#include "support/fixed_random.h"
#include "support/memory_keyring.h"

namespace lethe::vault::test {

inline const core::PersonId kAda = core::PersonId::of(5001);
inline const core::PersonId kBob = core::PersonId::of(5002);
inline const core::PersonId kAdasNeighbour = core::PersonId::of(5001 + 3 * 1024);  // same bucket
inline const core::TicketId kTicket = core::TicketId::of(70);
inline const core::TicketId kOtherTicket = core::TicketId::of(71);
inline const CellRef kCell{3, 4, 99, 1};
inline const Instant kNoon = instant_of(1'790'000'000);  // September 2026

inline KeyRef body_of(core::PersonId person, core::TicketId ticket = kTicket) {
  return KeyRef::of(person, ticket, KeyClass::body);
}

struct Fixture {
  lethe::test::MemoryKeyring store;
  lethe::test::FixedRandom random;
  std::unique_ptr<Vault> vault;

  explicit Fixture(std::int64_t workspace = 7) {
    REQUIRE(Vault::create(store, random, core::WorkspaceId::of(workspace)).has_value());
    reopen();
  }
  void reopen() {
    auto opened = Vault::open(store, random);
    REQUIRE(opened.has_value());
    vault = std::move(*opened);
  }
  Ciphertext sealed(const KeyRef& key, std::string_view text, const CellRef& cell = kCell) {
    auto result = vault->seal(key, cell, Plaintext{text});
    REQUIRE(result.has_value());
    return std::move(*result);
  }
  // What unseal() says: the text, or the name of the error.
  std::string opened(const KeyRef& key, const Ciphertext& cell_bytes, const CellRef& cell = kCell) {
    const auto text = vault->unseal(key, cell, cell_bytes);
    return text ? std::string{text->reveal()} : "<" + std::string{name_of(text.error().code)} + ">";
  }
  void commit() { REQUIRE(vault->commit().has_value()); }
  PunctureReceipt erase(core::PersonId person) {
    const auto receipt = vault->puncture({.persons = {person}, .at = kNoon});
    REQUIRE(receipt.has_value());
    return *receipt;
  }
};

}  // namespace lethe::vault::test
