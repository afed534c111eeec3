// What is left in the tables after a message, a person's traces or a ticket's content go.
#include "lethe/core/tables.h"
#include "lethe/ports/threading.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::Writing;

// Rows of everything that can hang on ticket n and message n, by person n.
Status insert_all_below(Writing& tx, std::int64_t n) {
  auto& messages = tx.messages();
  const auto t = ticket(n);
  const auto m = message(n);
  const auto p = person(n);
  const auto sealed = [&] { return cell(p, "sealed"); };
  const Bytes digest = bytes_of("digest " + std::to_string(n));
  LETHE_CHECK(tx.tickets().insert(ticket_row(n, n)));
  LETHE_CHECK(tx.tickets().insert_free_tag({n, t, p, sealed()}));
  LETHE_CHECK(tx.tickets().add_participant({t, p, ports::ParticipantRole::requester}));
  LETHE_CHECK(tx.tickets().add_handler(t, agent(1)));
  LETHE_CHECK(tx.tickets().mark_read(t, agent(1), at(1)));
  LETHE_CHECK(messages.insert(message_row(n, n, n)));
  LETHE_CHECK(messages.insert_addressee({n, m, t, p, ports::AddresseeField::to, sealed()}));
  LETHE_CHECK(messages.insert_quote({n, m, t, p, 0, sealed()}));
  LETHE_CHECK(messages.insert_attachment({.id = core::AttachmentId::of(n),
                                          .message = m,
                                          .ticket = t,
                                          .person = p,
                                          .description = sealed(),
                                          .file_key = sealed(),
                                          .file = {}}));
  LETHE_CHECK(messages.insert_raw_copy({.message = m,
                                        .ticket = t,
                                        .person = p,
                                        .file_key = sealed(),
                                        .file = {},
                                        .expires_at = {}}));
  LETHE_CHECK(tx.outbox().save_mark({.digest = digest,
                                     .person = p,
                                     .kind = ports::MailMarkKind::left_ticket,
                                     .ticket = t,
                                     .at = at(1)}));
  LETHE_CHECK(ports::threading(tx).save_proposal(
      {.id = n, .ticket = t, .message = m, .other = {}, .at = at(1)}));
  LETHE_CHECK(ports::threading(tx).add_former_requester(t, p));
  LETHE_CHECK(messages.save_draft({.id = core::DraftId::of(n),
                                   .ticket = t,
                                   .person = p,
                                   .agent = agent(1),
                                   .text = sealed(),
                                   .updated_at = at(1)}));
  LETHE_CHECK(messages.insert_thread({digest, t, m, p}));
  LETHE_CHECK(messages.insert_mail_digest({digest, t, m}));
  return tx.outbox().insert({.id = core::OutgoingId::of(n),
                             .person = p,
                             .ticket = t,
                             .message = m,
                             .payload = sealed(),
                             .due_at = at(1),
                             .last_error = "",
                             .created_at = at(1),
                             .sent_at = {}});
}

// "messages.ticket_id": every column of type id that holds `value`, in any table.
std::vector<std::string> columns_holding(FreshDatabase& database, std::int64_t value) {
  std::vector<std::string> found;
  const auto connection = database.reader();
  for (const core::Table& table : core::all_tables()) {
    for (const core::Column& column : table.columns) {
      if (column.type != core::ColumnType::id && column.name != "ticket_id") continue;
      const auto rows = expect(sql::one_int64(*connection,
                                              "SELECT COUNT(*) FROM " + std::string{table.name} +
                                                  " WHERE " + std::string{column.name} + " = $1",
                                              {value}));
      if (rows > 0) found.push_back(std::string{table.name} + "." + std::string{column.name});
    }
  }
  return found;
}

// The tables whose annotation says that rows go with their ticket.
std::vector<std::string> columns_below_a_ticket() {
  std::vector<std::string> names;
  for (const core::Table& table : core::all_tables()) {
    const core::Column* column = table.find("ticket_id");
    if (column == nullptr || column->retention == core::Retention::installation) continue;
    if (column->retention == core::Retention::legal_record) continue;
    names.push_back(std::string{table.name} + ".ticket_id");
  }
  return names;
}

using Names = std::vector<std::string>;

bool has(const Names& names, std::string_view wanted) {
  return std::ranges::find(names, wanted) != names.end();
}

