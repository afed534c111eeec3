#include "lethe/app/erasure.h"

#include "app_fixture.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/sweep.h"

namespace lethe::app::testing {
namespace {

core::ErasureId erase(AppFixture& at, const ErasureOrder& order) {
  const auto id = expect(approve_erasure(at.app(), order));
  const core::ErasureId ids[] = {id};
  expect(run_erasures(at.app(), ids));
  return id;
}

ports::ErasureRow row_of(AppFixture& at, core::ErasureId id) {
  std::optional<ports::ErasureRow> row;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.retention().erasure(id));
    return {};
  }));
  return *row;
}

core::MessageId answer(AppFixture& at, core::TicketId ticket, core::AgentId by,
                       std::string_view text, std::vector<std::string> cc = {}) {
  NewAnswer order{.ticket = ticket, .by = by, .text = std::string{text}, .seen = std::nullopt};
  for (const std::string& address : cc) {
    order.cc.push_back(expect(core::EmailAddress::parse(address)));
  }
  order.files = {{"terms.txt", "text/plain", "all the terms"}};
  return expect(answer_ticket(at.app(), order)).message;
}

TEST_CASE("an erased person leaves a shell: number, times and state, no word and no name") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org", "Broken pedal", "The crank is loose.");
  answer(at, ticket, boss, "Tighten it.");
  at.set_status(ticket, "closed");
  at.index_everything();
  const auto before = at.row(ticket);
  const auto id = erase(at, {.person = at.person("ann@example.org"), .tickets = {}});
  const auto shell = at.row(ticket);
  CHECK(shell.erased);
  CHECK_FALSE(shell.requester.has_value());
  CHECK_FALSE(shell.subject.has_value());
  CHECK(shell.message_count == 0);
  CHECK(shell.number == before.number);
  CHECK(shell.state.closed == before.state.closed);
  CHECK(at.view(ticket).messages.empty());
  const auto done = row_of(at, id);
  CHECK(done.state == ports::ErasureState::done);
  CHECK(done.certificate.has_value());
  CHECK(done.unrecoverable_from_backups_at == at.clock.now() + Days{30});
  CHECK_FALSE(expect(person_at(at.app(), expect(core::EmailAddress::parse("ann@example.org"))))
                  .has_value());
}

TEST_CASE("erasing one ticket leaves the person's other one readable") {
  AppFixture at;
  const auto gone = at.ticket("ann@example.org", "First", "one");
  const auto kept = at.ticket("ann@example.org", "Second", "two");
  erase(at, {.scope = ports::ErasureScope::ticket,
             .person = at.person("ann@example.org"),
             .tickets = {gone}});
  CHECK(at.row(gone).erased);
  CHECK(at.view(kept).summary.subject == "Second");
  CHECK(at.view(kept).messages.at(0).text == "two");
}

TEST_CASE("erasing the attachments of a ticket leaves its words") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  answer(at, ticket, boss, "See the file.");
  const auto file = at.view(ticket).messages.back().attachments.at(0).id;
  erase(at, {.scope = ports::ErasureScope::attachments,
             .person = at.person("ann@example.org"),
             .tickets = {ticket}});
  const auto left = at.view(ticket).messages.back();
  CHECK(left.text == "See the file.");
  CHECK(left.attachments.empty());
  CHECK(read_attachment(at.app(), file).error().code == Errc::not_found);
}

TEST_CASE("erasing files where there are none is done at once and certifies nothing") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org");
  for (const auto scope : {ports::ErasureScope::attachments, ports::ErasureScope::raw}) {
    const auto id = erase(at, {.scope = scope,
                               .person = at.person("ann@example.org"),
                               .tickets = {ticket},
                               .grace_days = 7});
    CHECK(row_of(at, id).state == ports::ErasureState::done);
    CHECK_FALSE(row_of(at, id).certificate.has_value());
    CHECK_FALSE(row_of(at, id).grace_until.has_value());
  }
  CHECK(at.view(ticket).messages.size() == 1);
}

