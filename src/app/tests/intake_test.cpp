#include <set>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/base/text.h"

namespace lethe::app::testing {
namespace {

std::string proof_of(AppFixture& at, core::TicketId ticket) {
  return "In-Reply-To: <" + at.app().vault.sign_message_id(ticket, core::MessageId::of(1)) +
         "@example.com>\r\n";
}

TakenIn first_mail(AppFixture& at, std::string_view extra = {}) {
  return expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Broken pedal",
                                            "The left crank of my velocipede is loose.", extra),
                           "ann@example.org"));
}

TakenIn answer_of(AppFixture& at, std::string_view from, core::TicketId ticket,
                  std::string_view text, std::string_view extra = {}) {
  return expect(at.receive(
      AppFixture::mail(from, "Re: Broken pedal", text, proof_of(at, ticket) + std::string{extra})));
}

std::int64_t mails_waiting(AppFixture& at) {
  std::int64_t waiting = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto due, tx.outbox().due(at.clock.now() + Days{1}, 100));
    waiting = static_cast<std::int64_t>(due.size());
    return {};
  }));
  return waiting;
}

TEST_CASE("a mail becomes an open ticket of its sender") {
  AppFixture at;
  const auto taken = first_mail(at);
  CHECK(taken.new_ticket);
  CHECK_FALSE(taken.duplicate);
  const auto view = at.view(taken.ticket);
  CHECK(view.summary.subject == "Broken pedal");
  CHECK(view.summary.requester->email == "ann@example.org");
  CHECK(view.summary.requester->name == "Ann");
  CHECK(view.summary.snippet == "The left crank of my velocipede is loose.");
  CHECK(core::shown_status(view.summary.row.state) == "open");
  CHECK(view.summary.row.channel == ports::Channel::mail);
  REQUIRE(view.messages.size() == 1);
  CHECK(at.listeners.events().back().kind == ports::EventKind::ticket_created);
  CHECK_FALSE(at.lies_in_clear("velocipede"));
}

TEST_CASE(
    "a name that would fill the lists is cut between characters, the address is not touched") {
  AppFixture at;
  std::string endless;
  for (int i = 0; i < 400; ++i) endless += "\u00e9\u00e9\r\n ";
  const std::string extra = "Cc: \"" + endless + "\" <copy@example.org>\r\n";
  const auto taken = expect(at.receive(AppFixture::mail("\"" + endless + "\" <endless@example.org>",
                                                        "Names", "Both are long.", extra)));
  const auto view = at.view(taken.ticket);
  const std::string& name = view.summary.requester->name;
  CHECK(name.size() <= kPersonNameBytesMax);
  CHECK(name.size() > kPersonNameBytesMax - 4);
  CHECK(is_valid_utf8(name));
  CHECK(view.summary.requester->email == "endless@example.org");
  REQUIRE(view.messages.size() == 1);
  const auto again = expect(at.receive(AppFixture::mail(
      "Endless <endless@example.org>", "Names again", "The name stays as it was first heard.")));
  CHECK(at.view(again.ticket).summary.requester->name == name);
}

TEST_CASE("the same mail delivered again makes nothing new; another one with its id does") {
  AppFixture at;
  const std::string mail = AppFixture::mail("Ann <ann@example.org>", "Hello", "One text.",
                                            "Message-ID: <same@example.org>\r\n");
  const auto first = expect(at.receive(mail));
  const auto again = expect(at.receive("Received: from elsewhere\r\n" + mail));
  CHECK(again.duplicate);
  CHECK(again.ticket == first.ticket);
  const auto other = expect(at.receive(AppFixture::mail(
      "Ann <ann@example.org>", "Hello", "Another text.", "Message-ID: <same@example.org>\r\n")));
  CHECK_FALSE(other.duplicate);
  CHECK(at.view(first.ticket).messages.at(0).text.starts_with("One text."));
}

