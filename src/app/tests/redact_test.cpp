#include "lethe/app/redact.h"

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/holds.h"
#include "lethe/app/search.h"
#include "lethe/app/sweep.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kSecret = "BE71096123456769";

std::string reply_headers(AppFixture& at, core::TicketId ticket) {
  return "In-Reply-To: <" + at.app().vault.sign_message_id(ticket, core::MessageId::of(1)) +
         "@example.com>\r\n";
}

std::size_t found(AppFixture& at, std::string_view query) {
  std::size_t count = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto results, search(at.app(), tx, query, std::nullopt, 10));
    count = results.tickets.size();
    return {};
  }));
  return count;
}

ports::ErasureRow erasure(AppFixture& at, core::ErasureId id) {
  std::optional<ports::ErasureRow> row;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.retention().erasure(id));
    return {};
  }));
  return *row;
}

// As `lethe backup restore` and the next start do it.
void restore(AppFixture& at) {
  at.put_back_marked();
  expect(sweep(at.app(), ConfirmSweep::no));
}

std::vector<AttachmentView> answer_with_two_files(AppFixture& at, core::TicketId ticket,
                                                  core::AgentId by) {
  expect(answer_ticket(
      at.app(), {.ticket = ticket,
                 .by = by,
                 .text = "Two files.",
                 .files = {{"a.txt", "text/plain", "alpha"}, {"b.txt", "text/plain", "beta"}},
                 .seen = std::nullopt}));
  auto files = at.view(ticket).messages.back().attachments;
  REQUIRE(files.size() == 2);
  return files;
}

TEST_CASE("a redacted passage is gone from text, subject, snippet and search; the rest stays") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "My account BE71096123456769",
                                "Please pay to BE71096123456769, thank you kindly.");
  at.index_everything();
  REQUIRE(found(at, kSecret) == 1);
  const auto before = at.row(ticket);
  at.clock.advance(Days{1});
  const auto id = expect(redact_text(at.app(), *before.last_message, kSecret, std::nullopt));
  at.index_everything();
  const auto view = at.view(ticket);
  CHECK(view.messages.at(0).text == "Please pay to \u2588\u2588\u2588, thank you kindly.");
  CHECK(view.messages.at(0).flags.redacted);
  CHECK(view.summary.subject == "My account \u2588\u2588\u2588");
  CHECK(view.summary.snippet.find(kSecret) == std::string::npos);
  CHECK(found(at, kSecret) == 0);
  CHECK(found(at, "kindly") == 1);
  const auto row = erasure(at, id);
  CHECK(row.state == ports::ErasureState::done);
  CHECK(row.scope == ports::ErasureScope::redaction);
  CHECK(row.certificate.has_value());
  // No retention clock moved.
  CHECK(at.row(ticket).updated_at == before.updated_at);
}

TEST_CASE("an old copy of the data opens nothing of a redacted message with today's keys") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769.");
  at.back_up();
  expect(redact_text(at.app(), *at.row(ticket).last_message, kSecret, std::nullopt));
  at.put_back();
  const auto text = at.view(ticket).messages.at(0).text;
  CHECK(text.find(kSecret) == std::string::npos);
}

TEST_CASE("a backup from before a redaction is restored with the rest of the message in place") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account BE71096123456769",
                                "Pay to BE71096123456769, thank you kindly.");
  const auto message = *at.row(ticket).last_message;
  at.back_up();
  expect(redact_text(at.app(), message, kSecret, std::nullopt));
  expect(redact_text(at.app(), message, "kindly", std::nullopt));
  for (int twice = 0; twice < 2; ++twice) {
    restore(at);
    const auto view = at.view(ticket);
    CHECK(view.messages.at(0).text == "Pay to \u2588\u2588\u2588, thank you \u2588\u2588\u2588.");
    CHECK(view.messages.at(0).flags.redacted);
    CHECK(view.summary.subject == "Account \u2588\u2588\u2588");
    at.index_everything();
    CHECK(found(at, "thank") == 1);
    CHECK(found(at, kSecret) == 0);
    CHECK(found(at, "kindly") == 0);
  }
}

