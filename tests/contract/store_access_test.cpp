// ports::Agents and ports::Catalog on each engine.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::AgentRow;
using ports::NamedKind;
using ports::Reading;
using ports::Writing;

const Bytes kOne = bytes_of("one");
const Bytes kTwo = bytes_of("two");

AgentRow agent_row(std::int64_t n) {
  return {.id = agent(n), .person = person(n), .language = "de", .created_at = at(n)};
}

ports::TokenRow token_row(std::int64_t id, const Bytes& digest) {
  return {.id = id,
          .digest = digest,
          .agent = agent(1),
          .scope = ports::TokenScope::write,
          .name = "script",
          .created_at = at(1),
          .used_at = {}};
}

TEST_CASE("an agent is found by id and by person, keeps what is updated, and is there once") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.agents().insert(agent_row(2)));
      LETHE_CHECK(tx.agents().insert(agent_row(1)));
      AgentRow row = agent_row(1);
      row.role = ports::Role::admin;
      row.state = ports::AgentState::active;
      row.password_hash = "hash";
      row.language = "fr";
      row.failed_sign_ins = 4;
      row.locked_until = at(9);
      return tx.agents().update(row);
    });
    const AgentRow row =
        read(store, [](const Reading& tx) { return tx.agents().of_person(person(1)); });
    CHECK(row.id == agent(1));
    CHECK(row.role == ports::Role::admin);
    CHECK(row.state == ports::AgentState::active);
    CHECK(row.password_hash == "hash");
    CHECK(row.language == "fr");
    CHECK(row.failed_sign_ins == 4);
    CHECK(row.locked_until == at(9));
    const AgentRow bare = read(store, [](const Reading& tx) { return tx.agents().find(agent(2)); });
    CHECK_FALSE((bare.password_hash || bare.locked_until));
    CHECK(ids_of(read(store, [](const Reading& tx) { return tx.agents().all(); })) ==
          std::vector{agent(1), agent(2)});

    CHECK(error_of_read(store, [](const Reading& tx) { return tx.agents().find(agent(3)); }) ==
          Errc::not_found);
    CHECK(error_of_read(store, [](const Reading& tx) {
            return tx.agents().of_person(person(3));
          }) == Errc::not_found);
    AgentRow same_person = agent_row(3);
    same_person.person = person(1);
    CHECK(error_of_write(store, [&](Writing& tx) { return tx.agents().insert(same_person); }) ==
          Errc::already_exists);
  });
}

Errc session_error(ports::Store& store, const Bytes& digest) {
  return error_of_read(store, [&](const Reading& tx) { return tx.agents().session(digest); });
}

TEST_CASE("a session lasts until it is removed, its agent's are, or it idled or aged too long") {
  on_each_store([](ports::Store& store) {
    const auto insert = [](const Bytes& digest, std::int64_t by, std::int64_t made) {
      return [=](Writing& tx) {
        return tx.agents().insert_session({digest, agent(by), kTwo, at(made), at(made)});
      };
    };
    write(store, insert(kOne, 1, 10));
    write(store, [](Writing& tx) { return tx.agents().touch_session(kOne, at(20)); });
    const auto session = read(store, [](const Reading& tx) { return tx.agents().session(kOne); });
    CHECK((session.agent == agent(1) && session.csrf == kTwo));
    CHECK((session.created_at == at(10) && session.seen_at == at(20)));

    const auto expire = [&](std::int64_t seen, std::int64_t made) {
      write(store, [=](Writing& tx) {
        return tx.agents().remove_sessions_idle_since(at(seen), at(made));
      });
    };
    expire(20, 10);
    read(store, [](const Reading& tx) { return tx.agents().session(kOne); });
    expire(21, 0);
    CHECK(session_error(store, kOne) == Errc::not_found);
    write(store, insert(kOne, 1, 10));
    expire(0, 11);
    CHECK(session_error(store, kOne) == Errc::not_found);

    write(store, insert(kOne, 1, 10));
    write(store, insert(kTwo, 2, 10));
    write(store, [](Writing& tx) { return tx.agents().remove_sessions_of(agent(1)); });
    CHECK(session_error(store, kOne) == Errc::not_found);
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.agents().remove_session(kTwo); });
    }
    CHECK(session_error(store, kTwo) == Errc::not_found);
  });
}

