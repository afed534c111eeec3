#include "forward_frame.h"

#include <algorithm>

#include "hand_over.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/base/text.h"
#include "lethe/ports/threading.h"
#include "quotes.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

// Every line with `mark` before it, as programs write it: nothing trails on an empty one.
std::string quoted_by(std::string_view mark, std::string_view words) {
  if (mark.empty()) return std::string{words};
  std::string out;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find('\n'), words.size() - 1) + 1;
    const std::string_view line = words.substr(0, end);
    out.append(trimmed(line).empty() ? trimmed(mark) : mark).append(line);
    words.remove_prefix(end);
  }
  return out;
}

// The frame of a mail, read from its headers; nothing when it is not one of `to`.
std::optional<json::object> frame_for(const json::object& headers, core::PersonId to) {
  const auto* frame = headers.if_contains({kForwardFrame.data(), kForwardFrame.size()});
  if (frame == nullptr || !frame->is_object()) return std::nullopt;
  if (number_of(frame->get_object(), "by") != to.value()) return std::nullopt;
  return frame->get_object();
}

class GiveBack {
 public:
  GiveBack(App& app, ports::Writing& tx, const ports::TicketRow& ticket, core::PersonId to)
      : app_(app), tx_(tx), ticket_(ticket), from_(*ticket.requester), to_(to) {}

  Status message(ports::MessageRow row, json::object headers, const json::object& frame) {
    LETHE_TRY(const auto note, note_of(frame));
    if (!note) return {};
    LETHE_TRY(const Plaintext own, opened(cell::kText, row, row.text));
    const std::string text = framed(frame, *note, own.reveal());
    LETHE_CHECK(quotes(row.id, shift_of(frame, *note)));
    LETHE_CHECK(subject(text_of(headers, "subject"), frame));
    LETHE_CHECK(former_headers(headers, frame));
    LETHE_TRY(row.text, sealed(cell::kText, row, text));
    LETHE_TRY(row.snippet, sealed(cell::kSnippet, row, snippet_of(text)));
    LETHE_TRY(row.headers, sealed(cell::kHeaders, row, json::serialize(headers)));
    row.flags.verified = flag_of(frame, "verified");
    LETHE_CHECK(ask_again(row.id));
    LETHE_CHECK(give_message(app_, tx_, std::move(row), to_));
    const std::int64_t id = number_of(frame, "note");
    return id == 0 ? Status{} : tx_.messages().remove_message(core::MessageId::of(id));
  }

  std::optional<std::string> former_subject;

 private:
  Result<Plaintext> opened(CellName name, const ports::MessageRow& row,
                           const std::optional<Ciphertext>& cell) {
    return open(app_, body_key(from_, ticket_.id), place(name, row.id.value(), row.cell_version),
                cell);
  }
  Result<Ciphertext> sealed(CellName name, const ports::MessageRow& row, std::string_view text) {
    return seal(app_, body_key(from_, ticket_.id), place(name, row.id.value(), row.cell_version),
                text);
  }

  // The forwarder's words; nothing when their note is not here any more.
  Result<std::optional<std::string>> note_of(const json::object& frame) {
    const std::int64_t id = number_of(frame, "note");
    if (id == 0) return std::optional{std::string{}};
    LETHE_TRY(const auto rows, tx_.messages().of_ticket(ticket_.id));
    const auto note = std::ranges::find(rows, core::MessageId::of(id), &ports::MessageRow::id);
    if (note == rows.end() || note->person != from_) return std::optional<std::string>{};
    LETHE_TRY(const Plaintext text, opened(cell::kText, *note, note->text));
    return std::optional{std::string{text.reveal()}};
  }

  Status quotes(core::MessageId message, std::optional<std::size_t> shift) {
    LETHE_TRY(auto rows, tx_.messages().quotes(message));
    for (ports::QuoteRow& row : rows) {
      LETHE_CHECK(tx_.messages().remove_quote(row.id));
      if (!shift) continue;
      row.place += static_cast<std::int64_t>(*shift);
      LETHE_CHECK(tx_.messages().insert_quote(row));
    }
    return {};
  }

  Status subject(const std::string& given, const json::object& frame) {
    LETHE_TRY(
        const Plaintext now,
        open(app_, body_key(from_, ticket_.id),
             place(cell::kSubject, ticket_.id.value(), ticket_.cell_version), ticket_.subject));
    if (now.reveal() == given) former_subject = text_of(frame, "ticket_subject");
    return {};
  }

