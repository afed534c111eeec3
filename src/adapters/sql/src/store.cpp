#include "lethe/sql/store.h"

#include "lethe/base/assert.h"
#include "lethe/core/tables.h"
#include "lethe/sql/ddl.h"
#include "lethe/sql/migrations.h"
#include "lethe/sql/planner_statistics.h"
#include "lethe/sql/reader_pool.h"
#include "lethe/sql/write_queue.h"
#include "store_bulk.h"
#include "store_notices.h"
#include "store_operations.h"
#include "store_rows.h"
#include "store_saved_replies.h"
#include "store_threading.h"

namespace lethe::sql {
namespace {

// Which workspace this is, and the keyring sequence each writer last committed with. Beside the
// tables of core: it must be readable before the workspace is known.
constexpr const char* kStoreTables[] = {
    "CREATE TABLE workspace (id BIGINT PRIMARY KEY)",
    "CREATE TABLE keyring_sequence (writer BIGINT PRIMARY KEY, sequence BIGINT NOT NULL)"};

// The tables that each version of the store brought, by their numbers. A program that does not
// know all tables of a store must not open it, its erasures would pass them by: new tables are a
// new version.
constexpr std::uint16_t kLastTableOfVersion1 = 35;
constexpr std::uint16_t kTablesOfVersion2[] = {36, 41, 42, 43, 44, 45, 55, 59};
constexpr std::uint16_t kTablesOfVersion3[] = {37, 38, 39};

int version_of(const core::Table& table) {
  if (table.id <= kLastTableOfVersion1) return 1;
  if (std::ranges::count(kTablesOfVersion2, table.id) > 0) return 2;
  LETHE_ASSERT(std::ranges::count(kTablesOfVersion3, table.id) > 0);
  return 3;
}

std::vector<std::string> tables_of(int version, Engine engine) {
  std::vector<std::string> statements;
  for (const core::Table& table : core::all_tables()) {
    if (version_of(table) == version) {
      std::ranges::move(ddl_for(table, engine), std::back_inserter(statements));
    }
  }
  return statements;
}

// How many notifications an agent got within the hour is asked in the transaction of each mail that
// comes in, and they stay as long as their tickets.
constexpr const char* kIndexOfNotices =
    "CREATE INDEX outgoing_notices ON outgoing (workspace_id, person_id, created_at) "
    "WHERE kind = 5";

// There are stores of version 2 that have the tables of version 3 already.
std::string unless_there(std::string statement) {
  for (const std::string_view making : {"CREATE TABLE ", "CREATE INDEX "}) {
    if (statement.starts_with(making)) statement.insert(making.size(), "IF NOT EXISTS ");
  }
  return statement;
}

std::vector<Migration> migrations_for(Engine engine) {
  Migration first{1, {std::begin(kStoreTables), std::end(kStoreTables)}};
  std::ranges::move(tables_of(1, engine), std::back_inserter(first.statements));
  Migration second{2, tables_of(2, engine)};
  Migration third{3, tables_of(3, engine)};
  third.statements.emplace_back(kIndexOfNotices);
  std::ranges::transform(third.statements, third.statements.begin(), unless_there);
  return {std::move(first), std::move(second), std::move(third)};
}

// Every part of the store over one connection.
struct Parts {
  explicit Parts(Scope s)
      : people(s),
        tickets(s),
        messages(s),
        agents(s),
        catalog(s),
        outbox(s),
        retention(s),
        index_queue(s),
        threading(s),
        operations(s),
        notices(s),
        saved_replies(s),
        bulk(s) {}
  SqlPeople people;
  SqlTickets tickets;
  SqlMessages messages;
  SqlAgents agents;
  SqlCatalog catalog;
  SqlOutbox outbox;
  SqlRetention retention;
  SqlIndexQueue index_queue;
  SqlThreading threading;
  SqlOperations operations;
  SqlNotices notices;
  SqlSavedReplies saved_replies;
  SqlBulk bulk;
};

class SqlReading final : public ports::Reading,
                         public ports::WithThreading,
                         public ports::WithOperations,
                         public ports::WithNotices,
                         public ports::WithSavedReplies,
                         public ports::WithBulk {
 public:
  explicit SqlReading(Scope scope) : parts_(scope) {}
  const ports::People& people() const override { return parts_.people; }
  const ports::Tickets& tickets() const override { return parts_.tickets; }
  const ports::Messages& messages() const override { return parts_.messages; }
  const ports::Agents& agents() const override { return parts_.agents; }
  const ports::Catalog& catalog() const override { return parts_.catalog; }
  const ports::Outbox& outbox() const override { return parts_.outbox; }
  const ports::RetentionStore& retention() const override { return parts_.retention; }
  const ports::IndexQueue& index_queue() const override { return parts_.index_queue; }
  const ports::Threading& threading() const override { return parts_.threading; }
  ports::Threading& threading() override { return parts_.threading; }
  const ports::Operations& operations() const override { return parts_.operations; }
  ports::Operations& operations() override { return parts_.operations; }
  const ports::Notices& notices() const override { return parts_.notices; }
  ports::Notices& notices() override { return parts_.notices; }
  const ports::SavedReplies& saved_replies() const override { return parts_.saved_replies; }
  ports::SavedReplies& saved_replies() override { return parts_.saved_replies; }
  const ports::Bulk& bulk() const override { return parts_.bulk; }
  ports::Bulk& bulk() override { return parts_.bulk; }

 private:
  Parts parts_;
};

class SqlWriting final : public ports::Writing,
                         public ports::WithThreading,
                         public ports::WithOperations,
                         public ports::WithNotices,
                         public ports::WithSavedReplies,
                         public ports::WithBulk {
 public:
  explicit SqlWriting(Scope scope) : parts_(scope) {}
  const ports::People& people() const override { return parts_.people; }
  const ports::Tickets& tickets() const override { return parts_.tickets; }
  const ports::Messages& messages() const override { return parts_.messages; }
  const ports::Agents& agents() const override { return parts_.agents; }
  const ports::Catalog& catalog() const override { return parts_.catalog; }
  const ports::Outbox& outbox() const override { return parts_.outbox; }
  const ports::RetentionStore& retention() const override { return parts_.retention; }
  const ports::IndexQueue& index_queue() const override { return parts_.index_queue; }
  ports::People& people() override { return parts_.people; }
  ports::Tickets& tickets() override { return parts_.tickets; }
  ports::Messages& messages() override { return parts_.messages; }
  ports::Agents& agents() override { return parts_.agents; }
  ports::Catalog& catalog() override { return parts_.catalog; }
  ports::Outbox& outbox() override { return parts_.outbox; }
  ports::RetentionStore& retention() override { return parts_.retention; }
  ports::IndexQueue& index_queue() override { return parts_.index_queue; }
  const ports::Threading& threading() const override { return parts_.threading; }
  ports::Threading& threading() override { return parts_.threading; }
  const ports::Operations& operations() const override { return parts_.operations; }
  ports::Operations& operations() override { return parts_.operations; }
  const ports::Notices& notices() const override { return parts_.notices; }
  ports::Notices& notices() override { return parts_.notices; }
  const ports::SavedReplies& saved_replies() const override { return parts_.saved_replies; }
  ports::SavedReplies& saved_replies() override { return parts_.saved_replies; }
  const ports::Bulk& bulk() const override { return parts_.bulk; }
  ports::Bulk& bulk() override { return parts_.bulk; }

 private:
  Parts parts_;
};

Status record_sequence(Connection& connection, std::uint64_t sequence) {
  return connection.post(
      "INSERT INTO keyring_sequence (writer, sequence) VALUES ($1, $2) "
      "ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence",
      {connection.writer(), static_cast<std::int64_t>(sequence)});
}

class SqlStore final : public ports::Store {
 public:
  SqlStore(Database& database, core::WorkspaceId workspace, int readers)
      : database_(database), workspace_(workspace), readers_(database, {.connections = readers}) {}