TEST_CASE("only proof joins a thread: a subject, a number or a guessed id does not") {
  AppFixture at;
  const auto taken = first_mail(at);
  const auto joined = answer_of(at, "Ann <ann@example.org>", taken.ticket, "Still loose.");
  CHECK(joined.ticket == taken.ticket);
  CHECK_FALSE(joined.new_ticket);
  CHECK(at.view(taken.ticket).messages.at(1).flags.verified);

  const auto number = std::to_string(at.row(taken.ticket).number);
  const auto by_number = expect(at.receive(
      AppFixture::mail("Eve <eve@example.net>", "Re: Broken pedal [#" + number + "]", "Me too")));
  CHECK(by_number.ticket != taken.ticket);
  std::string forged = proof_of(at, taken.ticket);
  forged[20] = forged[20] == 'a' ? 'b' : 'a';
  const auto by_forgery =
      expect(at.receive(AppFixture::mail("Eve <eve@example.net>", "Re", "Let me in", forged)));
  CHECK(by_forgery.ticket != taken.ticket);
}

std::string ids_of_others(std::size_t count) {
  std::string ids;
  for (std::size_t i = 0; i < count; ++i) ids += "<" + std::to_string(i) + "@o.example>\r\n ";
  return ids;
}

TEST_CASE("an id of ours is seen before and behind thousands of others") {
  AppFixture at;
  const auto taken = first_mail(at);
  const std::string ours =
      proof_of(at, taken.ticket).substr(std::string_view{"In-Reply-To: "}.size());
  const std::string many = ids_of_others(2'500);
  for (const std::string& field :
       {"References: " + many + ours,
        "References: " + ours.substr(0, ours.size() - 2) + " " + many + "<last@o.example>\r\n",
        "In-Reply-To: " + many + ours}) {
    const auto joined =
        expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Re: Broken pedal",
                                           "Field of " + std::to_string(field.size()), field)));
    CHECK(joined.ticket == taken.ticket);
  }
}

TEST_CASE("a known foreign id joins from either end of a long row of references") {
  AppFixture at;
  const auto taken = first_mail(at, "Message-ID: <one@example.org>\r\n");
  for (const std::string& field :
       {"References: " + ids_of_others(90) + "<one@example.org>\r\n",
        "References: <one@example.org> " + ids_of_others(90) + "<last@o.example>\r\n",
        "In-Reply-To: " + ids_of_others(90) +
            "<x@o.example>\r\nReferences: <one@example.org>\r\n"}) {
    const auto joined = expect(at.receive(AppFixture::mail(
        "Ann <ann@example.org>", "Re", "Of " + std::to_string(field.size()), field)));
    CHECK(joined.ticket == taken.ticket);
  }
}

TEST_CASE("a Message-ID with a card number joins its answers and is shown nowhere") {
  AppFixture at;
  const std::string id = "<4111111111111111@example.org>\r\n";
  const auto taken = first_mail(at, "Message-ID: " + id);
  const auto joined = expect(
      at.receive(AppFixture::mail("Ann <ann@example.org>", "Re", "More.", "In-Reply-To: " + id)));
  CHECK(joined.ticket == taken.ticket);
  CHECK(at.view(taken.ticket).messages.at(0).message_id.empty());
  const auto plain = expect(at.receive(AppFixture::mail(
      "Ben <ben@example.org>", "Hi", "x", "Message-ID: <4111111111111112@example.org>\r\n")));
  CHECK(at.view(plain.ticket).messages.at(0).message_id == "4111111111111112@example.org");
}

TEST_CASE("a known foreign id joins for whoever takes part, and for nobody else") {
  AppFixture at;
  const auto taken = first_mail(at, "Message-ID: <one@example.org>\r\n");
  const std::string known = "In-Reply-To: <one@example.org>\r\n";
  const auto ann =
      expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Re", "More.", known)));
  CHECK(ann.ticket == taken.ticket);
  CHECK_FALSE(at.view(taken.ticket).messages.at(1).flags.verified);
  const auto eve =
      expect(at.receive(AppFixture::mail("Eve <eve@example.net>", "Re", "More.", known)));
  CHECK(eve.ticket != taken.ticket);
}

