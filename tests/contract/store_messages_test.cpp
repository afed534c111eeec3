// ports::Messages on each engine: what was put in comes out, and duplicates are told.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::MessageId;
using ports::BlobName;
using ports::DraftRow;
using ports::MessageKind;
using ports::MessageRow;
using ports::Reading;
using ports::SealedFile;
using ports::Writing;

BlobName blob(std::int64_t n) {
  std::string text(31, '0');
  return expect(BlobName::parse(text + std::string(1, static_cast<char>('a' + n))));
}

core::AttachmentId attachment(std::int64_t n) { return core::AttachmentId::of(6000 + n); }

ports::AttachmentRow attachment_row(std::int64_t n, std::int64_t of_message, SealedFile file) {
  return {.id = attachment(n),
          .message = message(of_message),
          .ticket = ticket(1),
          .person = person(1),
          .description = cell(person(1), "description"),
          .file_key = cell(person(1), "key"),
          .file = std::move(file),
          .shown_inline = true,
          .cell_version = 5};
}

ports::RawCopyRow raw_copy_row(std::int64_t n, SealedFile file) {
  return {.message = message(n),
          .ticket = ticket(1),
          .person = person(1),
          .file_key = cell(person(1), "key"),
          .file = std::move(file),
          .expires_at = at(n)};
}

DraftRow draft_row(std::int64_t n, std::int64_t by, MessageKind kind) {
  return {.id = core::DraftId::of(n),
          .ticket = ticket(1),
          .person = person(1),
          .agent = agent(by),
          .kind = kind,
          .text = cell(person(1), "draft " + std::to_string(n)),
          .updated_at = at(n)};
}

MessageRow full_row() {
  MessageRow row = message_row(1, 1);
  row.author = agent(1);
  row.kind = MessageKind::note;
  row.flags = {.verified = true, .bounce = true, .redacted = true};
  row.event = "status closed";
  row.html = cell(person(1), "html");
  row.headers = cell(person(1), "headers");
  row.cell_version = 7;
  return row;
}

MessageRow find(ports::Store& store, std::int64_t n) {
  return read(store, [=](const Reading& tx) { return tx.messages().find(message(n)); });
}

TEST_CASE("a message comes back with every field, and without what it has not") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.messages().insert(full_row()));
      MessageRow event{.id = message(2), .ticket = ticket(1), .kind = MessageKind::event};
      return tx.messages().insert(event);
    });
    const MessageRow row = find(store, 1);
    CHECK(row.ticket == ticket(1));
    CHECK(row.author == agent(1));
    CHECK(row.kind == MessageKind::note);
    CHECK((row.flags.verified && row.flags.bounce && row.flags.redacted));
    CHECK_FALSE((row.flags.automatic || row.flags.unreadable));
    CHECK(row.created_at == at(1));
    CHECK(row.event == "status closed");
    CHECK(holds(row.text, person(1), "text"));
    CHECK(holds(row.html, person(1), "html"));
    CHECK(holds(row.snippet, person(1), "snippet"));
    CHECK(holds(row.headers, person(1), "headers"));
    CHECK(row.cell_version == 7);

    const MessageRow event = find(store, 2);
    CHECK_FALSE((event.person || event.author || event.text || event.html || event.headers));
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.messages().find(message(3)); }) ==
          Errc::not_found);
    CHECK(error_of_write(store, [](Writing& tx) { return tx.messages().insert(full_row()); }) ==
          Errc::already_exists);
  });
}

TEST_CASE("a redaction replaces flags and cells of a message") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.messages().insert(message_row(1, 1)));
      MessageRow row = full_row();
      row.text = cell(person(1), "black");
      row.snippet.reset();
      row.flags = {.automatic = true, .unreadable = true};
      return tx.messages().update(row);
    });
    const MessageRow row = find(store, 1);
    CHECK(holds(row.text, person(1), "black"));
    CHECK_FALSE(row.snippet);
    CHECK((row.flags.automatic && row.flags.unreadable && !row.flags.verified));
    CHECK(row.cell_version == 7);
  });
}