TEST_CASE("data put back by other tools than ours is shortened again before it is served") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account BE71096123456769",
                                "Pay to BE71096123456769, thank you kindly.");
  at.back_up();
  expect(redact_text(at.app(), *at.row(ticket).last_message, kSecret, std::nullopt));
  at.put_back();
  // Nobody was erased since: nothing but the note tells that the data is older.
  const auto report = expect(sweep(at.app(), ConfirmSweep::no));
  CHECK(report.persons + report.tickets == 0);
  CHECK(at.view(ticket).messages.at(0).text == "Pay to \u2588\u2588\u2588, thank you kindly.");
  CHECK(at.view(ticket).summary.subject == "Account \u2588\u2588\u2588");
  at.index_everything();
  CHECK(found(at, "kindly") == 1);
  CHECK(found(at, kSecret) == 0);
}

TEST_CASE("a start without a restore changes nothing that was redacted") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769, please.");
  const auto message = *at.row(ticket).last_message;
  expect(redact_text(at.app(), message, kSecret, std::nullopt));
  const auto text = at.view(ticket).messages.at(0).text;
  for (int starts = 0; starts < 2; ++starts) {
    at.restart();
    expect(at.app().vault.turn_root());  // a keyring that is newer than the data
    const auto report = expect(sweep(at.app(), ConfirmSweep::no));
    CHECK_FALSE(report.restored);
    CHECK(at.view(ticket).messages.at(0).text == text);
  }
  expect(redact_text(at.app(), message, "please", std::nullopt));
  CHECK(at.view(ticket).messages.at(0).text == "Pay to \u2588\u2588\u2588, \u2588\u2588\u2588.");
}

TEST_CASE("a restore brings back no raw copy of a ticket with a redaction, whoever wrote it") {
  AppFixture at;
  const auto first = expect(at.receive(
      AppFixture::mail("ann@example.org", "Account", "Hello.", "Cc: bob@example.org\r\n")));
  const auto second = expect(at.receive(AppFixture::mail(
      "bob@example.org", "Re: Account", "Pay to Ghent, please.", reply_headers(at, first.ticket))));
  REQUIRE(second.ticket == first.ticket);
  const auto copies = [&] {
    std::size_t count = 0;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto rows, tx.messages().raw_copies(first.ticket));
      count = rows.size();
      return {};
    }));
    return count;
  };
  REQUIRE(copies() == 2);
  at.back_up();
  expect(redact_text(at.app(), second.message, "Ghent", std::nullopt));
  restore(at);
  CHECK(copies() == 0);
  CHECK(at.view(first.ticket).messages.at(0).text.starts_with("Hello."));
}

TEST_CASE("a backup from after a redaction is restored as it was") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769, please.");
  expect(redact_text(at.app(), *at.row(ticket).last_message, kSecret, std::nullopt));
  const auto later = expect(at.receive(
      AppFixture::mail("ann@example.org", "Re: Account", "Any news?", reply_headers(at, ticket))));
  REQUIRE(later.ticket == ticket);
  at.back_up();
  at.ticket("bob@example.org");
  restore(at);
  const auto view = at.view(ticket);
  REQUIRE(view.messages.size() == 2);
  CHECK(view.messages.at(0).text == "Pay to \u2588\u2588\u2588, please.");
  CHECK(view.messages.at(1).text.starts_with("Any news?"));
}

TEST_CASE("the note of a redaction brings nobody back who was erased after it") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769, please.");
  const auto ann = at.person("ann@example.org");
  at.back_up();
  expect(redact_text(at.app(), *at.row(ticket).last_message, kSecret, std::nullopt));
  const auto erasure = expect(approve_erasure(at.app(), {.scope = ports::ErasureScope::ticket,
                                                         .person = ann,
                                                         .tickets = {ticket},
                                                         .approved_by = std::nullopt,
                                                         .rule = std::nullopt,
                                                         .run = std::nullopt}));
  const std::array ids{erasure};
  expect(run_erasures(at.app(), ids));
  at.put_back();
  expect(sweep(at.app(), ConfirmSweep::no));
  CHECK(at.row(ticket).erased);
  CHECK(at.view(ticket).messages.empty());
  CHECK(at.person_exists(ann));
}

