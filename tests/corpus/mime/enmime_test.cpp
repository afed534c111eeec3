// The mails and address lists of enmime.
#include <doctest/doctest.h>

#include <algorithm>

#include "corpus.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {
namespace {

bool fits(const json::object& wanted, const mime::Attachment& file) {
  const auto text = [&](std::string_view name) {
    const auto* value = wanted.if_contains(name);
    return value == nullptr ? std::string{} : text_of(*value);
  };
  const std::string hex = to_hex(as_bytes(file.content));
  return (text("name").empty() || text("name") == file.name) &&
         (text("content_id").empty() || text("content_id") == file.content_id) &&
         (text("contains").empty() || file.content.contains(text("contains"))) &&
         (text("hex").empty() || text("hex") == hex) &&
         (text("starts_with_hex").empty() || hex.starts_with(text("starts_with_hex")));
}

void check_included(const json::object& facts, const mime::Message& message,
                    const std::string& file, Tally& tally) {
  const auto* list = facts.if_contains("attachments_include");
  if (list == nullptr) return;
  for (const auto& wanted : list->as_array()) {
    const bool found = std::ranges::any_of(message.attachments, [&](const mime::Attachment& one) {
      return fits(wanted.as_object(), one);
    });
    tally.check("attachment", found, file + " lacks " + json::serialize(wanted));
  }
}

void check_names(const json::object& facts, std::string_view field,
                 const std::vector<mime::Mailbox>& found, const std::string& file, Tally& tally) {
  const auto* list = facts.if_contains(field);
  if (list == nullptr) return;
  for (const auto& wanted : list->as_array()) {
    const bool there = std::ranges::any_of(
        found, [&](const mime::Mailbox& one) { return one.name == text_of(wanted); });
    tally.check("address", there, file + " lacks " + text_of(wanted));
  }
}

void check_numbers(const json::object& facts, const mime::Message& message, const std::string& file,
                   Tally& tally) {
  if (const auto* count = facts.if_contains("attachment_count")) {
    const auto wanted = static_cast<std::size_t>(count->to_number<std::int64_t>());
    tally.check("attachment", message.attachments.size() == wanted,
                file + ": count " + std::to_string(message.attachments.size()));
  }
  if (const auto* least = facts.if_contains("from_min")) {
    tally.check("address",
                message.from.size() >= static_cast<std::size_t>(least->to_number<std::int64_t>()),
                file);
  }
  if (const auto* any = facts.if_contains("text_contains_any")) {
    const bool found = std::ranges::any_of(any->as_array(), [&](const json::value& word) {
      return message.text.contains(text_of(word));
    });
    tally.check("text", found, file);
  }
}

}  // namespace

TEST_CASE("mails of enmime are read, low quality ones included") {
  Tally tally{"mime-enmime"};
  const auto folder = corpora() / "mime-enmime";
  for (const auto& entry : read_json(folder / "expectations.json").as_array()) {
    const auto& facts = entry.as_object();
    const std::string file = text_of(facts.at("file"));
    const std::string raw = read_file(folder / file);
    const mime::Message message = mime::parse(raw);
    compare_common(facts, message, raw, file, tally);
    check_included(facts, message, file, tally);
    check_names(facts, "to_names", message.to, file, tally);
    check_names(facts, "sender_names", message.sender, file, tally);
    check_numbers(facts, message, file, tally);
  }
  tally.print();
  CHECK(tally.mails() > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("address") >= 0.99);
  CHECK(tally.share("subject") >= 0.99);
  CHECK(tally.share("attachment") >= 0.98);
  CHECK(tally.share("text") >= 0.98);
  CHECK(tally.share("html") >= 0.98);
}

TEST_CASE("address lists of enmime are read as lists, whatever separates them") {
  Tally tally{"mime-enmime addresses"};
  for (const auto& entry : read_json(corpora() / "mime-enmime/addresses.json").as_array()) {
    const auto& one = entry.as_object();
    tally.mail();
    const std::string header = text_of(one.at("header"));
    check_addresses("list", one.at("addresses").as_array(), mime::parse_addresses(header), header,
                    tally);
  }
  tally.print();
  CHECK(tally.share("address") == 1.0);
}

}  // namespace lethe::corpus
