// ports::RetentionStore on each engine.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::CertificateId;
using core::ErasureId;
using core::HoldId;
using core::RuleId;
using core::RunId;
using ports::ErasureRow;
using ports::ErasureState;
using ports::Reading;
using ports::Writing;

ErasureRow erasure_row(std::int64_t n, ErasureState state) {
  return {.id = ErasureId::of(n), .state = state, .person = person(1), .created_at = at(n)};
}

TEST_CASE("rules are in the order of their positions, saved again when they move, and removed") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.retention().save_rule({RuleId::of(1), 1, 1, "{}"}));
      LETHE_CHECK(tx.retention().save_rule({RuleId::of(2), 2, 1, "{}"}));
      return tx.retention().save_rule({RuleId::of(1), 3, 2, "{\"a\":1}"});
    });
    const auto rules = [&] {
      return read(store, [](const Reading& tx) { return tx.retention().rules(); });
    };
    CHECK(ids_of(rules()) == std::vector{RuleId::of(2), RuleId::of(1)});
    CHECK((rules()[1].version == 2 && rules()[1].definition == "{\"a\":1}"));
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.retention().remove_rule(RuleId::of(2)); });
    }
    CHECK(ids_of(rules()) == std::vector{RuleId::of(1)});
  });
}

TEST_CASE("the holds on a person are their own and those on their tickets, of nobody else") {
  on_each_store([](ports::Store& store) {
    const auto hold = [](std::int64_t n, std::optional<core::PersonId> of,
                         std::optional<core::TicketId> on) -> ports::HoldRow {
      return {.id = HoldId::of(n),
              .person = of,
              .ticket = on,
              .ground = "art-17-3-e",
              .reason = of ? std::optional{cell(*of, "reason")} : std::nullopt,
              .by = agent(1),
              .created_at = at(n),
              .until = at(99)};
    };
    write(store, [&](Writing& tx) -> Status {
      LETHE_CHECK(tx.tickets().insert(ticket_row(1, 1)));
      LETHE_CHECK(tx.tickets().insert(ticket_row(2, 2)));
      // Taking part is not enough: the ticket is held for its requester.
      LETHE_CHECK(tx.tickets().add_participant({ticket(2), person(1), ports::ParticipantRole::cc}));
      LETHE_CHECK(tx.retention().insert_hold(hold(1, person(1), {})));
      LETHE_CHECK(tx.retention().insert_hold(hold(2, {}, ticket(1))));
      LETHE_CHECK(tx.retention().insert_hold(hold(3, {}, ticket(2))));
      return tx.retention().insert_hold(hold(4, person(2), {}));
    });
    const auto on = [&](std::int64_t n) {
      return read(store, [=](const Reading& tx) { return tx.retention().holds_on(person(n)); });
    };
    CHECK(ids_of(on(1)) == std::vector{HoldId::of(1), HoldId::of(2)});
    CHECK(ids_of(on(2)) == std::vector{HoldId::of(3), HoldId::of(4)});
    CHECK(on(3).empty());
    CHECK(holds(on(1)[0].reason, person(1), "reason"));
    CHECK((on(1)[0].ground == "art-17-3-e" && on(1)[0].until == at(99)));
    CHECK((on(1)[1].ticket == ticket(1) && !on(1)[1].reason));
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.retention().remove_hold(HoldId::of(1)); });
    }
    CHECK(ids_of(on(1)) == std::vector{HoldId::of(2)});
    CHECK(read(store, [](const Reading& tx) { return tx.retention().holds(); }).size() == 3);
  });
}

TEST_CASE("a run is saved as it goes on; the newest are listed first") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {1, 3, 2}) {
        LETHE_CHECK(tx.retention().save_run(
            {.id = RunId::of(n), .at = at(n), .started_at = at(n), .detail = ""}));
      }
      return tx.retention().save_run({.id = RunId::of(1),
                                      .state = ports::RunState::stopped,
                                      .at = at(1),
                                      .started_at = at(1),
                                      .finished_at = at(8),
                                      .people = 2,
                                      .tickets = 3,
                                      .examined = 4,
                                      .detail = "limit"});
    });
    const auto run =
        read(store, [](const Reading& tx) { return tx.retention().run(RunId::of(1)); });
    CHECK((run.state == ports::RunState::stopped && run.finished_at == at(8)));
    CHECK((run.people == 2 && run.tickets == 3 && run.examined == 4 && run.detail == "limit"));
    CHECK(ids_of(read(store, [](const Reading& tx) { return tx.retention().runs(2); })) ==
          std::vector{RunId::of(3), RunId::of(2)});
    CHECK(error_of_read(store, [](const Reading& tx) {
            return tx.retention().run(RunId::of(9));
          }) == Errc::not_found);
  });
}

ErasureRow full_erasure() {
  return {.id = ErasureId::of(1),
          .scope = ports::ErasureScope::ticket,
          .mode = ports::ErasureMode::anonymise,
          .state = ErasureState::grace,
          .step = ports::ErasureStep::punctured,
          .person = person(1),
          .tickets = {ticket(2), ticket(1)},
          .rule = RuleId::of(5),
          .rule_version = 3,
          .run = RunId::of(6),
          .approved_by = agent(1),
          .reason = "request",
          .created_at = at(1),
          .grace_until = at(2),
          .counts = "{\"messages\":1}",
          .evidence = "{}",
          .detail = "waits",
          .erased_live_at = at(3),
          .unrecoverable_from_backups_at = at(4),
          .certificate = CertificateId::of(7)};
}