TEST_CASE("mails that name no sender are not one person's: they join by no known id") {
  AppFixture at;
  const auto nameless = [&](std::string_view text, std::string_view extra) {
    return expect(at.receive(
        "Subject: Hello\r\n" + std::string{extra} + "\r\n" + std::string{text} + "\r\n", ""));
  };
  const auto one = nameless("My own affair.", "Message-ID: <one@example.org>\r\n");
  const auto other = nameless("Somebody else's.", "In-Reply-To: <one@example.org>\r\n");
  CHECK(other.ticket != one.ticket);
  CHECK(at.view(one.ticket).messages.size() == 1);
  const auto proven = nameless("With proof.", proof_of(at, one.ticket));
  CHECK(proven.ticket == one.ticket);
  CHECK_FALSE(at.view(one.ticket).messages.back().flags.verified);
  CHECK(mails_waiting(at) == 0);
}

TEST_CASE("who has an address with dots in odd places is a person with an address") {
  AppFixture at;
  const auto taken = expect(
      at.receive(AppFixture::mail("Yui <yui..n.@carrier.example>", "Hello", "From a telephone."),
                 "yui..n.@carrier.example"));
  CHECK(at.view(taken.ticket).summary.requester->email == "\"yui..n.\"@carrier.example");
  CHECK(expect(send_due_mail(at.app(), at.mail_server, 100)) == 1);
  CHECK(at.mail_server.sent.back().recipients ==
        std::vector<std::string>{"\"yui..n.\"@carrier.example"});
}

TEST_CASE("a stranger with a valid signed address is attached unverified and kept off Cc") {
  AppFixture at;
  const auto taken = first_mail(at);
  const auto eve = answer_of(at, "Eve <eve@example.net>", taken.ticket, "I found this mail.",
                             "Cc: Mallory <mallory@example.net>\r\n");
  CHECK(eve.ticket == taken.ticket);
  const auto view = at.view(taken.ticket);
  CHECK_FALSE(view.messages.at(1).flags.verified);
  CHECK(view.cc.empty());
  CHECK(view.summary.requester->email == "ann@example.org");
  // Sealed under the stranger's own key: erasing the stranger leaves Ann's ticket.
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person("eve@example.net"), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  CHECK(at.view(taken.ticket).messages.size() == 1);
  CHECK(at.row(taken.ticket).message_count == 1);
}

TEST_CASE("a quotation goes with its author and leaves the words of who quoted it") {
  AppFixture at;
  const auto taken = first_mail(at, "Cc: Bob <bob@example.org>\r\n");
  answer_of(at, "Bob <bob@example.org>", taken.ticket,
            "I saw it happen.\n\nOn Monday, Ann <ann@example.org> wrote:\n"
            "> The left crank of my velocipede is loose.\n");
  const auto second = at.view(taken.ticket).messages.at(1).text;
  CHECK(second.find("> The left crank of my velocipede is loose.") != std::string::npos);
  // Bob's own words go with Bob, Ann's quoted ones stay hers.
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person("bob@example.org"), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  const auto left = at.view(taken.ticket);
  REQUIRE(left.messages.size() == 1);
  CHECK(left.messages.at(0).text.starts_with("The left crank"));
}

TEST_CASE("a reply within 30 days of closing reopens, a later one makes a linked ticket") {
  AppFixture at;
  const auto taken = first_mail(at);
  at.set_status(taken.ticket, "closed");
  at.clock.advance(Days{30});
  const auto in_time = answer_of(at, "Ann <ann@example.org>", taken.ticket, "Loose again.");
  CHECK(in_time.ticket == taken.ticket);
  CHECK(core::shown_status(at.row(taken.ticket).state) == "open");
  at.set_status(taken.ticket, "closed");
  at.clock.advance(Days{30} + Seconds{1});
  const auto late = answer_of(at, "Ann <ann@example.org>", taken.ticket, "And again.");
  CHECK(late.new_ticket);
  CHECK(at.row(late.ticket).follows == taken.ticket);
  CHECK(core::shown_status(at.row(taken.ticket).state) == "closed");
}

