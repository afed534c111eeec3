// ports::People on each engine.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::PersonId;
using ports::PersonRow;
using ports::Reading;
using ports::Writing;

ports::EmailRow address_row(std::int64_t id, std::int64_t of, bool primary) {
  return {.id = id,
          .person = person(of),
          .address = cell(person(of), "address " + std::to_string(id)),
          .cell_version = 3,
          .primary = primary};
}

void insert_people(ports::Store& store, std::int64_t first, std::int64_t last) {
  write(store, [=](Writing& tx) -> Status {
    for (std::int64_t n = first; n <= last; ++n) LETHE_CHECK(tx.people().insert(person_row(n)));
    return {};
  });
}

PersonRow full_row() {
  PersonRow row = person_row(1);
  row.cell_version = 9;
  row.frozen = row.erasing = row.hidden = true;
  row.agent = agent(1);
  row.tickets_erased_at = at(11);
  row.next_review_at = at(12);
  row.unreferenced_since = at(13);
  return row;
}

void check_full(const PersonRow& row) {
  CHECK(holds(row.profile, person(1), "profile"));
  CHECK(row.cell_version == 9);
  CHECK(row.created_at == at(1));
  CHECK((row.frozen && row.erasing && row.hidden));
  CHECK(row.agent == agent(1));
  CHECK(row.tickets_erased_at == at(11));
  CHECK(row.next_review_at == at(12));
  CHECK(row.unreferenced_since == at(13));
}

TEST_CASE("a person comes back with every field, inserted or updated; a strange one is not found") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return tx.people().insert(full_row()); });
    const auto find = [](const Reading& tx) { return tx.people().find(person(1)); };
    check_full(read(store, find));

    PersonRow bare = person_row(1);
    bare.profile.reset();
    bare.updated_at = at(50);
    write(store, [&](Writing& tx) { return tx.people().update(bare); });
    const PersonRow found = read(store, find);
    CHECK_FALSE(found.profile);
    CHECK(found.updated_at == at(50));
    CHECK_FALSE((found.frozen || found.erasing || found.hidden));
    CHECK_FALSE((found.agent || found.tickets_erased_at || found.next_review_at));

    write(store, [](Writing& tx) { return tx.people().update(full_row()); });
    check_full(read(store, find));
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.people().find(person(2)); }) ==
          Errc::not_found);
  });
}

TEST_CASE("the same person inserted twice already exists") {
  on_each_store([](ports::Store& store) {
    insert_people(store, 1, 1);
    CHECK(error_of_write(store, [](Writing& tx) { return tx.people().insert(person_row(1)); }) ==
          Errc::already_exists);
  });
}

TEST_CASE("addresses and tags belong to their person, go one by one, and all with the person") {
  on_each_store([](ports::Store& store) {
    insert_people(store, 1, 2);
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.people().insert_address(address_row(1, 1, true)));
      LETHE_CHECK(tx.people().insert_address(address_row(2, 1, false)));
      LETHE_CHECK(tx.people().insert_address(address_row(3, 2, true)));
      LETHE_CHECK(tx.people().set_tags(person(1), {tag(2), tag(1), tag(2)}));
      return tx.people().set_tags(person(2), {tag(1)});
    });
    const auto addresses = [](std::int64_t n) {
      return [n](const Reading& tx) { return tx.people().addresses(person(n)); };
    };
    const auto tags = [](std::int64_t n) {
      return [n](const Reading& tx) { return tx.people().tags(person(n)); };
    };
    const auto both = read(store, addresses(1));
    CHECK(ids_of(both) == std::vector<std::int64_t>{1, 2});
    CHECK(holds(both[1].address, person(1), "address 2"));
    CHECK(both[1].cell_version == 3);
    CHECK((both[0].primary && !both[1].primary));
    CHECK(read(store, tags(1)) == std::vector{tag(1), tag(2)});

    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.people().remove_address(2));
      LETHE_CHECK(tx.people().remove_address(2));
      return tx.people().set_tags(person(1), {tag(3)});
    });
    CHECK(ids_of(read(store, addresses(1))) == std::vector<std::int64_t>{1});
    CHECK(read(store, tags(1)) == std::vector{tag(3)});

    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.people().remove(person(1)); });
    }
    CHECK(read(store, addresses(1)).empty());
    CHECK(read(store, tags(1)).empty());
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.people().find(person(1)); }) ==
          Errc::not_found);
    CHECK(read(store, addresses(2)).size() == 1);
    CHECK(read(store, tags(2)).size() == 1);
  });
}

