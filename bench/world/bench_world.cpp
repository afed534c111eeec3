#include "bench_world.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "../support/installation.h"
#include "../support/report.h"
#include "lethe/app/cells.h"
#include "lethe/app/indexing.h"
#include "lethe/app/people.h"
#include "lethe/app/sign_in.h"

namespace lethe::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kGroupItems = 1'000;
constexpr Days kSpread{5 * 365};

cli::Config config_of(const WorldPlan& plan) {
  return must(cli::read_config(directory_of(plan), ""));
}

class Builder {
 public:
  Builder(app::App& app, const WorldPlan& plan)
      : app_(app), plan_(plan), now_(app.clock.now()), total_(plan.tickets + plan.of_one_person) {}

  void build() {
    make_names();
    for (std::int64_t first = 0; first < total_; first += kGroupItems) {
      const std::int64_t end = std::min(total_, first + kGroupItems);
      must(app_.store.write([&](ports::Writing& tx) -> Status {
        for (std::int64_t n = first; n < end; ++n) LETHE_CHECK(add(tx, n));
        return {};
      }));
    }
    if (plan_.words == WorldPlan::Words::none) return;
    while (must(app::index_queued(app_, 2'000)) > 0) {
    }
  }

 private:
  void make_names() {
    must(app_.store.write([&](ports::Writing& tx) -> Status {
      for (int n = 1; n <= kGroups; ++n) {
        groups_.push_back(app_.ids.next());
        LETHE_CHECK(tx.catalog().save_named(
            {groups_.back(), ports::NamedKind::group, "group " + std::to_string(n)}));
      }
      return {};
    }));
    std::ignore =
        must(app::create_agent(app_, {.address = must(core::EmailAddress::parse(kAgent)),
                                      .name = "Bench Agent",
                                      .role = ports::Role::admin,
                                      .password = Password{Secret{std::string_view{kPassword}}}}));
  }

  // Oldest first, so that ids rise with the times as they do in life.
  Status add(ports::Writing& tx, std::int64_t n) {
    const bool heavy = n < plan_.of_one_person;
    const std::int64_t ticket = n - plan_.of_one_person;
    const Instant at = now_ - kSpread + kSpread * n / total_;
    LETHE_TRY(const auto person, heavy ? person_at(tx, heavy_address(), at)
                                       : person_at(tx, address_of(ticket % plan_.persons), at));
    ports::TicketRow row{.id = app_.ids.make<core::TicketId>(),
                         .requester = person,
                         .group = core::GroupId::of(groups_[static_cast<std::size_t>(n % kGroups)]),
                         .state = core::new_ticket(at),
                         .channel = ports::Channel::import,
                         .updated_at = at};
    const bool open = !heavy && ticket >= plan_.tickets - plan_.open;
    if (!open) {
      row.state = core::with_status(row.state, core::TicketStatus::closed, at, {});
    }
    row.acknowledged = true;
    LETHE_TRY(row.number, tx.tickets().take_number());
    if (plan_.words == WorldPlan::Words::sealed) LETHE_CHECK(add_words(tx, row, n));
    LETHE_CHECK(tx.tickets().insert(row));
    return tx.tickets().add_participant({row.id, person, ports::ParticipantRole::requester});
  }

  Result<core::PersonId> person_at(ports::Writing& tx, const std::string& address, Instant at) {
    if (plan_.words == WorldPlan::Words::none) return bare_person(tx, address, at);
    LETHE_TRY(const auto parsed, core::EmailAddress::parse(address));
    return app::find_or_create_person(app_, tx, parsed, "Person " + address, at);
  }

  Result<core::PersonId> bare_person(ports::Writing& tx, const std::string& address, Instant at) {
    const auto known = bare_.find(address);
    if (known != bare_.end()) return known->second;
    const core::PersonId id = app_.ids.make_person();
    bare_.emplace(address, id);
    LETHE_CHECK(
        tx.people().insert({.id = id, .created_at = at, .updated_at = at, .next_review_at = at}));
    return id;
  }

  Status add_words(ports::Writing& tx, ports::TicketRow& row, std::int64_t n) {
    const auto key = app::body_key(*row.requester, row.id);
    const auto id = app_.ids.make<core::MessageId>();
    const std::string text = words(n, 60);
    LETHE_TRY(row.subject,
              app::seal(app_, key, app::place(app::cell::kSubject, row.id.value()), words(n, 5)));
    ports::MessageRow message{.id = id,
                              .ticket = row.id,
                              .person = row.requester,
                              .kind = ports::MessageKind::customer,
                              .created_at = row.updated_at};
    LETHE_TRY(message.text, app::seal(app_, key, app::place(app::cell::kText, id.value()), text));
    LETHE_TRY(message.snippet, app::seal(app_, key, app::place(app::cell::kSnippet, id.value()),
                                         text.substr(0, 200)));
    LETHE_CHECK(tx.messages().insert(message));
    row.message_count = 1;
    row.last_message = id;
    LETHE_CHECK(
        tx.index_queue().push({ports::DocumentKind::ticket, row.id.value()}, *row.requester));
    return tx.index_queue().push({ports::DocumentKind::message, id.value()}, *row.requester);
  }

  // Few words are common and many are rare, as in a real inbox.
  static std::string words(std::int64_t seed, int count) {
    std::minstd_rand random{static_cast<std::uint32_t>(seed + 1)};
    std::string text;
    for (int n = 0; n < count; ++n) {
      const auto word = random() % 4 != 0 ? random() % 300 : random() % 50'000;
      text += (n == 0 ? "w" : " w") + std::to_string(word);
    }
    return text;
  }

  app::App& app_;
  const WorldPlan& plan_;
  Instant now_;
  std::int64_t total_;
  std::vector<std::int64_t> groups_;
  std::unordered_map<std::string, core::PersonId> bare_;
};

}  // namespace

void must(const Status& status) {
  if (!status) give_up(std::string{name_of(status.error().code)} + ": " + status.error().detail);
}

std::string address_of(std::int64_t person) {
  return "person" + std::to_string(person) + "@customers.example";
}
std::string heavy_address() { return "writes-often@customers.example"; }

std::string directory_of(const WorldPlan& plan) {
  return bench_directory() + "/" + plan.name + "-" + std::to_string(plan.tickets);
}

std::unique_ptr<cli::World> open_world(const WorldPlan& plan) {
  const std::string done = directory_of(plan) + ".complete";
  const cli::Config config = config_of(plan);
  const bool is_there = fs::exists(done);
  if (!is_there) {
    fs::remove_all(config.data);
    fs::remove_all(config.keyring_path);
    must(cli::World::create(config, "Bench"));
  }
  auto world = must(cli::World::open(config, app::ConfirmSweep::no));
  if (is_there) return world;
  std::printf("  making a world of %lld tickets of %lld persons\n",
              static_cast<long long>(plan.tickets), static_cast<long long>(plan.persons));
  std::fflush(stdout);
  Builder{world->app(), plan}.build();
  std::ofstream{done} << "complete\n";
  return world;
}

}  // namespace lethe::bench
