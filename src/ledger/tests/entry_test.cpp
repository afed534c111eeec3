#include "lethe/ledger/entry.h"

#include <doctest/doctest.h>

using namespace lethe;
using namespace lethe::ledger;

TEST_CASE("an entry says a commitment and an hour, and nothing finer") {
  const Entry entry{EntryType::erasure, empty_root(), *parse_rfc3339("2026-11-17T10:59:59Z")};
  const std::string text = compose(entry);
  CHECK(text == R"({"v":1,"type":"erasure","c":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",)"
                R"("t":"2026-11-17T10:00:00Z"})");
  const auto parsed = parse_entry(text);
  REQUIRE(parsed);
  CHECK(parsed->commitment == empty_root());
  CHECK(parsed->hour == *parse_rfc3339("2026-11-17T10:00:00Z"));
}

TEST_CASE("every type of entry is read back as it was written") {
  for (const EntryType type : {EntryType::erasure, EntryType::retention_run, EntryType::breach,
                               EntryType::policy_change, EntryType::key_turn, EntryType::audit}) {
    CHECK(parse_entry(compose(Entry{type, Hash{}, instant_of(0)}))->type == type);
  }
}

TEST_CASE("an entry that is cut, changed in form or extended is refused") {
  const std::string text = compose(Entry{EntryType::erasure, Hash{}, instant_of(7200)});
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(parse_entry(std::string_view{text}.substr(0, size)));
  }
  const auto with = [&text](std::string_view from, std::string_view to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {text + " ", " " + text, with("erasure", "removal"), with("\"v\":1", "\"v\":2"),
        with("02:00:00Z", "02:00:01Z"), with("02:00:00Z", "03:00:00+01:00"), with("\"t\"", "\"u\""),
        with(",\"c\"", ", \"c\"")}) {
    CHECK_FALSE(parse_entry(bad));
  }
}

TEST_CASE("the same statement under another salt is another entry") {
  const auto statement = as_bytes("{}");
  Salt salt{};
  const Hash first = commitment_of(salt, statement);
  salt[31] = 1;
  CHECK(commitment_of(salt, statement) != first);
  CHECK(first == sha256({Salt{}, statement}));
}