TEST_CASE("a token is found by its digest, remembers its use, and no digest is given twice") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.agents().insert_token(token_row(2, kTwo)));
      LETHE_CHECK(tx.agents().insert_token(token_row(1, kOne)));
      return tx.agents().touch_token(1, at(5));
    });
    const auto token = read(store, [](const Reading& tx) { return tx.agents().token(kOne); });
    CHECK((token.id == 1 && token.agent == agent(1) && token.name == "script"));
    CHECK((token.scope == ports::TokenScope::write && token.used_at == at(5)));
    const auto ids = [&] {
      return ids_of(read(store, [](const Reading& tx) { return tx.agents().tokens(); }));
    };
    CHECK(ids() == std::vector<std::int64_t>{1, 2});
    CHECK(error_of_write(store, [](Writing& tx) {
            return tx.agents().insert_token(token_row(3, kOne));
          }) == Errc::already_exists);
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.agents().remove_token(1); });
    }
    CHECK(ids() == std::vector<std::int64_t>{2});
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.agents().token(kOne); }) ==
          Errc::not_found);
  });
}

TEST_CASE("links and views go one by one; all access goes at once, and views stay") {
  on_each_store([](ports::Store& store) {
    const auto link_error = [&](const Bytes& digest) {
      return error_of_read(store, [&](const Reading& tx) { return tx.agents().link(digest); });
    };
    const auto insert = [&] {
      write(store, [](Writing& tx) -> Status {
        const auto purpose = ports::LinkPurpose::recovery;
        LETHE_CHECK(tx.agents().insert_link({kOne, agent(1), purpose, at(7)}));
        return tx.agents().insert_link({kTwo, agent(2), purpose, at(7)});
      });
    };
    insert();
    const auto link = read(store, [](const Reading& tx) { return tx.agents().link(kOne); });
    CHECK((link.purpose == ports::LinkPurpose::recovery && link.expires_at == at(7)));
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.agents().remove_link(kOne));
      LETHE_CHECK(tx.agents().remove_link(kOne));
      return tx.agents().remove_links_of(agent(2));
    });
    CHECK(link_error(kOne) == Errc::not_found);
    CHECK(link_error(kTwo) == Errc::not_found);

    insert();
    const auto view = core::ViewId::of(1);
    write(store, [=](Writing& tx) -> Status {
      LETHE_CHECK(tx.agents().save_view({view, agent(1), person(1), cell(person(1), "a")}));
      LETHE_CHECK(tx.agents().save_view({view, agent(1), person(1), cell(person(1), "b")}));
      LETHE_CHECK(tx.agents().insert_token(token_row(1, kOne)));
      LETHE_CHECK(tx.agents().insert_session({kOne, agent(1), kTwo, at(1), at(1)}));
      return tx.agents().remove_all_access();
    });
    CHECK(link_error(kOne) == Errc::not_found);
    CHECK(session_error(store, kOne) == Errc::not_found);
    CHECK(read(store, [](const Reading& tx) { return tx.agents().tokens(); }).empty());
    const auto views = [&] {
      return read(store, [](const Reading& tx) { return tx.agents().views(agent(1)); });
    };
    REQUIRE(views().size() == 1);
    CHECK(holds(views()[0].definition, person(1), "b"));
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [=](Writing& tx) { return tx.agents().remove_view(view); });
    }
    CHECK(views().empty());
  });
}

// --- Catalog -------------------------------------------------------------------------------------

Status save_named(Writing& tx, std::int64_t id, NamedKind kind, std::string name) {
  return tx.catalog().save_named({id, kind, std::move(name)});
}