  Status start(const StoreOptions& options) {
    WriteQueueOptions queue{.writers = options.writers};
    if (options.commit_keyring) {
      queue.before_commit = [commit = options.commit_keyring](Connection& connection) -> Status {
        LETHE_TRY(const std::uint64_t sequence, commit());
        return record_sequence(connection, sequence);
      };
    }
    LETHE_TRY(queue_, WriteQueue::start(database_, std::move(queue)));
    return {};
  }

  core::WorkspaceId workspace() const override { return workspace_; }

  Status read(const Look& look) override {
    return readers_.read([&](Connection& connection) -> Status {
      return look(SqlReading{{connection, workspace_}});
    });
  }

  void submit(Apply apply, Finished done) override {
    queue_->submit({[this, apply = std::move(apply)](Connection& connection) -> Status {
                      SqlWriting tx{{connection, workspace_}};
                      return apply(tx);
                    },
                    std::move(done)});
  }

  Status write(Apply apply) override {
    return queue_->run([&](Connection& connection) -> Status {
      SqlWriting tx{{connection, workspace_}};
      return apply(tx);
    });
  }

  Result<std::uint64_t> keyring_sequence() override {
    return readers_.read([](Connection& connection) -> Result<std::uint64_t> {
      LETHE_TRY(const std::int64_t sequence,
                one_int64(connection, "SELECT COALESCE(MAX(sequence), 0) FROM keyring_sequence"));
      return static_cast<std::uint64_t>(sequence);
    });
  }