TEST_CASE("an automatic answer joins and does not reopen, nor is it acknowledged") {
  AppFixture at;
  const auto taken = first_mail(at);
  at.set_status(taken.ticket, "closed");
  const auto before = mails_waiting(at);
  const auto away = answer_of(at, "Ann <ann@example.org>", taken.ticket, "I am on holiday.",
                              "Auto-Submitted: auto-replied\r\n");
  CHECK(away.ticket == taken.ticket);
  CHECK(core::shown_status(at.row(taken.ticket).state) == "closed");
  CHECK(at.view(taken.ticket).messages.back().flags.automatic);
  CHECK(mails_waiting(at) == before);
}

TEST_CASE("the null sender of the envelope is heard: no acknowledgement, and no reopening") {
  AppFixture at;
  expect(at.receive(AppFixture::mail("Ned <ned@example.org>", "Hello", "x"), ""));
  CHECK(mails_waiting(at) == 0);
  expect(at.receive(
      AppFixture::mail("Ned <ned@example.org>", "Hello", "x", "Return-Path: <ned@example.org>\r\n"),
      ""));
  CHECK(mails_waiting(at) == 0);
  const auto form = AppFixture::mail("Form <form@example.org>", "Hello", "x",
                                     "Reply-To: Ned <ned@example.org>\r\n");
  const auto formed = expect(at.receive(form, ""));
  CHECK(at.view(formed.ticket).summary.requester->email == "ned@example.org");
  CHECK(mails_waiting(at) == 1);

  const auto taken = first_mail(at);
  at.set_status(taken.ticket, "closed");
  const auto away =
      expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "I am not here",
                                         "Back on Monday.", proof_of(at, taken.ticket)),
                        ""));
  CHECK(away.ticket == taken.ticket);
  CHECK(core::shown_status(at.row(taken.ticket).state) == "closed");
  CHECK(at.view(taken.ticket).messages.back().flags.automatic);
}

TEST_CASE("the mail of a form belongs to who filled it in, and nothing goes to its own address") {
  AppFixture at;
  const auto taken = expect(
      at.receive(AppFixture::mail("Shop <no-reply@shop.example>", "Contact", "Where is my bell?",
                                  "Reply-To: Ann <ann@example.org>\r\n"),
                 "no-reply@shop.example"));
  CHECK(at.view(taken.ticket).summary.requester->email == "ann@example.org");
  CHECK_FALSE(at.view(taken.ticket).messages.back().flags.verified);
  CHECK(expect(send_due_mail(at.app(), at.mail_server, 100)) == 1);
  CHECK(at.mail_server.sent.back().recipients == std::vector<std::string>{"ann@example.org"});

  for (const char* elsewhere : {"", "Reply-To: noreply@shop.example\r\n"}) {
    const auto nobody = expect(
        at.receive(AppFixture::mail("Shop <no-reply@shop.example>", "News", elsewhere, elsewhere)));
    CHECK(at.view(nobody.ticket).summary.requester->email == "no-reply@shop.example");
  }
  CHECK(mails_waiting(at) == 0);
  const auto person = expect(at.receive(AppFixture::mail("Ben <ben@example.org>", "Hello", "x",
                                                         "Reply-To: Ann <ann@example.org>\r\n")));
  CHECK(at.view(person.ticket).summary.requester->email == "ben@example.org");
}

TEST_CASE("whom a form names joins nobody's thread, not even by a known id") {
  AppFixture at;
  const auto taken = first_mail(at, "Message-ID: <one@example.org>\r\n");
  for (const char* sender : {"no-reply@shop.example", ""}) {
    const auto form =
        expect(at.receive(AppFixture::mail("Shop <no-reply@shop.example>", "Re: Broken pedal",
                                           std::string{"By "} + sender,
                                           "Reply-To: Ann <ann@example.org>\r\n"
                                           "In-Reply-To: <one@example.org>\r\n"),
                          sender));
    CAPTURE(sender);
    CHECK(form.ticket != taken.ticket);
    CHECK_FALSE(at.view(form.ticket).messages.at(0).flags.verified);
  }
  CHECK(at.view(taken.ticket).messages.size() == 1);
}

