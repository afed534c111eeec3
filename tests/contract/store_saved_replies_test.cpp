// ports::SavedReplies on each engine.
#include "lethe/ports/saved_replies.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::Reading;
using ports::saved_replies;
using ports::SavedReplyRow;
using ports::Writing;

core::SavedReplyId reply(std::int64_t n) { return core::SavedReplyId::of(9000 + n); }

SavedReplyRow reply_row(std::int64_t n, std::string title) {
  return {.id = reply(n),
          .title = std::move(title),
          .text = "Hello\n{{customer.name}} \xC3\xA4",
          .group = {},
          .language = "",
          .version = 1,
          .created_at = at(n),
          .updated_at = at(n)};
}

TEST_CASE("a saved reply is kept whole, replaced by its id, and removed") {
  on_each_store([](ports::Store& store) {
    SavedReplyRow row = reply_row(1, "Refund");
    row.group = group(1);
    row.language = "de";
    write(store, [&](Writing& tx) { return saved_replies(tx).save(row); });
    row.title = "Refund again";
    row.version = 2;
    row.updated_at = at(9);
    write(store, [&](Writing& tx) { return saved_replies(tx).save(row); });
    const auto find = [](const Reading& tx) { return saved_replies(tx).find(reply(1)); };
    const SavedReplyRow found = read(store, find);
    CHECK(found.title == "Refund again");
    CHECK(found.text == row.text);
    CHECK(found.group == group(1));
    CHECK(found.language == "de");
    CHECK(found.version == 2);
    CHECK(found.created_at == at(1));
    CHECK(found.updated_at == at(9));
    CHECK(read(store, [](const Reading& tx) { return saved_replies(tx).count(); }) == 1);
    write(store, [](Writing& tx) { return saved_replies(tx).remove(reply(1)); });
    CHECK(error_of_read(store, find) == Errc::not_found);
    CHECK(read(store, [](const Reading& tx) { return saved_replies(tx).count(); }) == 0);
  });
}

TEST_CASE("titles come in order without texts, pages by their last change with them") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(saved_replies(tx).save(reply_row(1, "b")));
      LETHE_CHECK(saved_replies(tx).save(reply_row(2, "a")));
      SavedReplyRow late = reply_row(3, "c");
      late.updated_at = at(2);
      return saved_replies(tx).save(late);
    });
    const auto titles = read(store, [](const Reading& tx) { return saved_replies(tx).titles(); });
    CHECK(ids_of(titles) == std::vector{reply(2), reply(1), reply(3)});
    CHECK(titles.front().text.empty());
    const auto page = [&](Instant after, std::int64_t id, int limit) {
      return read(store,
                  [&](const Reading& tx) { return saved_replies(tx).page(after, id, limit); });
    };
    CHECK(ids_of(page(instant_of(0), 0, 10)) == std::vector{reply(1), reply(2), reply(3)});
    CHECK(ids_of(page(instant_of(0), 0, 2)) == std::vector{reply(1), reply(2)});
    CHECK(ids_of(page(at(2), reply(2).value(), 2)) == std::vector{reply(3)});
    CHECK(page(at(2), reply(3).value(), 2).empty());
    CHECK_FALSE(page(at(1), 0, 1).front().text.empty());
  });
}

TEST_CASE("a group that is removed leaves its saved replies without one") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      SavedReplyRow row = reply_row(1, "Refund");
      row.group = group(1);
      LETHE_CHECK(saved_replies(tx).save(row));
      row = reply_row(2, "Other");
      row.group = group(2);
      LETHE_CHECK(saved_replies(tx).save(row));
      return tx.catalog().remove_named(group(1).value());
    });
    const auto of = [&](std::int64_t n) {
      return read(store, [&](const Reading& tx) { return saved_replies(tx).find(reply(n)); });
    };
    CHECK_FALSE(of(1).group.has_value());
    CHECK(of(2).group == group(2));
  });
}

TEST_CASE("changes of saved replies and changes of access are told apart") {
  on_each_store([](ports::Store& store) {
    using Kind = ports::AccessEventKind;
    write(store, [](Writing& tx) -> Status {
      std::int64_t id = 0;
      for (const Kind kind :
           {Kind::second_step_on, Kind::saved_reply_added, Kind::saved_reply_changed,
            Kind::saved_reply_removed, Kind::recovery_code_used}) {
        ports::AccessEventRow row{.id = ++id, .at = at(id), .kind = kind, .by = {}, .agent = {}};
        row.detail = "7";
        LETHE_CHECK(tx.agents().insert_access_event(row));
      }
      return {};
    });
    const auto ids = [](const std::vector<ports::AccessEventRow>& rows) { return ids_of(rows); };
    using Ids = std::vector<std::int64_t>;
    CHECK(ids(read(store, [](const Reading& tx) { return tx.agents().access_events(10); })) ==
          Ids{5, 1});
    CHECK(ids(read(store, [](const Reading& tx) { return saved_replies(tx).changes(10); })) ==
          Ids{4, 3, 2});
    CHECK(ids(read(store, [](const Reading& tx) { return saved_replies(tx).changes(1); })) ==
          Ids{4});
  });
}

}  // namespace
}  // namespace lethe::testing
