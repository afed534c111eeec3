// ports::SearchIndex on each engine.
#include "lethe/sql/search_index.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::Document;
using ports::DocumentKey;
using ports::DocumentKind;
using ports::SearchIndex;
using ports::Token;
using Groups = std::vector<std::vector<Token>>;
using Ids = std::vector<std::int64_t>;

// As different in their first digits as keyed tokens are; the highest bit is set in some.
Token token(std::uint64_t n) { return (n + 1) * 0x9E3779B97F4A7C15U; }

std::vector<Token> tokens(std::initializer_list<std::uint64_t> numbers) {
  std::vector<Token> made;
  for (const std::uint64_t n : numbers) made.push_back(token(n));
  return made;
}

Document document(DocumentKind kind, std::int64_t id, std::int64_t of,
                  std::initializer_list<std::uint64_t> words) {
  return {{kind, id}, person(of), ticket(of), tokens(words)};
}
Document mail(std::int64_t id, std::int64_t of, std::initializer_list<std::uint64_t> words) {
  return document(DocumentKind::message, id, of, words);
}

Ids found(SearchIndex& index, const Groups& groups, int limit = 100) {
  Ids ids;
  for (const ports::Hit& hit : expect(index.query(groups, limit))) ids.push_back(hit.key.id);
  return ids;
}
Ids found(SearchIndex& index, std::uint64_t word) { return found(index, Groups{{token(word)}}); }

void on_each_index(const std::function<void(SearchIndex&)>& body) {
  on_each_engine([&](FreshDatabase& database) {
    const auto index = expect(sql::open_search_index(database.get()));
    body(*index);
  });
}

TEST_CASE("a query finds what holds a word of every group, newest first, and nothing for none") {
  on_each_index([](SearchIndex& index) {
    expect(index.apply({}, {mail(1, 1, {1, 2}), mail(2, 2, {2, 3}), mail(3, 17, {1, 3, 3})}));
    CHECK(found(index, 1) == Ids{3, 1});
    CHECK(found(index, Groups{{token(1), token(2)}}) == Ids{3, 2, 1});
    CHECK(found(index, Groups{{token(1)}, {token(3)}}) == Ids{3});
    CHECK(found(index, Groups{{token(1), token(2)}, {token(3), token(9)}}) == Ids{3, 2});
    CHECK(found(index, Groups{{token(1)}, {token(9)}}).empty());
    CHECK(found(index, Groups{{token(1), token(2)}}, 2) == Ids{3, 2});
    CHECK(found(index, Groups{}).empty());
    CHECK(found(index, Groups{{token(1)}, {}}).empty());
    CHECK(expect(index.document_count()) == 3);
  });
}

TEST_CASE("a hit says which document it is and whose; a document without ticket or word is kept") {
  on_each_index([](SearchIndex& index) {
    Document profile = document(DocumentKind::person, 5, 5, {1});
    profile.ticket.reset();
    expect(index.apply({}, {profile, mail(6, 5, {}), mail(7, 6, {1})}));
    const auto hits = expect(index.query({{token(1)}}, 10));
    REQUIRE(hits.size() == 2);
    CHECK(hits[1].key == profile.key);
    CHECK((hits[1].person == person(5) && !hits[1].ticket));
    CHECK((hits[0].person == person(6) && hits[0].ticket == ticket(6)));
    CHECK(expect(index.of_person(person(5))).size() == 2);
    CHECK(expect(index.of_person(person(9))).empty());
  });
}

TEST_CASE("adding a known message changes nothing; adding a known ticket or person replaces it") {
  on_each_index([](SearchIndex& index) {
    expect(index.apply({}, {mail(1, 1, {1})}));
    expect(index.apply({}, {mail(1, 1, {2})}));
    CHECK(found(index, 1) == Ids{1});
    CHECK(found(index, 2).empty());
    for (const DocumentKind kind : {DocumentKind::ticket, DocumentKind::person}) {
      expect(index.apply({}, {document(kind, 1, 1, {10, 11})}));
      expect(index.apply({}, {document(kind, 1, 1, {11, 12})}));
      expect(index.apply({}, {document(kind, 1, 1, {})}));
      expect(index.apply({}, {document(kind, 1, 1, {12, 13})}));
      CHECK(found(index, 10).empty());
      CHECK(found(index, 11).empty());
      CHECK(found(index, 13) == Ids{1});
      expect(index.apply({document(kind, 1, 1, {})}, {}));
      CHECK(found(index, 13).empty());
    }
    CHECK(expect(index.document_count()) == 1);
  });
}