TEST_CASE("a form's mail to a signed address is attached unverified and brings nobody along") {
  AppFixture at;
  const auto taken = first_mail(at);
  const auto form = expect(at.receive(
      AppFixture::mail("Shop <no-reply@shop.example>", "Re: Broken pedal", "Erase all my data.",
                       "Reply-To: Ann <ann@example.org>\r\nCc: Mallory <mallory@example.net>\r\n" +
                           proof_of(at, taken.ticket))));
  CHECK(form.ticket == taken.ticket);
  const auto view = at.view(taken.ticket);
  CHECK_FALSE(view.messages.back().flags.verified);
  CHECK(view.cc.empty());
  CHECK(view.summary.requester->email == "ann@example.org");
  // What it asks for is words to an agent: nothing runs by itself.
  CHECK(at.person_exists(at.person("ann@example.org")));
  CHECK(at.view(taken.ticket).messages.size() == 2);
}

TEST_CASE("the same mail from her own address joins and is verified") {
  AppFixture at;
  const auto taken = first_mail(at);
  const auto own = answer_of(at, "Ann <ann@example.org>", taken.ticket, "Erase all my data.",
                             "Cc: Bob <bob@example.org>\r\n");
  CHECK(own.ticket == taken.ticket);
  CHECK(at.view(taken.ticket).messages.back().flags.verified);
  CHECK(at.view(taken.ticket).cc.size() == 1);
}

TEST_CASE("what a program sent begins a ticket but reopens none") {
  AppFixture at;
  const auto taken = first_mail(at);
  at.set_status(taken.ticket, "closed");
  const auto generated = answer_of(at, "Ann <ann@example.org>", taken.ticket, "Backup failed.",
                                   "Auto-Submitted: auto-generated\r\n");
  CHECK(generated.ticket == taken.ticket);
  CHECK(core::shown_status(at.row(taken.ticket).state) == "closed");
  const auto alert = expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Alert", "x",
                                                        "Auto-Submitted: auto-generated\r\n")));
  CHECK(alert.new_ticket);
  CHECK(core::shown_status(at.row(alert.ticket).state) == "open");
  answer_of(at, "Ann <ann@example.org>", taken.ticket, "By hand.", "Auto-Submitted: no\r\n");
  CHECK(core::shown_status(at.row(taken.ticket).state) == "open");
}

TEST_CASE("an imported mail without an envelope is no automatic one for that") {
  AppFixture at;
  const auto taken = expect(at.receive(
      AppFixture::mail("Ann <ann@example.org>", "Re: x", "Old.", "References: <a@b.c>\r\n"), "",
      MailSource::imported));
  CHECK_FALSE(at.view(taken.ticket).messages.back().flags.automatic);
}

TEST_CASE("a customer gets one acknowledgement for a ticket, and at most five in an hour") {
  AppFixture at;
  const auto taken = first_mail(at);
  CHECK(mails_waiting(at) == 1);
  answer_of(at, "Ann <ann@example.org>", taken.ticket, "One more thing.");
  CHECK(mails_waiting(at) == 1);
  for (int i = 0; i < 8; ++i) {
    expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Mail " + std::to_string(i), "x")));
  }
  CHECK(mails_waiting(at) == 5);
  CHECK(expect(send_due_mail(at.app(), at.mail_server, 100)) == 5);
  REQUIRE(at.mail_server.sent.size() == 5);
  CHECK(at.mail_server.sent[0].recipients == std::vector<std::string>{"ann@example.org"});
  CHECK(mails_waiting(at) == 0);
}