TEST_CASE("quotations of a redacted passage are restored shortened and in their place") {
  AppFixture at;
  const auto taken = expect(at.receive(
      AppFixture::mail("Ann <ann@example.org>", "Account",
                       "Good morning, the number of my account is BE71096123456769 as you know.",
                       "Cc: Bob <bob@example.org>\r\nMessage-ID: <first@example.org>\r\n"),
      "ann@example.org"));
  const auto second = expect(at.receive(
      AppFixture::mail("Bob <bob@example.org>", "Re: Account",
                       "I agree with every word.\n\nOn Monday, Ann <ann@example.org> wrote:\n"
                       "> Good morning, the number of my account is BE71096123456769 as you "
                       "know.\n",
                       reply_headers(at, taken.ticket)),
      "bob@example.org"));
  REQUIRE(second.ticket == taken.ticket);
  at.back_up();
  expect(redact_text(at.app(), taken.message, kSecret, std::nullopt));
  const auto before = at.view(taken.ticket);
  restore(at);
  const auto after = at.view(taken.ticket);
  REQUIRE(after.messages.size() == before.messages.size());
  for (std::size_t i = 0; i < after.messages.size(); ++i) {
    CHECK(after.messages[i].text == before.messages[i].text);
    CHECK(after.messages[i].flags.redacted == before.messages[i].flags.redacted);
    CHECK(after.messages[i].to.size() == before.messages[i].to.size());
  }
  CHECK(after.messages.at(1).text.find("account is \u2588") != std::string::npos);
}

TEST_CASE("a redacted file does not come back by a restore; its neighbour does") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  const auto files = answer_with_two_files(at, ticket, boss);
  at.back_up();
  expect(redact_attachment(at.app(), files[0].id, boss));
  restore(at);
  const auto left = at.view(ticket).messages.back();
  REQUIRE(left.attachments.size() == 1);
  CHECK(left.attachments[0].id == files[1].id);
  CHECK(left.flags.redacted);
  CHECK(expect(read_attachment(at.app(), files[1].id)).bytes.reveal() == "beta");
}

TEST_CASE("everything else under the same key can still be read after a redaction") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769.");
  expect(change_ticket(at.app(), ticket, {.tags = std::vector<std::string>{"a free tag"}}, boss));
  const auto message = *at.row(ticket).last_message;
  const auto answer =
      expect(answer_ticket(at.app(), {.ticket = ticket,
                                      .by = boss,
                                      .text = "We will.",
                                      .files = {{"terms.txt", "text/plain", "all terms"}},
                                      .seen = std::nullopt}));
  expect(save_draft(at.app(), ticket, boss, ports::MessageKind::note, "call her back"));
  expect(redact_text(at.app(), message, kSecret, boss));
  at.restart();
  std::optional<TicketView> view;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(view, view_ticket(at.app(), tx, ticket, boss));
    return {};
  }));
  CHECK(view->summary.subject == "Account");
  CHECK(view->summary.free_tags == std::vector<std::string>{"a free tag"});
  CHECK(view->draft_note == "call her back");
  const MessageView* answered = nullptr;
  for (const MessageView& shown : view->messages) {
    if (shown.id == answer.message) answered = &shown;
  }
  REQUIRE(answered != nullptr);
  CHECK(answered->text == "We will.");
  CHECK_FALSE(answered->flags.redacted);
  REQUIRE(answered->to.size() == 1);
  CHECK(answered->to[0].address == "ann@example.org");
  REQUIRE(answered->attachments.size() == 1);
  CHECK(expect(read_attachment(at.app(), answered->attachments[0].id)).bytes.reveal() ==
        "all terms");
}