TEST_CASE("erasing the same files again states nothing again") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  answer(at, ticket, boss, "See the file.");
  const ErasureOrder files{.scope = ports::ErasureScope::attachments,
                           .person = at.person("ann@example.org"),
                           .tickets = {ticket}};
  CHECK(row_of(at, erase(at, files)).certificate.has_value());
  CHECK_FALSE(row_of(at, erase(at, files)).certificate.has_value());
  answer(at, ticket, boss, "Another file.");
  CHECK(row_of(at, erase(at, files)).certificate.has_value());
}

TEST_CASE("whoever was only on Cc goes without harm to the ticket") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  const auto message = answer(at, ticket, boss, "Hello both.", {"bob@example.org"});
  erase(at, {.person = at.person("bob@example.org"), .tickets = {}});
  const auto view = at.view(ticket);
  CHECK(view.cc.empty());
  CHECK(view.messages.back().id == message);
  CHECK(view.messages.back().text == "Hello both.");
  CHECK(view.messages.back().cc.empty());
  CHECK(view.summary.requester->email == "ann@example.org");
}

TEST_CASE("a queued mail to an erased person does not leave; the others do") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  answer(at, ticket, boss, "Hello both.", {"bob@example.org"});
  erase(at, {.person = at.person("bob@example.org"), .tickets = {}});
  at.clock.advance(Seconds{60});
  expect(send_due_mail(at.app(), at.mail_server, 10));
  REQUIRE(at.mail_server.sent.size() == 1);
  CHECK(at.mail_server.sent[0].recipients == std::vector<std::string>{"ann@example.org"});
}

TEST_CASE("mail of a person whose rows are gone and whose keys are not yet is not taken in") {
  AppFixture at;
  at.ticket("ann@example.org");
  const auto ann = at.person("ann@example.org");
  const auto id = expect(approve_erasure(at.app(), {.person = ann, .tickets = {}}));
  // As it stands while the replica is away.
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.retention().erasure(id));
    row.state = ports::ErasureState::running;
    row.step = ports::ErasureStep::removed;
    LETHE_CHECK(tx.retention().save_erasure(row));
    return tx.people().remove(ann);
  }));
  const auto mail = AppFixture::mail("Ann <ann@example.org>", "Me again", "Hello?");
  CHECK(at.receive(mail).error().code == Errc::busy);
  CHECK(at.receive(AppFixture::mail("bob@example.org", "Other", "Hello.")).has_value());
}

TEST_CASE("an erasure in grace waits, can be cancelled, and runs when its time has come") {
  AppFixture at;
  at.ticket("ann@example.org");
  at.ticket("bob@example.org");
  const auto order = [&](const char* address) {
    return ErasureOrder{.person = at.person(address), .tickets = {}, .grace_days = 7};
  };
  const auto ann = at.person("ann@example.org");
  const auto bob = at.person("bob@example.org");
  const auto first = expect(approve_erasure(at.app(), order("ann@example.org")));
  const auto second = expect(approve_erasure(at.app(), order("bob@example.org")));
  at.clock.advance(Days{7} - Seconds{1});
  CHECK(expect(run_due_erasures(at.app())) == 0);
  expect(cancel_erasure(at.app(), second));
  at.clock.advance(Seconds{1});
  CHECK(expect(run_due_erasures(at.app())) == 1);
  CHECK_FALSE(at.person_exists(ann));
  CHECK(at.person_exists(bob));
  CHECK(cancel_erasure(at.app(), first).error().code == Errc::conflict);
}

TEST_CASE("a restore of an older backup does not bring the erased back") {
  AppFixture at;
  const auto kept = at.ticket("bob@example.org", "Kept", "stays");
  const auto ticket = at.ticket("ann@example.org", "Gone", "goes");
  const auto ann = at.person("ann@example.org");
  at.back_up();
  erase(at, {.person = ann, .tickets = {}});
  at.put_back();
  CHECK(at.person_exists(ann));
  const auto report = expect(sweep(at.app(), ConfirmSweep::no));
  CHECK(report.persons == 1);
  CHECK_FALSE(at.person_exists(ann));
  CHECK(at.row(ticket).erased);
  CHECK(at.view(kept).messages.at(0).text == "stays");
}