TEST_CASE("an answer to an erased ticket makes a new one that is not linked") {
  AppFixture at;
  const auto taken = first_mail(at);
  const auto proof = proof_of(at, taken.ticket);
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.scope = ports::ErasureScope::ticket,
                                        .person = at.person("ann@example.org"),
                                        .tickets = {taken.ticket}}))};
  expect(run_erasures(at.app(), ids));
  const auto after =
      expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Re", "Hello?", proof)));
  CHECK(after.new_ticket);
  CHECK_FALSE(at.row(after.ticket).follows.has_value());
}

TEST_CASE("an import does not bring an erased person back, live mail makes a new one") {
  AppFixture at;
  first_mail(at);
  const auto former = at.person("ann@example.org");
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = former, .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  const std::string mail = AppFixture::mail("Ann <ann@example.org>", "Old", "From an old box.");
  CHECK(at.receive(mail, "ann@example.org", MailSource::imported).error().code == Errc::erased);
  // Nor as one of those who had a copy.
  const auto copied =
      expect(at.receive(AppFixture::mail("Bob <bob@example.org>", "Old as well", "From an old box.",
                                         "Cc: Ann <Ann@Example.org>, carol@example.com\r\n"),
                        "bob@example.org", MailSource::imported));
  const auto cc = at.view(copied.ticket).cc;
  REQUIRE(cc.size() == 1);
  CHECK(cc[0].email == "carol@example.com");
  CHECK_FALSE(expect(at.app().vault.find_person("ann@example.org")).has_value());
  CHECK_FALSE(read_raw_copy(at.app(), copied.message).has_value());
  expect(at.receive(mail));
  CHECK(at.person("ann@example.org") != former);
}

TEST_CASE("mail is taken for the mailboxes and for the postmaster of their domains") {
  AppFixture at;
  expect(at.app().store.write([](ports::Writing& tx) {
    return tx.catalog().save_mailbox({.id = 1, .address = "help@desk.example"});
  }));
  TakeInMail door{at.app()};
  const auto is_taken = [&](std::string_view recipient) {
    return expect(door.check_recipient({}, recipient)) == ports::RcptVerdict::accepted;
  };
  CHECK(is_taken("Help@Desk.Example"));
  CHECK(is_taken("postmaster"));
  CHECK(is_taken("PostMaster@desk.example"));
  CHECK_FALSE(is_taken("postmaster@elsewhere.example"));
  CHECK_FALSE(is_taken("postmaster@sub.desk.example"));
  CHECK_FALSE(is_taken("sales@desk.example"));
  CHECK_FALSE(is_taken("not an address"));
  const auto taken =
      expect(at.receive("From: Ann <ann@example.org>\r\nTo: postmaster@desk.example, "
                        "bob@example.org\r\nSubject: Loops\r\n\r\nYours do.\r\n"));
  REQUIRE(at.view(taken.ticket).cc.size() == 1);  // an answer does not come back to ourselves
  CHECK(at.view(taken.ticket).cc.front().email == "bob@example.org");
}

TEST_CASE("without a named mailbox the address a mail came to is ours, colleagues of it are not") {
  AppFixture at;
  const auto cc_of = [&](std::string_view from, std::string_view extra, MailSource source) {
    const auto taken = expect(at.receive(AppFixture::mail(from, "Copies", "Who gets this?", extra),
                                         "a@b.example", source));
    std::set<std::string> found;
    for (const Who& who : at.view(taken.ticket).cc) found.insert(who.email);
    std::string joined;
    for (const std::string& address : found) joined += address + " ";
    return joined;
  };
  const std::string_view addressees = "Cc: carol@example.com, dan@example.org\r\n";
  const std::string both = "carol@example.com dan@example.org ";
  CHECK(cc_of("Ann <ann@example.org>", addressees, MailSource::door) == both);
  CHECK(cc_of("Bea <bea@example.org>", addressees, MailSource::imported) == both);
  CHECK(cc_of("Cleo <cleo@example.org>",
              "Delivered-To: dan@example.org\r\nCc: dan@example.org, carol@example.com\r\n",
              MailSource::imported) == "carol@example.com ");
}

}  // namespace
}  // namespace lethe::app::testing