TEST_CASE("a quotation of the passage in an answer goes along, and the answer keeps its place") {
  AppFixture at;
  const std::string first =
      AppFixture::mail("Ann <ann@example.org>", "Account",
                       "Good morning, the number of my account is BE71096123456769 as you know.",
                       "Cc: Bob <bob@example.org>\r\nMessage-ID: <first@example.org>\r\n");
  const auto taken = expect(at.receive(first, "ann@example.org"));
  const std::string answer = AppFixture::mail(
      "Bob <bob@example.org>", "Re: Account",
      "I agree with every word.\n\nOn Monday, Ann <ann@example.org> wrote:\n"
      "> Good morning, the number of my account is BE71096123456769 as you know.\n",
      reply_headers(at, taken.ticket));
  const auto second = expect(at.receive(answer, "bob@example.org"));
  REQUIRE(second.ticket == taken.ticket);
  REQUIRE(at.view(taken.ticket).messages.at(1).text.find(kSecret) != std::string::npos);
  expect(redact_text(at.app(), taken.message, kSecret, std::nullopt));
  const auto view = at.view(taken.ticket);
  CHECK(view.messages.at(0).text.find(kSecret) == std::string::npos);
  CHECK(view.messages.at(1).text.find(kSecret) == std::string::npos);
  CHECK(view.messages.at(1).text.starts_with("I agree with every word."));
  CHECK(view.messages.at(1).text.find("> Good morning, the number of my account is \u2588") !=
        std::string::npos);
  CHECK(view.messages.at(1).flags.redacted);
  CHECK(read_raw_copy(at.app(), taken.message).error().code == Errc::not_found);
  CHECK(read_raw_copy(at.app(), second.message).error().code == Errc::not_found);
}

TEST_CASE("one attachment is redacted, its neighbour stays") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  const auto files = answer_with_two_files(at, ticket, boss);
  const auto id = expect(redact_attachment(at.app(), files[0].id, boss));
  CHECK(erasure(at, id).certificate.has_value());
  const auto left = at.view(ticket).messages.back();
  REQUIRE(left.attachments.size() == 1);
  CHECK(left.attachments[0].name == "b.txt");
  CHECK(left.flags.redacted);
  CHECK(expect(read_attachment(at.app(), files[1].id)).bytes.reveal() == "beta");
  CHECK(read_attachment(at.app(), files[0].id).error().code == Errc::not_found);
}

TEST_CASE("what is not said cannot be redacted, and a hold keeps it all") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org", "Account", "Pay to BE71096123456769.");
  const auto message = *at.row(ticket).last_message;
  CHECK(redact_text(at.app(), message, "never said", boss).error().code == Errc::not_found);
  CHECK(redact_text(at.app(), message, "", boss).error().field == "text");
  const auto hold = expect(place_hold(at.app(), {.person = std::nullopt,
                                                 .ticket = ticket,
                                                 .ground = "art-17-3-e",
                                                 .reason = "",
                                                 .by = boss,
                                                 .until = std::nullopt}));
  CHECK(redact_text(at.app(), message, kSecret, boss).error().code == Errc::conflict);
  CHECK(at.view(ticket).messages.at(0).text == "Pay to BE71096123456769.");
  expect(lift_hold(at.app(), hold));
  CHECK(redact_text(at.app(), message, kSecret, boss).has_value());
}

TEST_CASE("a passage may be redacted twice, and others after it") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org", "Account", "one two three two");
  const auto message = *at.row(ticket).last_message;
  expect(redact_text(at.app(), message, "two", std::nullopt));
  CHECK(redact_text(at.app(), message, "two", std::nullopt).error().code == Errc::not_found);
  expect(redact_text(at.app(), message, "three", std::nullopt));
  CHECK(at.view(ticket).messages.at(0).text ==
        "one \u2588\u2588\u2588 \u2588\u2588\u2588 "
        "\u2588\u2588\u2588");
}

}  // namespace
}  // namespace lethe::app::testing