TEST_CASE("after a ticket's content went its id is nowhere but in the shell, and others keep all") {
  on_each_engine([](FreshDatabase& database) {
    const auto store = new_store(database);
    write(*store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_all_below(tx, 1));
      return insert_all_below(tx, 2);
    });
    // The fixture fills every table that the schema says is below a ticket.
    Names all = columns_below_a_ticket();
    all.insert(all.begin(), "tickets.id");
    CHECK(columns_holding(database, ticket(1).value()) == all);

    for (int twice = 0; twice < 2; ++twice) {
      write(*store, [](Writing& tx) -> Status {
        LETHE_CHECK(tx.messages().remove_content_of(ticket(1)));
        LETHE_CHECK(ports::threading(tx).remove_proposals(ticket(1)));
        return tx.outbox().remove_for_ticket(ticket(1));
      });
    }
    CHECK(columns_holding(database, ticket(1).value()) == Names{"tickets.id"});
    CHECK(columns_holding(database, message(1).value()).empty());
    CHECK(columns_holding(database, person(1).value()) == Names{"tickets.requester_id"});
    CHECK(columns_holding(database, ticket(2).value()) == all);
  });
}

TEST_CASE(
    "after a person's traces went no addressee, quote, thread, draft or free tag names them") {
  on_each_engine([](FreshDatabase& database) {
    const auto store = new_store(database);
    write(*store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_all_below(tx, 1));
      return insert_all_below(tx, 2);
    });
    const Names before = columns_holding(database, person(2).value());
    const Names traces{"addressees.person_id",       "quotes.person_id",
                       "threads.person_id",          "drafts.person_id",
                       "free_tags.person_id",        "participants.person_id",
                       "former_requesters.person_id"};
    for (const std::string& name : traces) CHECK(has(before, name));
    for (int twice = 0; twice < 2; ++twice) {
      write(*store, [](Writing& tx) { return tx.messages().remove_traces_of(person(1)); });
    }
    const Names left = columns_holding(database, person(1).value());
    for (const std::string& name : traces) {
      INFO(name);
      CHECK_FALSE(has(left, name));
    }
    CHECK(columns_holding(database, person(2).value()) == before);
  });
}

TEST_CASE("a message that is given to another person is theirs with its files and threads") {
  on_each_engine([](FreshDatabase& database) {
    const auto store = new_store(database);
    write(*store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_all_below(tx, 1));
      LETHE_CHECK(insert_all_below(tx, 2));
      return ports::threading(tx).give_message(message(1), ticket(1), person(3));
    });
    CHECK(columns_holding(database, person(3).value()) ==
          Names{"messages.person_id", "attachments.person_id", "threads.person_id"});
    const Names kept = columns_holding(database, person(1).value());
    for (const char* name : {"messages.person_id", "attachments.person_id", "threads.person_id"}) {
      CHECK_FALSE(has(kept, name));
      CHECK(has(columns_holding(database, person(2).value()), name));
    }
    CHECK(has(kept, "raw_copies.person_id"));
  });
}

TEST_CASE("a former requester is noted once and found from both sides") {
  on_each_engine([](FreshDatabase& database) {
    const auto store = new_store(database);
    write(*store, [](Writing& tx) -> Status {
      auto& threading = ports::threading(tx);
      LETHE_CHECK(threading.add_former_requester(ticket(1), person(1)));
      LETHE_CHECK(threading.add_former_requester(ticket(1), person(1)));
      LETHE_CHECK(threading.add_former_requester(ticket(1), person(2)));
      LETHE_TRY(const auto of_ticket, threading.former_requesters(ticket(1)));
      CHECK(of_ticket == std::vector{person(1), person(2)});
      LETHE_TRY(const auto of_person, threading.once_requested_by(person(2)));
      CHECK(of_person == std::vector{ticket(1)});
      LETHE_TRY(const auto nobody, threading.former_requesters(ticket(2)));
      CHECK(nobody.empty());
      return {};
    });
  });
}

TEST_CASE("a message goes with all that hangs on it, and nothing else goes") {
  on_each_engine([](FreshDatabase& database) {
    const auto store = new_store(database);
    write(*store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_all_below(tx, 1));
      return insert_all_below(tx, 2);
    });
    const Names before = columns_holding(database, message(2).value());
    CHECK(before.size() == 9);  // messages and the eight tables with a message_id
    for (int twice = 0; twice < 2; ++twice) {
      write(*store, [](Writing& tx) { return tx.messages().remove_message(message(1)); });
    }
    CHECK(columns_holding(database, message(1).value()).empty());
    CHECK(columns_holding(database, message(2).value()) == before);
    CHECK(has(columns_holding(database, ticket(1).value()), "drafts.ticket_id"));
  });
}

}  // namespace
}  // namespace lethe::testing