TEST_CASE("a requester who changes moves the ticket's document to the other's shard") {
  on_each_index([](SearchIndex& index) {
    expect(index.apply({}, {document(DocumentKind::ticket, 1, 1, {1})}));
    expect(index.apply({}, {document(DocumentKind::ticket, 1, 2, {1})}));
    CHECK(found(index, 1) == Ids{1});
    CHECK(expect(index.of_person(person(1))).empty());
    CHECK(expect(index.of_person(person(2))).size() == 1);
  });
}

TEST_CASE("a removal happens once, one of the unknown not at all, and a redaction in one call") {
  on_each_index([](SearchIndex& index) {
    expect(index.apply({}, {mail(1, 1, {1, 2}), mail(2, 1, {1})}));
    expect(index.apply({mail(1, 1, {1, 2}), mail(1, 1, {1, 2}), mail(9, 1, {1})}, {}));
    expect(index.apply({mail(1, 1, {1, 2})}, {}));
    CHECK(found(index, 1) == Ids{2});
    CHECK(found(index, 2).empty());
    expect(index.apply({mail(2, 1, {1})}, {mail(2, 1, {5})}));
    CHECK(found(index, 1).empty());
    CHECK(found(index, 5) == Ids{2});
    expect(index.apply({}, {mail(1, 1, {1})}));
    CHECK(found(index, 1) == Ids{1});
  });
}

TEST_CASE("after any additions, replacements and removals a query finds what a list would") {
  on_each_index([](SearchIndex& index) {
    std::mt19937 dice{7};
    std::vector<std::set<std::uint64_t>> held(30);
    for (int step = 0; step < 150; ++step) {
      const std::size_t id = dice() % held.size();
      Document fresh = document(DocumentKind::ticket, static_cast<std::int64_t>(id) + 1,
                                static_cast<std::int64_t>(id % 5), {});
      held[id].clear();
      if (dice() % 4 == 0) {
        expect(index.apply({fresh}, {}));
        continue;
      }
      for (int n = 0; n < 4; ++n) held[id].insert(dice() % 8);
      for (const std::uint64_t word : held[id]) fresh.tokens.push_back(token(word));
      expect(index.apply({}, {fresh}));
    }
    for (std::uint64_t word = 0; word < 8; ++word) {
      Ids want;
      for (std::size_t id = 0; id < held.size(); ++id) {
        if (held[id].contains(word)) want.push_back(static_cast<std::int64_t>(id) + 1);
      }
      Ids got = found(index, word);
      std::ranges::sort(got);
      CHECK(got == want);
    }
  });
}

TEST_CASE("what the index was made with is absent in a new one and in one that was reset") {
  on_each_engine([](FreshDatabase& database) {
    auto index = expect(sql::open_search_index(database.get()));
    CHECK_FALSE(expect(index->made()));
    expect(index->set_made({3, 4, 5}));
    expect(index->set_made({3, 4, 6}));
    expect(index->apply({}, {mail(1, 1, {1})}));
    index.reset();
    index = expect(sql::open_search_index(database.get()));
    const auto made = expect(index->made());
    REQUIRE(made);
    CHECK((made->tokeniser_version == 3 && made->epoch == 4 && made->indexed_up_to == 6));
    CHECK(found(*index, 1) == Ids{1});

    expect(index->reset());
    CHECK_FALSE(expect(index->made()));
    CHECK(expect(index->document_count()) == 0);
    CHECK(found(*index, 1).empty());
    expect(index->apply({}, {mail(1, 1, {1})}));
    CHECK(found(*index, 1) == Ids{1});
  });
}

TEST_CASE("two indexes in one server do not take each other for made") {
  on_each_engine([](FreshDatabase& first) {
    FreshDatabase second{first.address().engine};
    const auto one = expect(sql::open_search_index(first.get()));
    const auto two = expect(sql::open_search_index(second.get()));
    expect(one->apply({}, {mail(1, 1, {1})}));
    CHECK(expect(two->document_count()) == 0);
  });
}