TEST_CASE("names are listed by name, are unique in their kind, and can be changed") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(save_named(tx, 1, NamedKind::group, "second"));
      LETHE_CHECK(save_named(tx, 2, NamedKind::group, "first"));
      LETHE_CHECK(save_named(tx, 3, NamedKind::tag, "first"));
      LETHE_CHECK(save_named(tx, 1, NamedKind::group, "zeroth"));
      return save_named(tx, 1, NamedKind::group, "zeroth");
    });
    const auto groups =
        read(store, [](const Reading& tx) { return tx.catalog().named(NamedKind::group); });
    REQUIRE(groups.size() == 2);
    CHECK((groups[0].name == "first" && groups[1].name == "zeroth"));
    CHECK(error_of_write(store, [](Writing& tx) {
            return save_named(tx, 4, NamedKind::group, "first");
          }) == Errc::already_exists);
    CHECK(error_of_write(store, [](Writing& tx) {
            return save_named(tx, 1, NamedKind::group, "first");
          }) == Errc::already_exists);
  });
}

TEST_CASE("tickets and persons lose the mark whose name is removed") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      auto row = ticket_row(1);
      row.group = group(1);
      row.type = type(1);
      LETHE_CHECK(tx.tickets().insert(row));
      LETHE_CHECK(tx.tickets().set_tags(ticket(1), {tag(1), tag(2)}));
      LETHE_CHECK(tx.people().set_tags(person(1), {tag(1)}));
      for (const std::int64_t id : {group(1).value(), type(1).value(), tag(1).value()}) {
        LETHE_CHECK(tx.catalog().remove_named(id));
        LETHE_CHECK(tx.catalog().remove_named(id));
      }
      return {};
    });
    const auto row = read(store, [](const Reading& tx) { return tx.tickets().find(ticket(1)); });
    CHECK_FALSE((row.group || row.type));
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().tags(ticket(1)); }) ==
          std::vector{tag(2)});
    CHECK(read(store, [](const Reading& tx) { return tx.people().tags(person(1)); }).empty());
  });
}

TEST_CASE("a mailbox keeps its fields, can be changed, and its address is there once") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.catalog().save_mailbox({1, "help@example.org", "Help", group(1), type(1)}));
      LETHE_CHECK(tx.catalog().save_mailbox({2, "info@example.org", "Info", {}, {}}));
      return tx.catalog().save_mailbox({1, "support@example.org", "Support", group(2), {}});
    });
    const auto mailboxes = [&] {
      return read(store, [](const Reading& tx) { return tx.catalog().mailboxes(); });
    };
    REQUIRE(mailboxes().size() == 2);
    const auto first = mailboxes()[0];
    CHECK((first.address == "support@example.org" && first.display_name == "Support"));
    CHECK((first.group == group(2) && !first.type));
    CHECK(error_of_write(store, [](Writing& tx) {
            return tx.catalog().save_mailbox({3, "info@example.org", "", {}, {}});
          }) == Errc::already_exists);
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.catalog().remove_mailbox(2); });
    }
    CHECK(ids_of(mailboxes()) == std::vector<std::int64_t>{1});
  });
}

ports::SecondStepRow second_step_row(std::int64_t n) {
  return {.agent = agent(n),
          .person = person(n),
          .secret = cell(person(n), "sealed"),
          .cell_version = 1,
          .confirmed_at = std::nullopt,
          .last_step = 0};
}

TEST_CASE("an authenticator is its agent's, keeps what is saved, counts when confirmed and goes") {
  on_each_store([](ports::Store& store) {
    const auto step_of = [&](std::int64_t n) {
      return read(store, [=](const Reading& tx) { return tx.agents().second_step(agent(n)); });
    };
    const auto confirmed = [&] {
      return read(store, [](const Reading& tx) { return tx.agents().with_second_step(); });
    };
    CHECK_FALSE(step_of(1));
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.agents().save_second_step(second_step_row(1)));
      return tx.agents().save_second_step(second_step_row(2));
    });
    REQUIRE(step_of(1));
    CHECK_FALSE(step_of(1)->confirmed_at);
    CHECK(confirmed().empty());
    write(store, [](Writing& tx) {
      auto row = second_step_row(1);
      row.secret = cell(person(1), "sealed anew");
      row.cell_version = 2;
      row.confirmed_at = at(5);
      row.last_step = 58'920'480;
      return tx.agents().save_second_step(row);
    });
    const auto row = step_of(1);
    REQUIRE(row);
    CHECK(row->person == person(1));
    CHECK(Bytes(row->secret.bytes().begin(), row->secret.bytes().end()) == bytes_of("sealed anew"));
    CHECK(row->cell_version == 2);
    CHECK(row->confirmed_at == at(5));
    CHECK(row->last_step == 58'920'480);
    CHECK(confirmed() == std::vector{agent(1)});
    write(store, [](Writing& tx) { return tx.agents().remove_second_step(agent(1)); });
    CHECK_FALSE(step_of(1));
    CHECK(step_of(2));
  });
}