TEST_CASE("whatever the organisation is called, an erasure ends with its certificate") {
  for (const std::string& name :
       {std::string{"Caf\u00e9@Home"}, std::string{"Two\nlines\tand more"}, std::string(1'999, 'x'),
        std::string(199, 'x') + "\u20ac", std::string{" "}}) {
    CAPTURE(name);
    AppFixture at;
    at.ticket("ann@example.org");
    expect(at.app().store.write(
        [&](ports::Writing& tx) { return tx.catalog().set_setting("organisation", name); }));
    const auto id = erase(at, {.person = at.person("ann@example.org"), .tickets = {}});
    CHECK(row_of(at, id).state == ports::ErasureState::done);
    CHECK(row_of(at, id).certificate.has_value());
  }
}

TEST_CASE("an order that was taken back since does not come back with a backup") {
  for (const bool taken_back : {false, true}) {
    CAPTURE(taken_back);
    AppFixture at;
    at.ticket("ann@example.org");
    at.ticket("bob@example.org");
    const auto ann = at.person("ann@example.org");
    const auto order =
        expect(approve_erasure(at.app(), {.person = ann, .tickets = {}, .grace_days = 7}));
    at.back_up();
    if (taken_back) expect(cancel_erasure(at.app(), order));
    // Somebody else goes, so that the data that is put back is known to be older.
    erase(at, {.person = at.person("bob@example.org"), .tickets = {}});
    at.put_back();
    expect(sweep(at.app(), ConfirmSweep::no));
    const auto expected = taken_back ? ports::ErasureState::cancelled : ports::ErasureState::grace;
    CHECK(row_of(at, order).state == expected);
    at.clock.advance(Days{8});
    CHECK(expect(run_due_erasures(at.app())) == (taken_back ? 0 : 1));
    CHECK(at.person_exists(ann) == taken_back);
  }
}

TEST_CASE(
    "an order that was carried out since is done in data that is put back, and tried no more") {
  AppFixture at;
  const auto kept = at.ticket("bob@example.org", "Kept", "stays");
  const auto gone = at.ticket("bob@example.org", "Gone", "goes");
  at.ticket("ann@example.org");
  const auto bob = at.person("bob@example.org");
  const auto of_ann = expect(approve_erasure(
      at.app(), {.person = at.person("ann@example.org"), .tickets = {}, .grace_days = 7}));
  const auto of_ticket = expect(approve_erasure(
      at.app(),
      {.scope = ports::ErasureScope::ticket, .person = bob, .tickets = {gone}, .grace_days = 7}));
  const auto waiting = expect(approve_erasure(
      at.app(),
      {.scope = ports::ErasureScope::ticket, .person = bob, .tickets = {kept}, .grace_days = 30}));
  at.back_up();
  at.clock.advance(Days{7});
  CHECK(expect(run_due_erasures(at.app())) == 2);
  at.put_back();
  expect(sweep(at.app(), ConfirmSweep::no));
  CHECK(row_of(at, of_ann).state == ports::ErasureState::done);
  CHECK(row_of(at, of_ticket).state == ports::ErasureState::done);
  CHECK(row_of(at, waiting).state == ports::ErasureState::grace);
  CHECK(expect(run_due_erasures(at.app())) == 0);
  CHECK(row_of(at, of_ann).detail.empty());
  CHECK(at.view(kept).messages.at(0).text == "stays");
}

TEST_CASE("the last administrator is not erased, by an order nor when its grace is over") {
  AppFixture at;
  at.agent("boss@example.com");
  const ErasureOrder boss{.person = at.person("boss@example.com"), .tickets = {}};
  CHECK(approve_erasure(at.app(), boss).error().code == Errc::conflict);

  at.agent("other@example.com");
  const auto later =
      expect(approve_erasure(at.app(), {.person = boss.person, .tickets = {}, .grace_days = 1}));
  erase(at, {.person = at.person("other@example.com"), .tickets = {}});
  at.clock.advance(Days{1});
  CHECK(expect(run_due_erasures(at.app())) == 0);
  CHECK(row_of(at, later).state == ports::ErasureState::refused);
  CHECK(at.person_exists(boss.person));
}

TEST_CASE("erasing an agent leaves a former agent and the answers they gave") {
  AppFixture at;
  at.agent("boss@example.com");
  const auto smith = at.agent("smith@example.com");
  const auto ticket = at.ticket("ann@example.org");
  answer(at, ticket, smith, "Tighten it.");
  erase(at, {.person = at.person("smith@example.com"), .tickets = {}});
  const auto message = at.view(ticket).messages.back();
  CHECK(message.text == "Tighten it.");
  REQUIRE(message.agent.has_value());
  CHECK(message.agent->name.empty());
}

TEST_CASE("the last administrator is not erased, or nobody could come in any more") {
  AppFixture at;
  at.agent("boss@example.com");
  at.agent("helper@example.com", ports::Role::agent);
  const ErasureOrder boss{.person = at.person("boss@example.com"), .tickets = {}};
  const auto refused = approve_erasure(at.app(), boss);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().detail.contains("last administrator"));
  const ErasureOrder both[] = {boss, {.person = at.person("helper@example.com"), .tickets = {}}};
  const auto ids = expect(approve_erasures(at.app(), both));
  CHECK_FALSE(ids.at(0).has_value());
  REQUIRE(ids.at(1).has_value());
  at.agent("second@example.com");
  CHECK(approve_erasure(at.app(), boss).has_value());
}