  Status former_headers(json::object& headers, const json::object& frame) {
    LETHE_TRY(const PersonView person, view_person(app_, tx_, to_));
    headers["from_name"] = person.profile.name;
    headers["from"] = person.emails.empty() ? std::string{} : person.emails.front();
    headers["subject"] = text_of(frame, "subject");
    if (const auto* trust = frame.if_contains("trust")) headers["trust"] = *trust;
    headers.erase({kForwardFrame.data(), kForwardFrame.size()});
    return {};
  }

  Status ask_again(core::MessageId message) {
    LETHE_TRY(auto rows, ports::threading(tx_).proposals(ticket_.id));
    for (ports::ProposalRow& row : rows) {
      const bool is_it = row.message == message && row.kind == ports::ProposalKind::forwarded;
      if (!is_it || row.state != ports::ProposalState::accepted) continue;
      row.state = ports::ProposalState::open;
      LETHE_CHECK(ports::threading(tx_).save_proposal(row));
    }
    return {};
  }

  App& app_;
  ports::Writing& tx_;
  const ports::TicketRow& ticket_;
  core::PersonId from_, to_;
};

struct Framed {
  ports::MessageRow row;
  json::object headers, frame;
};

Result<std::vector<Framed>> framed_messages(App& app, const ports::Reading& tx,
                                            const ports::TicketRow& ticket, core::PersonId to) {
  std::vector<Framed> found;
  LETHE_TRY(auto rows, tx.messages().of_ticket(ticket.id));
  for (ports::MessageRow& row : rows) {
    if (!row.person || row.person != ticket.requester || !row.headers) continue;
    LETHE_TRY(const Plaintext text,
              open(app, body_key(*row.person, ticket.id),
                   place(cell::kHeaders, row.id.value(), row.cell_version), row.headers));
    auto headers = parse_object(text.reveal());
    auto frame = frame_for(headers, to);
    if (frame) found.push_back({std::move(row), std::move(headers), std::move(*frame)});
  }
  return found;
}

}  // namespace

std::optional<json::object> frame_of(std::string_view whole, std::string_view comment,
                                     std::string_view words) {
  const std::size_t at = whole.find(comment);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view behind = whole.substr(at + comment.size());
  json::object frame{{"before", whole.substr(0, at)}};
  for (const std::string_view mark : {"", "> ", ">"}) {
    const std::string quoted = quoted_by(mark, words);
    if (words.empty() || !behind.ends_with(quoted)) continue;
    frame["between"] = behind.substr(0, behind.size() - quoted.size());
    frame["mark"] = mark;
    frame["has_words"] = true;
    return frame;
  }
  if (!trimmed(behind).empty()) return std::nullopt;
  frame["between"] = behind;
  return frame;
}

std::string framed(const json::object& frame, std::string_view comment, std::string_view words) {
  std::string whole = text_of(frame, "before");
  whole.append(comment).append(text_of(frame, "between"));
  if (flag_of(frame, "has_words")) whole += quoted_by(text_of(frame, "mark"), words);
  return whole;
}

std::optional<std::size_t> shift_of(const json::object& frame, std::string_view comment) {
  if (!flag_of(frame, "has_words") || !text_of(frame, "mark").empty()) return std::nullopt;
  return text_of(frame, "before").size() + comment.size() + text_of(frame, "between").size();
}

Result<std::vector<ports::DocumentKey>> forwards_of(App& app, const ports::Reading& tx,
                                                    const ports::TicketRow& ticket,
                                                    core::PersonId to) {
  LETHE_TRY(const auto messages, framed_messages(app, tx, ticket, to));
  std::vector<ports::DocumentKey> documents;
  for (const Framed& message : messages) {
    documents.push_back({ports::DocumentKind::message, message.row.id.value()});
  }
  return documents;
}

Result<std::optional<std::string>> give_back_forwards(App& app, ports::Writing& tx,
                                                      const ports::TicketRow& ticket,
                                                      core::PersonId to) {
  LETHE_TRY(auto messages, framed_messages(app, tx, ticket, to));
  GiveBack back{app, tx, ticket, to};
  for (Framed& message : messages) {
    LETHE_CHECK(back.message(std::move(message.row), std::move(message.headers), message.frame));
  }
  return std::move(back.former_subject);
}

}  // namespace lethe::app
