#include "app_fixture.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "lethe/app/indexing.h"
#include "lethe/app/people.h"
#include "lethe/blobs_files/blobs_files.h"
#include "lethe/sql/search_index.h"
#include "lethe/sql/store.h"
#include "lethe/sqlite/database.h"
#include "lethe/tiles_files/tiles_files.h"
#include "support/counting_database.h"

namespace lethe::app::testing {
namespace fs = std::filesystem;
namespace {

// Memory where there is some: the tests ask for the order of effects, not for the disk's speed.
fs::path fresh_directory() {
  const fs::path base = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  std::string name = (base / "lethe-app-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  return name;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::unique_ptr<sql::Database> open_database(const fs::path& path) {
  return expect(sqlite::open({.path = path.string()}));
}

}  // namespace

AppFixture::AppFixture() : directory_(fresh_directory()) {
  installation_ = {.organisation = "Example Ltd",
                   .public_url = "https://help.example.com",
                   .mail_from = "support@example.com"};
  fs::create_directory(directory_ / "data");
  const auto workspace = core::WorkspaceId::of(7);
  {
    const keyring_files::KeyringPaths paths{(directory_ / "keyring").string(), std::nullopt};
    const auto keyring = expect(keyring_files::KeyringFiles::make(paths));
    expect(vault::Vault::create(*keyring, random_, workspace));
  }
  expect(sql::create_store(*open_database(directory_ / "data/lethe.db"), workspace));
  start();
}

AppFixture::~AppFixture() {
  stop();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void AppFixture::start() {
  const fs::path data = directory_ / "data";
  keyring_ =
      expect(keyring_files::KeyringFiles::open({(directory_ / "keyring").string(), std::nullopt}));
  vault_ = expect(vault::Vault::open(*keyring_, random_));
  data_ = std::make_unique<lethe::testing::CountingDatabase>(open_database(data / "lethe.db"),
                                                             statements_);
  store_ = expect(sql::open_store(*data_, {.commit_keyring = [this] { return vault_->commit(); }}));
  index_ = open_database(data / "search.db");
  search_ = expect(sql::open_search_index(*index_));
  blobs_ = expect(blobs_files::open(data / "blobs", random_));
  tiles_ = expect(tiles_files::open(data / "ledger"));
  signer_ = std::make_unique<VaultSigner>(*vault_);
  log_ = std::make_unique<ledger::Log>(
      expect(ledger::Log::open(*tiles_, *signer_, "help.example.com/ledger")));
  in_flight_ = std::make_unique<MailInFlight>();
  ids_ = std::make_unique<IdMaker>(clock, random_);
  app_ =
      std::make_unique<App>(App{*store_, *vault_, *blobs_, *search_, *log_, clock, random_,
                                listeners, *ids_, installation_, index_and_erasure_, *in_flight_});
}

void AppFixture::stop() {
  app_.reset();
  store_.reset();
  search_.reset();
  log_.reset();
  signer_.reset();
  data_.reset();
  index_.reset();
  vault_.reset();
  keyring_.reset();
}

void AppFixture::restart() {
  stop();
  start();
}

void AppFixture::back_up() {
  fs::remove_all(directory_ / "backup");
  fs::create_directory(directory_ / "backup");
  expect(app_->store.back_up_to((directory_ / "backup/lethe.db").string()));
  fs::copy(directory_ / "data/blobs", directory_ / "backup/blobs", fs::copy_options::recursive);
}

void AppFixture::put_back() {
  copy_back();
  start();
}

void AppFixture::put_back_marked() {
  copy_back();
  // Not by the store, which would say with it that the data is of today.
  const auto database = open_database(directory_ / "data/lethe.db");
  expect(expect(database->open_writer())
             ->execute_script("INSERT INTO settings (workspace_id, name, value) SELECT id, "
                              "'restored', '1' FROM workspace"));
  start();
}

void AppFixture::copy_back() {
  stop();
  const fs::path data = directory_ / "data";
  for (const char* name : {"lethe.db", "lethe.db-wal", "lethe.db-shm", "blobs"}) {
    fs::remove_all(data / name);
  }
  fs::copy(directory_ / "backup", data, fs::copy_options::recursive);
}

Result<TakenIn> AppFixture::receive(std::string_view content, std::string sender,
                                    MailSource source) {
  std::optional<Result<TakenIn>> answer;
  std::mutex mutex;
  std::condition_variable told;
  ports::Delivery delivery{
      .envelope = {.sender = std::move(sender), .recipients = {"support@example.com"}},
      .content = std::string{content}};
  delivery.envelope.door = ports::Door::smtp;
  if (source == MailSource::imported) {
    delivery.envelope.recipients.clear();
    delivery.envelope.door = ports::Door::unknown;
  }
  take_in_mail(*app_, std::move(delivery), source, [&](Result<TakenIn> result) {
    const std::scoped_lock lock{mutex};
    answer = std::move(result);
    told.notify_all();
  });
  std::unique_lock lock{mutex};
  told.wait(lock, [&] { return answer.has_value(); });
  return std::move(*answer);
}

std::string AppFixture::mail(std::string_view from, std::string_view subject, std::string_view text,
                             std::string_view extra) {
  std::string mail;
  mail.append("From: ").append(from).append("\r\nTo: support@example.com\r\nSubject: ");
  mail.append(subject).append("\r\nDate: Mon, 05 Jan 2026 11:00:00 +0000\r\n").append(extra);
  mail.append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
  for (const char c : text) {
    if (c == '\n') mail.push_back('\r');
    mail.push_back(c);
  }
  return mail.append("\r\n");
}

core::TicketId AppFixture::ticket(std::string_view requester, std::string_view subject,
                                  std::string_view text) {
  return expect(create_ticket(*app_, {.requester = expect(core::EmailAddress::parse(requester)),
                                      .requester_name = {},
                                      .subject = std::string{subject},
                                      .text = std::string{text}}));
}

void AppFixture::set_status(core::TicketId ticket, std::string_view status) {
  expect(change_ticket(*app_, ticket, {.status = std::string{status}}, std::nullopt));
}

core::PersonId AppFixture::person(std::string_view address) {
  const auto found = expect(person_at(*app_, expect(core::EmailAddress::parse(address))));
  REQUIRE(found.has_value());
  return *found;
}

core::AgentId AppFixture::agent(std::string_view address, ports::Role role) {
  const auto id = app_->ids.make<core::AgentId>();
  const auto parsed = expect(core::EmailAddress::parse(address));
  expect(app_->store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto person,
              find_or_create_person(*app_, tx, parsed, "Agent Smith", clock.now()));
    LETHE_TRY(auto row, tx.people().find(person));
    row.agent = id;
    LETHE_CHECK(tx.people().update(row));
    return tx.agents().insert({.id = id,
                               .person = person,
                               .role = role,
                               .state = ports::AgentState::active,
                               .created_at = clock.now()});
  }));
  return id;
}

