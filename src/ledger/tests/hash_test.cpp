#include "lethe/ledger/hash.h"

#include <doctest/doctest.h>

#include "lethe/base/encoding.h"
#include "naive_tree.h"

using namespace lethe;
using namespace lethe::ledger;

TEST_CASE("the empty tree and its leaves have the hashes that RFC 6962's test vectors say") {
  CHECK(to_hex(empty_root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(leaf_hash({})) ==
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  CHECK(to_hex(leaf_hash(as_bytes("L123456"))) ==
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
}

TEST_CASE("a node has the hash that the reference implementation's test vector says") {
  const Bytes left = to_bytes("N123");
  const Bytes right = to_bytes("N456");
  // The vector joins two texts; node_hash joins two hashes, so the prefix is checked by hand.
  CHECK(to_hex(sha256({Bytes{0x01}, left, right})) ==
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
  CHECK(node_hash(leaf_hash(left), leaf_hash(right)) ==
        sha256({Bytes{0x01}, leaf_hash(left), leaf_hash(right)}));
}

TEST_CASE("the trees of the reference implementation's eight leaves have its roots") {
  const char* const inputs[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < std::size(inputs); ++i) {
    leaves.push_back(leaf_hash(*parse_hex(inputs[i])));
    CHECK(to_hex(test::naive_root(leaves)) == roots[i]);
  }
}

TEST_CASE("a hash in text is 44 characters of base64 and nothing else") {
  const Hash hash = empty_root();
  CHECK(*parse_hash(to_base64(hash)) == hash);
  CHECK_FALSE(parse_hash(""));
  CHECK_FALSE(parse_hash(to_base64(hash).substr(0, 43)));
  CHECK_FALSE(parse_hash(to_base64(hash) + "A"));
  std::string other_spelling = to_base64(hash);
  other_spelling[42] = static_cast<char>(other_spelling[42] + 1);  // bits that decode to nothing
  CHECK_FALSE(parse_hash(other_spelling));
}