TEST_CASE("a reply taken back in time is a draft again; too late it is a conflict") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  at.index_everything();
  const auto first = answer(at, ticket, boss, "Too hasty.");
  at.clock.advance(Seconds{9});
  expect(take_back(at.app(), first, boss));
  std::optional<TicketView> view;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(view, view_ticket(at.app(), tx, ticket, boss));
    return {};
  }));
  CHECK(view->messages.size() == 1);
  CHECK(view->draft_reply == "Too hasty.");
  CHECK(view->summary.row.message_count == 1);
  const auto second = answer(at, ticket, boss, "Well considered.");
  at.clock.advance(Seconds{10});
  CHECK(take_back(at.app(), second, boss).error().code == Errc::conflict);
  CHECK(expect(send_due_mail(at.app(), at.mail_server, 10)) == 1);
  CHECK(at.mail_server.sent.size() == 1);
}

TEST_CASE("a reply that closed its ticket opens it again when it is taken back") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  NewAnswer closing{.ticket = ticket, .by = boss, .text = "Done.", .seen = std::nullopt};
  closing.status = "closed";
  const auto hasty = expect(answer_ticket(at.app(), closing));
  CHECK(at.row(ticket).state.closed.has_value());
  at.clock.advance(Seconds{5});
  expect(take_back(at.app(), hasty.message, boss));
  CHECK_FALSE(at.row(ticket).state.closed.has_value());
  // Closed before, it was not this answer that closed it.
  at.set_status(ticket, "closed");
  at.clock.advance(Seconds{5});
  const auto late = answer(at, ticket, boss, "One thing more.");
  expect(take_back(at.app(), late, boss));
  CHECK(at.row(ticket).state.closed.has_value());
}

TEST_CASE("an answer to what the agent had not read yet is a conflict") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto other = at.agent("other@example.com");
  const auto ticket = at.ticket("ann@example.org");
  const auto seen = *at.row(ticket).last_message;
  answer(at, ticket, other, "I was quicker.");
  const auto late =
      answer_ticket(at.app(), {.ticket = ticket, .by = boss, .text = "Me too.", .seen = seen});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == Errc::conflict);
}

}  // namespace
}  // namespace lethe::app::testing