std::int64_t AppFixture::named(ports::NamedKind kind, std::string_view name) {
  const std::int64_t id = app_->ids.next();
  expect(app_->store.write(
      [&](ports::Writing& tx) { return tx.catalog().save_named({id, kind, std::string{name}}); }));
  return id;
}

void AppFixture::index_everything() {
  while (expect(index_queued(*app_, 500)) > 0) {
  }
}

ports::TicketRow AppFixture::row(core::TicketId ticket) {
  std::optional<ports::TicketRow> row;
  expect(app_->store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.tickets().find(ticket));
    return {};
  }));
  return std::move(*row);
}

TicketView AppFixture::view(core::TicketId ticket) {
  std::optional<TicketView> view;
  expect(app_->store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(view, view_ticket(*app_, tx, ticket, std::nullopt));
    return {};
  }));
  return std::move(*view);
}

bool AppFixture::person_exists(core::PersonId person) {
  bool exists = false;
  expect(app_->store.read([&](const ports::Reading& tx) -> Status {
    exists = tx.people().find(person).has_value();
    return {};
  }));
  return exists;
}

bool AppFixture::lies_in_clear(std::string_view words) const {
  const auto holds = [&](const fs::directory_entry& entry) {
    return entry.is_regular_file() && bytes_of(entry.path()).find(words) != std::string::npos;
  };
  return std::ranges::any_of(fs::recursive_directory_iterator{directory_}, holds);
}

}  // namespace lethe::app::testing