TEST_CASE("changes of access are read newest first, by whom and of whom") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      using enum ports::AccessEventKind;
      LETHE_CHECK(tx.agents().insert_access_event(
          {1, at(1), second_step_required, agent(1), std::nullopt, "3"}));
      LETHE_CHECK(
          tx.agents().insert_access_event({2, at(2), second_step_on, agent(2), agent(2), ""}));
      return tx.agents().insert_access_event({3, at(3), second_step_reset, {}, agent(2), ""});
    });
    const auto events = read(store, [](const Reading& tx) { return tx.agents().access_events(2); });
    REQUIRE(events.size() == 2);
    CHECK(ids_of(events) == std::vector<std::int64_t>{3, 2});
    CHECK(events[0].kind == ports::AccessEventKind::second_step_reset);
    CHECK_FALSE(events[0].by);
    CHECK(events[0].agent == agent(2));
    CHECK(events[1].at == at(2));
    CHECK(events[1].by == agent(2));
  });
}

TEST_CASE("a setting is empty until set, and an empty value is a value") {
  on_each_store([](ports::Store& store) {
    const auto setting = [&](std::string_view name) {
      return read(store, [=](const Reading& tx) { return tx.catalog().setting(name); });
    };
    CHECK_FALSE(setting("a"));
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.catalog().set_setting("a", "1"));
      LETHE_CHECK(tx.catalog().set_setting("b", ""));
      return tx.catalog().set_setting("a", "2");
    });
    CHECK(setting("a") == "2");
    CHECK(setting("b") == "");
  });
}

TEST_CASE("an idempotency key answers once, until it expires") {
  on_each_store([](ports::Store& store) {
    const auto insert = [](Writing& tx) {
      return tx.catalog().insert_idempotency({kOne, kTwo, "tickets/1", at(10)});
    };
    const auto known = [&] {
      return read(store, [](const Reading& tx) { return tx.catalog().idempotency(kOne); });
    };
    CHECK_FALSE(known());
    write(store, insert);
    CHECK(error_of_write(store, insert) == Errc::already_exists);
    REQUIRE(known());
    CHECK((known()->body == kTwo && known()->resource == "tickets/1"));
    write(store, [](Writing& tx) { return tx.catalog().remove_idempotency_before(at(10)); });
    CHECK(known());
    write(store, [](Writing& tx) { return tx.catalog().remove_idempotency_before(at(11)); });
    CHECK_FALSE(known());
  });
}

TEST_CASE("a counter counts by digest and window, and starts again once its window is dropped") {
  on_each_store([](ports::Store& store) {
    const auto count = [&](const Bytes& digest, std::int64_t window) {
      std::int64_t n = 0;
      write(store, [&](Writing& tx) -> Status {
        LETHE_TRY(n, tx.catalog().count_up(digest, window));
        return {};
      });
      return n;
    };
    CHECK(count(kOne, 1) == 1);
    CHECK(count(kOne, 1) == 2);
    CHECK(count(kOne, 2) == 1);
    CHECK(count(kTwo, 1) == 1);
    write(store, [](Writing& tx) { return tx.catalog().remove_counters_before(2); });
    CHECK(count(kOne, 1) == 1);
    CHECK(count(kOne, 2) == 2);
  });
}

}  // namespace
}  // namespace lethe::testing