TEST_CASE("scrubbing takes nothing from what stays, and the index goes on working") {
  on_each_index([](SearchIndex& index) {
    expect(index.apply({}, {mail(1, 1, {1, 2}), mail(2, 1, {1}), mail(3, 2, {1})}));
    expect(index.apply({mail(1, 1, {1, 2})}, {}));
    for (int twice = 0; twice < 2; ++twice) expect(index.scrub({person(1), person(2), person(3)}));
    CHECK(found(index, 1) == Ids{3, 2});
    CHECK(found(index, 2).empty());
    expect(index.apply({mail(2, 1, {1})}, {mail(4, 1, {2})}));
    CHECK(found(index, 1) == Ids{3});
    CHECK(found(index, 2) == Ids{4});
  });
}

// --- Bytes in the files --------------------------------------------------------------------------

std::string all_files_in(const std::string& directory) {
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    std::ostringstream read_in;
    read_in << std::ifstream{entry.path(), std::ios::binary}.rdbuf();
    bytes += read_in.str();
  }
  return bytes;
}

// Whether the token is there: as the last digits of its word (FTS5 cuts what two words begin with),
// or as the number kept for replacement.
bool holds_token(const std::string& bytes, Token wanted) {
  std::ostringstream digits;
  digits << std::hex << wanted;
  const std::string word = digits.str();
  const std::string tail = word.substr(word.size() - 12);
  std::string number;
  for (int shift = 56; shift >= 0; shift -= 8) number += static_cast<char>(wanted >> shift);
  return bytes.contains(tail) || bytes.contains(number) ||
         bytes.contains(std::string{number.rbegin(), number.rend()});
}

TEST_CASE("after an erasure is scrubbed no token of it is left in the files of SQLite") {
  FreshDatabase database{sql::Engine::sqlite};
  const auto index = expect(sql::open_search_index(database.get()));
  const auto erased = mail(1, 1, {100, 101, 102});
  const auto subject = document(DocumentKind::ticket, 1, 1, {103, 104});
  expect(index->apply({}, {erased, subject, mail(2, 1, {200}), mail(3, 2, {300})}));
  for (std::uint64_t n = 0; n < 40; ++n) {
    expect(index->apply({}, {mail(static_cast<std::int64_t>(n) + 10, 1, {n, n + 1})}));
  }
  const std::string before = all_files_in(database.directory());
  for (std::uint64_t n = 100; n <= 104; ++n) CHECK(holds_token(before, token(n)));

  expect(index->apply({erased, subject}, {}));
  expect(index->scrub({person(1)}));
  const std::string after = all_files_in(database.directory());
  for (std::uint64_t n = 100; n <= 104; ++n) {
    INFO(n);
    CHECK_FALSE(holds_token(after, token(n)));
  }
  CHECK(holds_token(after, token(200)));
  CHECK(holds_token(after, token(300)));
  CHECK(found(*index, 200) == Ids{2});
  expect(database.get().integrity_check());
}

TEST_CASE("a reset leaves no token in the files of SQLite") {
  FreshDatabase database{sql::Engine::sqlite};
  const auto index = expect(sql::open_search_index(database.get()));
  expect(index->apply({}, {mail(1, 1, {100}), document(DocumentKind::person, 2, 2, {101})}));
  const std::string before = all_files_in(database.directory());
  CHECK((holds_token(before, token(100)) && holds_token(before, token(101))));
  expect(index->reset());
  const std::string after = all_files_in(database.directory());
  CHECK_FALSE((holds_token(after, token(100)) || holds_token(after, token(101))));
}

// --- Shards --------------------------------------------------------------------------------------

constexpr sql::SearchShards kSmall{.documents_of_new_persons = 4, .documents_max = 6};

// Shard by document number, in the order in which they were added.
Ids shards_of_documents(FreshDatabase& database) {
  return expect(sql::all(*database.reader(), "SELECT shard FROM search_docs ORDER BY doc_id", {},
                         [](const sql::Row& row) { return row.int64(0); }));
}

void on_each_small_index(const std::function<void(FreshDatabase&, SearchIndex&)>& body) {
  on_each_engine([&](FreshDatabase& database) {
    const auto index = expect(sql::open_search_index(database.get(), kSmall));
    body(database, *index);
  });
}

