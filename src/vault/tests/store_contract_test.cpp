#include "fixture.h"
#include "support/keyring_store_contract.h"

namespace lethe::vault {
namespace {

TEST_CASE("the keyring in memory that these tests use keeps the store's contract") {
  lethe::test::check_keyring_store([] { return std::make_unique<lethe::test::MemoryKeyring>(); });
}

}  // namespace
}  // namespace lethe::vault