void check_full(const ErasureRow& row) {
  const ErasureRow want = full_erasure();
  CHECK((row.scope == want.scope && row.mode == want.mode && row.state == want.state));
  CHECK((row.step == want.step && row.person == want.person && row.tickets == want.tickets));
  CHECK((row.rule == want.rule && row.rule_version == 3 && row.run == want.run));
  CHECK((row.approved_by == want.approved_by && row.reason == want.reason));
  CHECK((row.created_at == want.created_at && row.grace_until == want.grace_until));
  CHECK((row.counts == want.counts && row.evidence == want.evidence && row.detail == want.detail));
  CHECK(row.erased_live_at == want.erased_live_at);
  CHECK(row.unrecoverable_from_backups_at == want.unrecoverable_from_backups_at);
  CHECK(row.certificate == want.certificate);
}

TEST_CASE("an erasure comes back with every field, whether saved at once or step by step") {
  on_each_store([](ports::Store& store) {
    const auto find = [](const Reading& tx) { return tx.retention().erasure(ErasureId::of(1)); };
    CHECK(error_of_read(store, find) == Errc::not_found);
    write(store, [](Writing& tx) { return tx.retention().save_erasure(full_erasure()); });
    check_full(read(store, find));

    // A request that waits for its approval, saved again when it has it.
    ErasureRow asked = full_erasure();
    asked.id = ErasureId::of(2);
    asked.tickets.clear();
    asked.approved_by.reset();
    asked.grace_until.reset();
    asked.certificate.reset();
    ErasureRow approved = full_erasure();
    approved.id = asked.id;
    write(store, [&](Writing& tx) { return tx.retention().save_erasure(asked); });
    const auto second = [](const Reading& tx) { return tx.retention().erasure(ErasureId::of(2)); };
    CHECK(read(store, second).tickets.empty());
    write(store, [&](Writing& tx) { return tx.retention().save_erasure(approved); });
    check_full(read(store, second));
  });
}

TEST_CASE("open erasures are all that are not done, refused or cancelled, the oldest first") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 6; n >= 1; --n) {
        LETHE_CHECK(tx.retention().save_erasure(erasure_row(n, static_cast<ErasureState>(n))));
      }
      auto of_a_run = erasure_row(7, ErasureState::done);
      of_a_run.person = person(2);
      of_a_run.run = RunId::of(1);
      return tx.retention().save_erasure(of_a_run);
    });
    const auto open = read(store, [](const Reading& tx) { return tx.retention().erasures_open(); });
    CHECK(ids_of(open) == std::vector{ErasureId::of(1), ErasureId::of(2), ErasureId::of(3)});
    const auto page = [&](std::optional<ErasureId> before, int limit) {
      return ids_of(
          read(store, [=](const Reading& tx) { return tx.retention().erasures(before, limit); }));
    };
    CHECK(page({}, 3) == std::vector{ErasureId::of(7), ErasureId::of(6), ErasureId::of(5)});
    CHECK(page(ErasureId::of(5), 3) ==
          std::vector{ErasureId::of(4), ErasureId::of(3), ErasureId::of(2)});
    CHECK(page(ErasureId::of(2), 3) == std::vector{ErasureId::of(1)});
    CHECK(page(ErasureId::of(1), 3).empty());
    CHECK(read(store, [](const Reading& tx) {
            return tx.retention().erasures_of(person(1));
          }).size() == 6);
    const auto of_run =
        read(store, [](const Reading& tx) { return tx.retention().erasures_of_run(RunId::of(1)); });
    CHECK(ids_of(of_run) == std::vector{ErasureId::of(7)});
  });
}

TEST_CASE("certificates keep their bytes, are listed newest first, and are one per erasure") {
  on_each_store([](ports::Store& store) {
    const auto row = [](std::int64_t n, std::int64_t erasure) -> ports::CertificateRow {
      return {.id = CertificateId::of(n),
              .erasure = ErasureId::of(erasure),
              .certificate = bytes_of("certificate"),
              .salt = bytes_of(std::string_view{"\0\x01", 2}),
              .log_index = n - 1,
              .file = bytes_of("file"),
              .created_at = at(n)};
    };
    write(store, [&](Writing& tx) -> Status {
      for (const std::int64_t n : {1, 2, 3}) {
        LETHE_CHECK(tx.retention().insert_certificate(row(n, n)));
      }
      return {};
    });
    const auto found = read(
        store, [](const Reading& tx) { return tx.retention().certificate(CertificateId::of(1)); });
    CHECK((found.certificate == row(1, 1).certificate && found.salt == row(1, 1).salt));
    CHECK((found.log_index == 0 && found.file == bytes_of("file") && found.created_at == at(1)));
    const auto page = [&](std::optional<CertificateId> before) {
      return ids_of(
          read(store, [=](const Reading& tx) { return tx.retention().certificates(before, 2); }));
    };
    CHECK(page({}) == std::vector{CertificateId::of(3), CertificateId::of(2)});
    CHECK(page(CertificateId::of(2)) == std::vector{CertificateId::of(1)});
    CHECK(error_of_write(store, [&](Writing& tx) {
            return tx.retention().insert_certificate(row(4, 1));
          }) == Errc::already_exists);
    CHECK(error_of_read(store, [](const Reading& tx) {
            return tx.retention().certificate(CertificateId::of(9));
          }) == Errc::not_found);
  });
}

}  // namespace
}  // namespace lethe::testing