// Every person a list shows, by pages of `limit`.
std::vector<PersonId> paged(ports::Store& store, int limit, bool with_hidden) {
  std::vector<PersonId> seen;
  ports::People::Page page{.limit = limit, .with_hidden = with_hidden};
  while (true) {
    const auto rows = read(store, [&](const Reading& tx) { return tx.people().list(page); });
    for (const PersonRow& row : rows) seen.push_back(row.id);
    if (rows.empty()) return seen;
    CHECK(rows.size() <= static_cast<std::size_t>(limit));
    page.before = std::pair{rows.back().created_at, rows.back().id};
  }
}

TEST_CASE("paging people newest first loses none and shows none twice, also within one second") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 12; ++n) {
        PersonRow row = person_row(n);
        row.created_at = at(n / 5);
        row.hidden = n == 4;
        if (n == 7) row.agent = agent(1);
        LETHE_CHECK(tx.people().insert(row));
      }
      return {};
    });
    std::vector<PersonId> shown;
    for (const std::int64_t n : {12, 11, 10, 9, 8, 6, 5, 3, 2, 1}) shown.push_back(person(n));
    for (const int limit : {1, 3, 10, 50}) CHECK(paged(store, limit, false) == shown);
    shown.insert(shown.end() - 3, person(4));
    CHECK(paged(store, 2, true) == shown);
    CHECK(read(store, [](const Reading& tx) { return tx.people().count(); }) == 11);
  });
}

TEST_CASE("a list of people clamps its limit the same on both engines") {
  on_each_store([](ports::Store& store) {
    insert_people(store, 1, 203);
    const auto size = [&](int limit) {
      return read(store, [=](const Reading& tx) { return tx.people().list({.limit = limit}); })
          .size();
    };
    CHECK(size(-5) == 1);
    CHECK(size(0) == 1);
    CHECK(size(200) == 200);
    CHECK(size(1000) == 200);
  });
}

TEST_CASE("walking all persons in steps meets each once, agents and hidden ones too") {
  on_each_store([](ports::Store& store) {
    insert_people(store, 1, 7);
    write(store, [](Writing& tx) -> Status {
      PersonRow row = person_row(8);
      row.agent = agent(1);
      row.hidden = true;
      return tx.people().insert(row);
    });
    std::vector<PersonId> seen;
    std::int64_t after = 0;
    while (true) {
      const auto ids =
          read(store, [&](const Reading& tx) { return tx.people().ids_after(after, 3); });
      if (ids.empty()) break;
      seen.insert(seen.end(), ids.begin(), ids.end());
      after = ids.back().value();
    }
    CHECK(seen.size() == 8);
    CHECK(std::ranges::is_sorted(seen));
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
  });
}

TEST_CASE("a review is due at its second, not one before, the earliest first") {
  on_each_store([](ports::Store& store) {
    insert_people(store, 1, 4);
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.people().set_next_review(person(1), at(100)));
      LETHE_CHECK(tx.people().set_next_review(person(2), at(99)));
      return tx.people().set_next_review(person(3), at(101));
    });
    const auto due = [&](std::int64_t now, int limit = 10) {
      return read(store,
                  [=](const Reading& tx) { return tx.people().due_for_review(at(now), limit); });
    };
    CHECK(due(98).empty());
    CHECK(due(100) == std::vector{person(2), person(1)});
    CHECK(due(100, 1) == std::vector{person(2)});
    write(store, [](Writing& tx) { return tx.people().set_next_review(person(2), std::nullopt); });
    CHECK(due(101) == std::vector{person(1), person(3)});

    write(store, [](Writing& tx) { return tx.people().review_everybody(at(100)); });
    CHECK(due(99).empty());
    CHECK(due(100).size() == 4);
  });
}

}  // namespace
}  // namespace lethe::testing