TEST_CASE("messages are listed oldest first: of a ticket, by pages, of a person and all") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {4, 2, 5, 1, 3}) {
        LETHE_CHECK(tx.messages().insert(message_row(n, n == 3 ? 2 : 1, n == 4 ? 2 : 1)));
      }
      return {};
    });
    using Ids = std::vector<MessageId>;
    const auto of_ticket =
        read(store, [](const Reading& tx) { return tx.messages().of_ticket(ticket(1)); });
    CHECK(ids_of(of_ticket) == Ids{message(1), message(2), message(4), message(5)});
    const auto page = [&](std::int64_t after, int limit) {
      return ids_of(read(
          store, [=](const Reading& tx) { return tx.messages().page(ticket(1), after, limit); }));
    };
    CHECK(page(0, 2) == Ids{message(1), message(2)});
    CHECK(page(message(2).value(), 2) == Ids{message(4), message(5)});
    CHECK(page(message(5).value(), 2).empty());
    const auto after = [&](std::int64_t id) {
      return ids_of(read(store, [=](const Reading& tx) { return tx.messages().after(id, 2); }));
    };
    CHECK(after(0) == Ids{message(1), message(2)});
    CHECK(after(message(2).value()) == Ids{message(3), message(4)});
    CHECK(read(store, [](const Reading& tx) { return tx.messages().of_person(person(1)); }) ==
          Ids{message(1), message(2), message(3), message(5)});
  });
}

TEST_CASE("addressees and quotes come back in their order and go one by one") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {2, 1}) {
        LETHE_CHECK(tx.messages().insert_addressee({n, message(1), ticket(1), person(n),
                                                    ports::AddresseeField::cc,
                                                    cell(person(n), "mailbox")}));
      }
      for (const std::int64_t n : {1, 2, 3}) {
        LETHE_CHECK(tx.messages().insert_quote(
            {n, message(1), ticket(1), person(1), n == 3 ? 0 : 40, cell(person(1), "quote")}));
      }
      return {};
    });
    const auto addressees = [&] {
      return read(store, [](const Reading& tx) { return tx.messages().addressees(message(1)); });
    };
    const auto quotes = [&] {
      return ids_of(
          read(store, [](const Reading& tx) { return tx.messages().quotes(message(1)); }));
    };
    REQUIRE(addressees().size() == 2);
    CHECK(addressees()[1].field == ports::AddresseeField::cc);
    CHECK(holds(addressees()[1].mailbox, person(2), "mailbox"));
    CHECK(quotes() == std::vector<std::int64_t>{3, 1, 2});
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) -> Status {
        LETHE_CHECK(tx.messages().remove_addressee(1));
        return tx.messages().remove_quote(1);
      });
    }
    CHECK(ids_of(addressees()) == std::vector<std::int64_t>{2});
    CHECK(quotes() == std::vector<std::int64_t>{3, 2});
  });
}

TEST_CASE("files keep their bytes or their blob, empty ones too") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      auto& messages = tx.messages();
      LETHE_CHECK(messages.insert_attachment(attachment_row(1, 1, {bytes_of("bytes"), {}, 5})));
      LETHE_CHECK(messages.insert_attachment(attachment_row(2, 1, {{}, blob(2), 900'000})));
      LETHE_CHECK(messages.insert_attachment(attachment_row(3, 1, {Bytes{}, {}, 0})));
      auto moved = attachment_row(1, 1, {{}, blob(1), 6});
      moved.cell_version = 6;
      return messages.update_attachment(moved);
    });
    const auto rows =
        read(store, [](const Reading& tx) { return tx.messages().attachments(ticket(1)); });
    REQUIRE(rows.size() == 3);
    CHECK((rows[0].file.blob == blob(1) && !rows[0].file.inline_bytes));
    CHECK((rows[0].file.size == 6 && rows[0].cell_version == 6 && rows[0].shown_inline));
    CHECK(holds(rows[0].description, person(1), "description"));
    CHECK(holds(rows[0].file_key, person(1), "key"));
    CHECK(rows[1].file.blob == blob(2));
    CHECK(rows[2].file.inline_bytes == Bytes{});
    const auto one = [](std::int64_t n) {
      return [n](const Reading& tx) { return tx.messages().attachment(attachment(n)); };
    };
    CHECK(read(store, one(2)).file.size == 900'000);
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.messages().remove_attachment(attachment(2)); });
    }
    CHECK(error_of_read(store, one(2)) == Errc::not_found);
  });
}