  Status scrub() override { return database_.checkpoint(std::chrono::seconds{10}); }
  Status back_up_to(const std::string& path) override { return database_.back_up_to(path); }
  Status check() override { return database_.integrity_check(); }

 private:
  Database& database_;
  core::WorkspaceId workspace_;
  ReaderPool readers_;
  std::unique_ptr<WriteQueue> queue_;
};

Result<std::optional<core::WorkspaceId>> workspace_in(Connection& connection) {
  return first(connection, "SELECT id FROM workspace", {},
               [](const Row& row) { return row.id<core::WorkspaceId>(0); });
}

}  // namespace

Result<std::vector<ports::IndexQueueRow>> SqlIndexQueue::oldest(int limit) const {
  return all(s_.connection,
             "SELECT id, kind, document_id, person_id FROM index_queue WHERE workspace_id = $1 "
             "ORDER BY id LIMIT $2",
             {s_.workspace, limit}, [](const Row& row) {
               return ports::IndexQueueRow{row.int64(0),
                                           {enum_at<ports::DocumentKind>(row, 1), row.int64(2)},
                                           row.id<core::PersonId>(3)};
             });
}

Result<std::int64_t> SqlIndexQueue::length() const {
  return one_int64(s_.connection, "SELECT COUNT(*) FROM index_queue WHERE workspace_id = $1",
                   {s_.workspace});
}

// An id is never given twice: a document queued after an erasure took the end of the queue must not
// go with what the indexer has read before.
Status SqlIndexQueue::push(const ports::DocumentKey& document, core::PersonId person) {
  LETHE_CHECK(s_.connection.post(
      "INSERT INTO settings (workspace_id, name, value) VALUES ($1, 'last_index_queue_id', '1') "
      "ON CONFLICT (workspace_id, name) DO "
      "UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)",
      {s_.workspace}));
  return s_.connection.post(
      "INSERT INTO index_queue (workspace_id, id, kind, document_id, person_id) "
      "SELECT workspace_id, CAST(value AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), "
      "CAST($4 AS BIGINT) FROM settings WHERE workspace_id = $1 AND name = 'last_index_queue_id'",
      {s_.workspace, number_of(document.kind), document.id, person});
}

Status SqlIndexQueue::remove_up_to(std::int64_t id) {
  return s_.connection.post("DELETE FROM index_queue WHERE workspace_id = $1 AND id <= $2",
                            {s_.workspace, id});
}

Status SqlIndexQueue::remove_of_person(core::PersonId person) {
  return s_.connection.post("DELETE FROM index_queue WHERE workspace_id = $1 AND person_id = $2",
                            {s_.workspace, person});
}

Status create_store(Database& database, core::WorkspaceId workspace) {
  LETHE_TRY(auto connection, database.open_writer());
  LETHE_CHECK(migrate(*connection, migrations_for(database.engine())));
  LETHE_TRY(const auto present, workspace_in(*connection));
  if (present) return fail(Errc::already_exists, "this store holds a workspace already");
  LETHE_CHECK(connection->execute("INSERT INTO workspace (id) VALUES ($1)", {workspace}));
  return {};
}

Result<std::unique_ptr<ports::Store>> open_store(Database& database, StoreOptions options) {
  std::optional<core::WorkspaceId> workspace;
  {
    LETHE_TRY(auto connection, database.open_writer());
    LETHE_TRY(const int version, schema_version(*connection));
    if (version == 0) return fail(Errc::not_found, "this store is empty; `lethe init` fills it");
    LETHE_CHECK(migrate(*connection, migrations_for(database.engine())));
    LETHE_CHECK(teach_planner(*connection));
    LETHE_TRY(workspace, workspace_in(*connection));
  }
  if (!workspace) return fail(Errc::not_found, "this store is empty; `lethe init` fills it");
  auto store = std::make_unique<SqlStore>(database, *workspace, options.readers);
  LETHE_CHECK(store->start(options));
  return store;
}

}  // namespace lethe::sql
