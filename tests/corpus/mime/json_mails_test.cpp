// The sets with one JSON per mail: stalwart, php-mime-mail-parser, CPython,
// mime4j.
#include <doctest/doctest.h>

#include <algorithm>

#include "corpus.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {
namespace {

std::vector<std::filesystem::path> mails_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> mails;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == ".eml") mails.push_back(entry.path());
  }
  std::ranges::sort(mails);
  return mails;
}

json::object expectation_of(const std::filesystem::path& mail) {
  return read_json(std::filesystem::path{mail}.replace_extension(".json")).as_object();
}

Tally run_set(const std::string& set, const std::string& folder) {
  Tally tally{set};
  for (const auto& mail : mails_in(corpora() / folder)) {
    const std::string raw = read_file(mail);
    compare_common(expectation_of(mail), mime::parse(raw), raw, mail.filename().string(), tally);
  }
  tally.print();
  return tally;
}

void require_gates(const Tally& tally, double attachments) {
  CHECK(tally.mails() > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("address") >= 0.99);
  CHECK(tally.share("subject") >= 0.99);
  CHECK(tally.share("anywhere") == 1.0);
  CHECK(tally.share("attachment") >= attachments);
}

// Leaves in order; message/rfc822 is opened here, since the parser keeps it whole.
struct Leaf {
  std::string type;
  std::string bytes;
  int inside_messages = 0;
};
std::vector<Leaf> leaves_of(const std::string& raw) {
  struct Todo {
    std::string raw;
    int inside = 0;
  };
  std::vector<Todo> stack{{raw, 0}};
  std::vector<Leaf> leaves;
  while (!stack.empty() && stack.size() < 1000) {
    const Todo todo = std::move(stack.back());
    stack.pop_back();
    const mime::Message message = mime::parse(todo.raw);
    std::vector<Todo> inner;
    for (const std::size_t part : message.leaf_parts()) {
      std::string bytes = mime::decoded_body(message, part, todo.raw);
      if (message.parts[part].type == "message/rfc822") {
        inner.push_back({std::move(bytes), todo.inside + 1});
      } else {
        leaves.push_back({message.parts[part].type, std::move(bytes), todo.inside});
      }
    }
    std::ranges::reverse(inner);
    std::ranges::move(inner, std::back_inserter(stack));
  }
  return leaves;
}

std::string end_trimmed(std::string text) {
  while (!text.empty() && std::string_view{"\r\n\t "}.contains(text.back())) text.pop_back();
  return text;
}

void check_leaves(const json::object& expected, const std::string& raw, const std::string& file,
                  Tally& tally) {
  const std::vector<Leaf> leaves = leaves_of(raw);
  const auto& wanted = expected.at("leaf_parts").as_array();
  tally.check("leaf count", leaves.size() == wanted.size(),
              file + ": " + std::to_string(leaves.size()));
  for (std::size_t i = 0; i < std::min(leaves.size(), wanted.size()); ++i) {
    const auto& one = wanted[i].as_object();
    tally.check("leaf type", leaves[i].type == text_of(one.at("type")),
                file + ": " + leaves[i].type);
    tally.check("leaf bytes",
                sha256(end_trimmed(leaves[i].bytes)) == text_of(one.at("sha256_trimmed")), file);
    tally.check("leaf bytes exact (wish)", sha256(leaves[i].bytes) == text_of(one.at("sha256")),
                file);
  }
}

}  // namespace

TEST_CASE("mails of the RFCs are read as stalwart reads them") {
  require_gates(run_set("mime-stalwart/rfc", "mime-stalwart/rfc"), 1.0);
}

TEST_CASE("malformed mails keep their addresses, subjects and files") {
  // In two of the mails the source overlooks an outer boundary inside an inner
  // part, against RFC 2046 section 5.1.2; we follow the RFC.
  require_gates(run_set("mime-stalwart/malformed", "mime-stalwart/malformed"), 0.7);
}

TEST_CASE("mails of php-mime-mail-parser are read with all their files") {
  require_gates(run_set("mime-php", "mime-php"), 1.0);
}

TEST_CASE("mails of CPython's tests are read as Python reads them") {
  require_gates(run_set("mime-cpython", "mime-cpython"), 1.0);
}

TEST_CASE("mails of mime4j fall into the same leaf parts") {
  Tally tally{"mime-mime4j"};
  for (const auto& mail : mails_in(corpora() / "mime-mime4j")) {
    const std::string raw = read_file(mail);
    const json::object expected = expectation_of(mail);
    tally.mail();
    check_contract(mime::parse(raw), raw, mail.filename().string(), tally);
    if (expected.at("structure_agreed").as_bool())
      check_leaves(expected, raw, mail.filename().string(), tally);
  }
  tally.print();
  CHECK(tally.mails() > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("leaf count") == 1.0);
  CHECK(tally.share("leaf bytes") == 1.0);
}

}  // namespace lethe::corpus