TEST_CASE("raw copies expire at their second, the earliest first") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {3, 1, 2}) {
        LETHE_CHECK(tx.messages().insert_raw_copy(raw_copy_row(n, {bytes_of("raw"), {}, 3})));
      }
      return {};
    });
    const auto expired = [&](std::int64_t now, int limit = 10) {
      return read(store, [=](const Reading& tx) {
        return tx.messages().raw_copies_expired(at(now), limit);
      });
    };
    CHECK(expired(0).empty());
    CHECK(expired(2) == std::vector{message(1), message(2)});
    CHECK(expired(2, 1) == std::vector{message(1)});
    const auto copy = [&](std::int64_t n) {
      return read(store, [=](const Reading& tx) { return tx.messages().raw_copy(message(n)); });
    };
    REQUIRE(copy(1).has_value());
    CHECK(copy(1)->file.inline_bytes == bytes_of("raw"));
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.messages().remove_raw_copy(message(1)); });
    }
    CHECK_FALSE(copy(1).has_value());
    CHECK(read(store, [](const Reading& tx) {
            return tx.messages().raw_copies(ticket(1));
          }).size() == 2);
  });
}

TEST_CASE("the blobs rows refer to are walked once each, in order, from files and raw copies") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      auto& messages = tx.messages();
      LETHE_CHECK(messages.insert_attachment(attachment_row(1, 1, {{}, blob(4), 1})));
      LETHE_CHECK(messages.insert_attachment(attachment_row(2, 1, {{}, blob(1), 1})));
      LETHE_CHECK(messages.insert_attachment(attachment_row(3, 1, {bytes_of("x"), {}, 1})));
      LETHE_CHECK(messages.insert_raw_copy(raw_copy_row(1, {{}, blob(2), 1})));
      return messages.insert_raw_copy(raw_copy_row(2, {{}, blob(4), 1}));
    });
    const auto after = [&](std::string_view name, int limit) {
      return read(store, [=](const Reading& tx) { return tx.messages().blobs_after(name, limit); });
    };
    CHECK(after("", 10) == std::vector{blob(1), blob(2), blob(4)});
    CHECK(after("", 2) == std::vector{blob(1), blob(2)});
    CHECK(after(blob(2).text(), 2) == std::vector{blob(4)});
  });
}

TEST_CASE("one draft per ticket, agent and kind: a later one replaces it, an old one is dropped") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.messages().save_draft(draft_row(1, 1, MessageKind::agent)));
      LETHE_CHECK(tx.messages().save_draft(draft_row(2, 1, MessageKind::note)));
      LETHE_CHECK(tx.messages().save_draft(draft_row(3, 2, MessageKind::agent)));
      return tx.messages().save_draft(draft_row(4, 1, MessageKind::agent));
    });
    const auto drafts = [&] {
      return read(store, [](const Reading& tx) { return tx.messages().drafts(ticket(1)); });
    };
    using Ids = std::vector<core::DraftId>;
    const auto id = [](std::int64_t n) { return core::DraftId::of(n); };
    CHECK(ids_of(drafts()) == Ids{id(2), id(3), id(4)});
    CHECK(holds(drafts()[2].text, person(1), "draft 4"));
    write(store, [&](Writing& tx) { return tx.messages().remove_drafts_before(at(3)); });
    CHECK(ids_of(drafts()) == Ids{id(3), id(4)});
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [&](Writing& tx) { return tx.messages().remove_draft(id(3)); });
    }
    CHECK(ids_of(drafts()) == Ids{id(4)});
  });
}

TEST_CASE("a known message id leads to its tickets, the newest first; twice told is once kept") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {1, 2, 2}) {
        LETHE_CHECK(tx.messages().insert_thread({bytes_of("d"), ticket(n), message(n), person(1)}));
      }
      return {};
    });
    const auto threads = [&](std::string_view digest) {
      const Bytes key = bytes_of(digest);
      return read(store, [&](const Reading& tx) { return tx.messages().threads(key); });
    };
    REQUIRE(threads("d").size() == 2);
    CHECK(threads("d")[0].ticket == ticket(2));
    CHECK(threads("e").empty());
  });
}

TEST_CASE("a mail taken in twice is told as a duplicate, and the first one stays") {
  on_each_store([](ports::Store& store) {
    const auto take = [](std::int64_t n) {
      return [n](Writing& tx) {
        return tx.messages().insert_mail_digest({bytes_of("mail"), ticket(n), message(n)});
      };
    };
    write(store, take(1));
    CHECK(error_of_write(store, take(2)) == Errc::already_exists);
    const Bytes key = bytes_of("mail");
    const auto row = read(store, [&](const Reading& tx) { return tx.messages().mail_digest(key); });
    REQUIRE(row.has_value());
    CHECK(row->message == message(1));
    const Bytes other = bytes_of("other");
    CHECK_FALSE(read(store, [&](const Reading& tx) { return tx.messages().mail_digest(other); }));
  });
}

}  // namespace
}  // namespace lethe::testing