void add_mails(SearchIndex& index, std::int64_t first, std::initializer_list<std::int64_t> of) {
  for (const std::int64_t person : of) expect(index.apply({}, {mail(first++, person, {1})}));
}

TEST_CASE(
    "new persons fill one shard after another, known ones stay where they are until it is full") {
  on_each_small_index([](FreshDatabase& database, SearchIndex& index) {
    add_mails(index, 1, {1, 2, 3, 4, 5});
    CHECK(shards_of_documents(database) == Ids{0, 0, 0, 0, 1});
    add_mails(index, 6, {1, 1, 1, 1});
    CHECK(shards_of_documents(database) == Ids{0, 0, 0, 0, 1, 0, 0, 1, 1});
    add_mails(index, 10, {2, 5, 6});
    CHECK(shards_of_documents(database) == Ids{0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 2});
    CHECK(found(index, 1) == Ids{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  });
}

TEST_CASE("no shard passes its bound, one group or many") {
  for (const bool at_once : {true, false}) {
    on_each_small_index([&](FreshDatabase& database, SearchIndex& index) {
      std::vector<Document> documents;
      for (std::int64_t n = 1; n <= 60; ++n) documents.push_back(mail(n, n % 7, {1}));
      if (at_once) {
        expect(index.apply({}, documents));
      } else {
        for (const Document& one : documents) expect(index.apply({}, {one}));
      }
      std::map<std::int64_t, int> counted;
      for (const std::int64_t shard : shards_of_documents(database)) ++counted[shard];
      for (const auto& [shard, documents_there] : counted) CHECK(documents_there <= 6);
      CHECK(found(index, 1).size() == 60);
      CHECK(found(index, Groups{{token(1)}}, 3) == Ids{60, 59, 58});
    });
  }
}

TEST_CASE("a half emptied shard is filled again before there is a new one") {
  on_each_small_index([](FreshDatabase& database, SearchIndex& index) {
    add_mails(index, 1, {1, 2, 3, 4, 5, 6, 7, 8});
    expect(index.apply({mail(1, 1, {1}), mail(2, 2, {1}), mail(3, 3, {1})}, {}));
    add_mails(index, 9, {9, 10, 11, 12});
    CHECK(shards_of_documents(database) == Ids{0, 1, 1, 1, 1, 0, 0, 0, 2});
  });
}

TEST_CASE("an index opened again goes on where it stopped") {
  on_each_engine([](FreshDatabase& database) {
    add_mails(*expect(sql::open_search_index(database.get(), kSmall)), 1, {1, 2, 3, 4, 5});
    const auto again = expect(sql::open_search_index(database.get(), kSmall));
    add_mails(*again, 6, {6, 1});
    CHECK(shards_of_documents(database) == Ids{0, 0, 0, 0, 1, 1, 0});
    CHECK(found(*again, 1) == Ids{7, 6, 5, 4, 3, 2, 1});
  });
}

TEST_CASE("a change that fails leaves the counts as they were") {
  on_each_small_index([](FreshDatabase& database, SearchIndex& index) {
    add_mails(index, 1, {1, 2, 3});
    const std::string forbid =
        database.address().engine == sql::Engine::sqlite
            ? "CREATE TRIGGER no BEFORE INSERT ON search_docs WHEN NEW.ref = "
              "99 BEGIN SELECT RAISE(ABORT, 'no'); END"
            : "ALTER TABLE search_docs ADD CHECK (ref <> 99)";
    expect(database.writer()->execute_script(forbid));
    CHECK_FALSE(index.apply({}, {mail(4, 4, {1}), mail(5, 5, {1}), mail(99, 6, {1})}));
    add_mails(index, 4, {4, 5});
    CHECK(shards_of_documents(database) == Ids{0, 0, 0, 0, 1});
    CHECK(found(index, 1) == Ids{5, 4, 3, 2, 1});
  });
}

TEST_CASE("a query finds the newest over more shards than one statement joins") {
  on_each_engine([](FreshDatabase& database) {
    const auto index = expect(sql::open_search_index(
        database.get(), {.documents_of_new_persons = 1, .documents_max = 2}));
    std::vector<Document> documents;
    for (std::int64_t n = 1; n <= 130; ++n) documents.push_back(mail(n, n, {1}));
    expect(index->apply({}, documents));
    const Ids shards = shards_of_documents(database);
    CHECK(std::set<std::int64_t>{shards.begin(), shards.end()}.size() == 130);
    CHECK(found(*index, Groups{{token(1)}}, 4) == Ids{130, 129, 128, 127});
    CHECK(found(*index, Groups{{token(1)}}, 1000).size() == 130);
  });
}

TEST_CASE("scrubbing reaches each shard that held the person, also after a restart") {
  FreshDatabase database{sql::Engine::sqlite};
  const auto documents =
      std::vector{mail(1, 1, {100}), mail(2, 2, {200}), mail(3, 3, {300}), mail(4, 1, {101}),
                  mail(5, 1, {102}), mail(6, 1, {103}), mail(7, 1, {104}), mail(8, 1, {105})};
  {
    const auto index = expect(sql::open_search_index(database.get(), kSmall));
    for (const Document& one : documents) expect(index->apply({}, {one}));
    REQUIRE(shards_of_documents(database) == Ids{0, 0, 0, 0, 0, 0, 1, 1});
    const std::string before = all_files_in(database.directory());
    for (std::uint64_t n = 100; n <= 105; ++n) CHECK(holds_token(before, token(n)));
    for (const Document& one : documents) {
      if (one.person == person(1)) expect(index->apply({one}, {}));
    }
  }
  const auto index = expect(sql::open_search_index(database.get(), kSmall));
  expect(index->scrub({person(1)}));
  const std::string after = all_files_in(database.directory());
  for (std::uint64_t n = 100; n <= 105; ++n) CHECK_FALSE(holds_token(after, token(n)));
  CHECK((holds_token(after, token(200)) && holds_token(after, token(300))));
  CHECK(found(*index, 200) == Ids{2});
}

TEST_CASE("what was indexed under another person is scrubbed with the one who is erased") {
  FreshDatabase database{sql::Engine::sqlite};
  const auto index = expect(sql::open_search_index(database.get(), kSmall));
  expect(index->apply({}, {document(DocumentKind::ticket, 1, 1, {100}), mail(2, 2, {200})}));
  auto moved = document(DocumentKind::ticket, 1, 1, {100});
  moved.person = person(2);
  expect(index->apply({moved}, {}));
  CHECK(holds_token(all_files_in(database.directory()), token(100)));
  expect(index->scrub({person(2)}));
  CHECK_FALSE(holds_token(all_files_in(database.directory()), token(100)));
}

TEST_CASE("an index of the former layout is emptied and says so") {
  FreshDatabase database{sql::Engine::sqlite};
  for (const char* statement :
       {"CREATE VIRTUAL TABLE search_shard_1 USING fts5(tokens, content='', detail=none)",
        "CREATE TABLE search_docs (doc_id BIGINT PRIMARY KEY, kind BIGINT)",
        "CREATE TABLE search_made (tokeniser_version BIGINT)",
        "INSERT INTO search_made (tokeniser_version) VALUES (1)"}) {
    expect(database.writer()->execute_script(statement));
  }
  const auto index = expect(sql::open_search_index(database.get()));
  CHECK_FALSE(expect(index->made()));
  expect(index->apply({}, {mail(1, 1, {1})}));
  CHECK(found(*index, 1) == Ids{1});
}

// --- PostgreSQL ----------------------------------------------------------------------------------

bool postgres_is_here() {
  return std::ranges::find(engines_here(), sql::Engine::postgres) != engines_here().end();
}

TEST_CASE("an index that PostgreSQL emptied after a crash says so, and is made again") {
  if (!postgres_is_here()) return;
  FreshDatabase database{sql::Engine::postgres};
  const auto index = expect(sql::open_search_index(database.get()));
  expect(index->apply({}, {mail(1, 1, {1}), mail(2, 2, {1})}));
  expect(index->set_made({1, 1, 2}));
  // What recovery does to unlogged tables.
  const auto tables = expect(
      sql::all(*database.reader(),
               "SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r' AND "
               "relnamespace = CAST(current_schema() AS regnamespace)",
               {}, [](const sql::Row& row) { return row.string(0); }));
  CHECK(tables.size() == 5);
  for (const std::string& table : tables) {
    expect(database.writer()->execute_script("TRUNCATE " + table));
  }
  CHECK_FALSE(expect(index->made()));
  CHECK(found(*index, 1).empty());
  expect(index->reset());
  expect(index->apply({}, {mail(1, 1, {1}), mail(2, 2, {1})}));
  CHECK(found(*index, 1) == Ids{2, 1});
}

// How many pages of the index hold the token, dead rows and free space too. (Pages of unlogged
// tables reach the disk late, so the files alone would say little.)
std::int64_t pages_holding(FreshDatabase& database, Token wanted) {
  Bytes number;
  for (int shift = 0; shift < 64; shift += 8) {
    number.push_back(static_cast<std::uint8_t>(wanted >> shift));
  }
  const auto connection = database.writer();
  expect(connection->execute_script(
      "CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA pg_catalog"));
  return expect(sql::one_int64(
      *connection,
      "SELECT COUNT(*) FROM pg_class c, LATERAL generate_series(0, pg_relation_size(c.oid) / "
      "CAST(current_setting('block_size') AS BIGINT) - 1) AS block WHERE c.relnamespace = "
      "CAST(current_schema() AS regnamespace) AND c.relkind IN ('r', 'i') AND position("
      "CAST($1 AS BYTEA) IN get_raw_page(CAST(CAST(c.oid AS regclass) AS TEXT), block)) > 0",
      {number}));
}

TEST_CASE("after an erasure is scrubbed no token of it is left in the pages of PostgreSQL") {
  if (!postgres_is_here()) return;
  FreshDatabase database{sql::Engine::postgres};
  const auto index = expect(sql::open_search_index(database.get()));
  const auto erased = mail(1, 1, {100});
  const auto subject = document(DocumentKind::ticket, 1, 1, {101});
  expect(index->apply({}, {erased, subject, mail(2, 1, {200})}));
  for (const std::uint64_t n : {100, 101, 200}) CHECK(pages_holding(database, token(n)) > 0);
  expect(index->apply({erased, subject}, {}));
  CHECK(pages_holding(database, token(100)) > 0);
  expect(index->scrub({person(1)}));
  CHECK(pages_holding(database, token(100)) == 0);
  CHECK(pages_holding(database, token(101)) == 0);
  CHECK(pages_holding(database, token(200)) > 0);
}

// A database that tells which session its last writer has.
class Watched final : public sql::Database {
 public:
  explicit Watched(sql::Database& database) : database_(database) {}
  sql::Engine engine() const noexcept override { return database_.engine(); }
  Result<std::unique_ptr<sql::Connection>> open_writer() override {
    LETHE_TRY(auto connection, database_.open_writer());
    LETHE_TRY(session_, sql::one_int64(*connection, "SELECT pg_backend_pid()"));
    return connection;
  }
  Result<std::unique_ptr<sql::Connection>> open_reader() override {
    return database_.open_reader();
  }
  Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    return database_.own(who);
  }
  Status checkpoint(std::chrono::milliseconds patience) override {
    return database_.checkpoint(patience);
  }
  Status integrity_check() override { return database_.integrity_check(); }
  Status back_up_to(const std::string& path) override { return database_.back_up_to(path); }

  [[nodiscard]] std::int64_t session() const { return session_; }

 private:
  sql::Database& database_;
  std::int64_t session_ = 0;
};

TEST_CASE("an index whose connection was cut tells it once and then works again") {
  if (!postgres_is_here()) return;
  FreshDatabase database{sql::Engine::postgres};
  Watched watched{database.get()};
  const auto index = expect(sql::open_search_index(watched));
  expect(index->apply({}, {mail(1, 1, {1})}));
  expect(sql::one_int64(*database.writer(),
                        "SELECT CAST(pg_terminate_backend(CAST($1 AS INTEGER), 5000) AS INTEGER)",
                        {watched.session()}));
  const Status cut = index->apply({}, {mail(2, 1, {1})});
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == Errc::unavailable);
  expect(index->apply({}, {mail(3, 1, {1})}));
  CHECK(found(*index, 1) == Ids{3, 1});
}

}  // namespace
}  // namespace lethe::testing
