#include "lethe/mime/parse.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "address.h"
#include "body.h"
#include "charset.h"
#include "header_block.h"
#include "lethe/base/text.h"
#include "tree.h"
#include "warnings.h"
#include "words.h"

namespace lethe::mime {
namespace {

// Fills what the message's own header fields say.
class Envelope {
 public:
  Envelope(Message& message, std::string_view raw) : message_(message), raw_(raw) {}

  void take(const FieldNote& note) {
    const std::string_view name = note.name.of(raw_);
    const std::string_view value = note.value.of(raw_);
    LineFlaws flaws;
    Header header{.name = is_ascii(name) ? std::string{name} : one_line(decode_undeclared(name)),
                  .value = decode_words(value, &flaws),
                  .raw = note.value};
    warn_of(flaws);
    const Field field = field_of(name);
    if (field != Field::other) take_known(field, value, header.value);
    message_.headers.push_back(std::move(header));
  }

  void judge_sender() {
    if (message_.from.size() > 1) warn(message_.warnings, Warning::multiple_from);
    for (const Mailbox& mailbox : message_.from) {
      if (shows_other_address(mailbox)) warn(message_.warnings, Warning::name_looks_like_address);
    }
  }

 private:
  void take_known(Field field, std::string_view raw, const std::string& decoded) {
    const bool first = !std::exchange(seen_[static_cast<std::size_t>(field)], true);
    if (!first) {
      const bool from = field == Field::from;
      return warn(message_.warnings, from ? Warning::duplicate_from : Warning::duplicate_header);
    }
    take_single(field, raw, decoded);
  }

  // Fields that may stand once: the first counts.
  void take_single(Field field, std::string_view raw, const std::string& decoded) {
    switch (field) {
      case Field::from:
        return add(message_.from, raw);
      case Field::to:
        return add(message_.to, raw);
      case Field::cc:
        return add(message_.cc, raw);
      case Field::bcc:
        return add(message_.bcc, raw);
      case Field::sender:
        return add(message_.sender, raw);
      case Field::reply_to:
        return add(message_.reply_to, raw);
      case Field::subject:
        message_.subject = squeezed(decoded);
        return;
      case Field::date:
        message_.date = parse_date(raw);
        return;
      case Field::message_id:
        if (auto ids = parse_message_ids(raw); !ids.empty())
          message_.message_id = std::move(ids.front());
        return;
      case Field::in_reply_to:
        message_.in_reply_to = parse_message_ids(raw);
        return;
      case Field::references:
        message_.references = parse_message_ids(raw);
        return;
      case Field::return_path:
        if (auto paths = parse_addresses(raw); !paths.empty()) {
          message_.return_path = std::move(paths.front().address);
        }
        return;
      default:
        return;
    }
  }

  void add(std::vector<Mailbox>& list, std::string_view raw) {
    AddressList more = read_addresses(raw);
    warn_of(more.flaws);
    const std::size_t room = kAddressesMax - std::min(list.size(), kAddressesMax);
    if (more.truncated || more.mailboxes.size() > room) {
      warn(message_.warnings, Warning::addresses_truncated);
    }
    if (more.mailboxes.size() > room) more.mailboxes.resize(room);
    std::ranges::move(more.mailboxes, std::back_inserter(list));
  }

  void warn_of(const LineFlaws& flaws) {
    if (flaws.control) warn(message_.warnings, Warning::control_characters);
    if (flaws.bidi) warn(message_.warnings, Warning::bidi_override);
    if (flaws.charset) warn(message_.warnings, Warning::bad_charset);
  }

  // "boss@bank.example" <stranger@elsewhere.example>
  static bool shows_other_address(const Mailbox& mailbox) {
    const std::size_t at_sign = mailbox.name.find('@');
    if (at_sign == std::string::npos || at_sign == 0 || at_sign + 1 == mailbox.name.size())
      return false;
    return !ascii_lower(mailbox.name).contains(ascii_lower(mailbox.address));
  }

  Message& message_;
  std::string_view raw_;
  std::array<bool, 32> seen_{};
};

// A mail whose lines end in LF or CR alone came around SMTP, or through a
// listener that lets two mails be smuggled as one.
bool has_bare_line_end(std::string_view raw) {
  std::ptrdiff_t pairs = 0;
  for (std::size_t lf = raw.find('\n'); lf != std::string_view::npos; lf = raw.find('\n', lf + 1)) {
    if (lf == 0 || raw[lf - 1] != '\r') return true;
    ++pairs;
  }
  return std::ranges::count(raw, '\r') != pairs;
}

}  // namespace

Message parse(std::string_view raw) {
  Tree tree = read_tree(raw);
  Message message;
  message.parts = std::move(tree.parts);
  message.segments = std::move(tree.segments);
  message.warnings = std::move(tree.warnings);
  if (has_bare_line_end(raw)) warn(message.warnings, Warning::bare_line_ends);

  message.headers.reserve(tree.fields.size());
  Envelope envelope{message, raw};
  for (const FieldNote& field : tree.fields) envelope.take(field);
  envelope.judge_sender();
  fill_bodies(message, tree.notes, raw);
  return message;
}

}  // namespace lethe::mime
