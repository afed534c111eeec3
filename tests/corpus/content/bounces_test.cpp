// Failure notices, complaints and answers of machines, and the mails that only look like them.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "corpus.h"
#include "lethe/base/text.h"
#include "lethe/core/mail_kind.h"

namespace {

using lethe::core::MailKind;
using lethe::core::MailVerdict;
using lethe::core::RecipientReport;
namespace json = boost::json;

struct Score {
  int right = 0;
  int all = 0;
  void count(bool good) {
    ++all;
    right += good ? 1 : 0;
  }
  double share() const { return all == 0 ? 1.0 : static_cast<double>(right) / all; }
};

// Set LETHE_CORPUS_VERBOSE to see each miss.
void note(bool good, const std::string& line) {
  static const bool verbose = std::getenv("LETHE_CORPUS_VERBOSE") != nullptr;
  if (!good && verbose) std::printf("  %s\n", line.c_str());
}

std::string kind_word(MailKind kind) {
  switch (kind) {
    case MailKind::bounce:
      return "bounce";
    case MailKind::abuse_report:
      return "abuse-report";
    case MailKind::auto_reply:
      return "auto-reply";
    case MailKind::delivery_report:
      return "delivery-report";
    case MailKind::read_receipt:
      return "read-receipt";
    case MailKind::list:
      return "list";
    case MailKind::bulk:
      return "bulk";
    case MailKind::calendar:
      return "calendar";
    case MailKind::ordinary:
      return "person";
  }
  return "?";
}

const RecipientReport* report_for(const MailVerdict& verdict, const std::string& address) {
  for (const RecipientReport& report : verdict.recipients)
    if (lethe::equals_ignoring_ascii_case(report.address, address)) return &report;
  return nullptr;
}

struct Scores {
  Score kind, address, hard, status, action;
};

void score_recipient(const std::string& file, const MailVerdict& verdict,
                     const json::object& expected, Scores& scores) {
  const std::string address = lethe::test::text_at(expected, "address");
  const bool unsure = lethe::test::flag_at(expected, "address_unsure");
  const RecipientReport* report = report_for(verdict, address);
  const std::string got =
      verdict.recipients.empty() ? "nobody" : verdict.recipients.front().address;
  if (!unsure) {
    scores.address.count(report != nullptr);
    note(report != nullptr, file + " address: " + address + " but got " + got);
  }
  if (report == nullptr && unsure && !verdict.recipients.empty())
    report = &verdict.recipients.front();
  const bool hard = lethe::test::flag_at(expected, "hard_bounce");
  const bool same_hard = report != nullptr && report->hard == hard;
  scores.hard.count(same_hard);
  note(same_hard, file + " hard: expected " + (hard ? "hard " : "soft ") +
                      lethe::test::text_at(expected, "reason") + ", got " +
                      (report == nullptr ? "nothing"
                                         : std::string(name_of(report->reason)) + ": " +
                                               report->diagnostic.substr(0, 300)));
  if (report == nullptr) return;
  const std::string status = lethe::test::text_at(expected, "status");
  if (!lethe::test::flag_at(expected, "status_invented") && !status.empty()) {
    scores.status.count(report->status == status);
    note(report->status == status, file + " status: " + status + " but got " + report->status);
  }
  const std::string action = lethe::test::text_at(expected, "action");
  if (!action.empty()) scores.action.count(name_of(report->action) == action);
}

}  // namespace

TEST_CASE(
    "bounces of the corpus are recognised with their recipients and whether they are for good") {
  const auto folder = lethe::test::corpora() / "bounces";
  Scores scores;
  const json::value expectations = lethe::test::json_of(folder / "expectations.json");
  for (const json::value& entry : expectations.as_array()) {
    const json::object& expected = entry.as_object();
    const std::string file = lethe::test::text_at(expected, "file");
    const std::string raw = lethe::test::bytes_of(folder / file);
    const lethe::mime::Message message = lethe::mime::parse(raw);
    const MailVerdict verdict = classify(lethe::test::facts_of(message));
    const bool same_kind = kind_word(verdict.kind) == lethe::test::text_at(expected, "kind");
    scores.kind.count(same_kind);
    note(same_kind, file + " kind: " + lethe::test::text_at(expected, "kind") + " but got " +
                        kind_word(verdict.kind));
    for (const json::value& recipient : expected.at("recipients").as_array())
      score_recipient(file, verdict, recipient.as_object(), scores);
  }
  std::printf(
      "corpus bounces: kind %d/%d, address %d/%d, hard or soft %d/%d, status %d/%d, action %d/%d\n",
      scores.kind.right, scores.kind.all, scores.address.right, scores.address.all,
      scores.hard.right, scores.hard.all, scores.status.right, scores.status.all,
      scores.action.right, scores.action.all);
  CHECK(scores.kind.share() >= 0.95);
  CHECK(scores.address.share() >= 0.95);
  CHECK(scores.hard.share() >= 0.95);
}

TEST_CASE("no mail of a person, a list or an absence note is taken for a bounce") {
  const auto folder = lethe::test::corpora() / "not-bounces";
  Score kind, answer, quiet;
  const json::value expectations = lethe::test::json_of(folder / "expectations.json");
  for (const json::value& entry : expectations.at("mails").as_array()) {
    const json::object& expected = entry.as_object();
    const std::string file = lethe::test::text_at(expected, "file");
    const std::string raw = lethe::test::bytes_of(folder / file);
    const lethe::mime::Message message = lethe::mime::parse(raw);
    const lethe::core::MailFacts facts = lethe::test::facts_of(message);
    const MailVerdict verdict = classify(facts);
    quiet.count(verdict.kind != MailKind::bounce);
    const bool same_kind = kind_word(verdict.kind) == lethe::test::text_at(expected, "kind");
    kind.count(same_kind);
    note(same_kind, file + " kind: " + lethe::test::text_at(expected, "kind") + " but got " +
                        kind_word(verdict.kind));
    const bool same_answer =
        may_auto_answer(facts, verdict, {}) == lethe::test::flag_at(expected, "may_auto_answer");
    answer.count(same_answer);
    note(same_answer, file + " may_auto_answer is wrong");
  }
  for (const json::value& entry : expectations.at("also_not_bounces").as_array()) {
    const std::string raw = lethe::test::bytes_of(folder / std::string(entry.as_string()));
    const lethe::mime::Message message = lethe::mime::parse(raw);
    quiet.count(classify(lethe::test::facts_of(message)).kind != MailKind::bounce);
  }
  std::printf(
      "corpus not-bounces: not taken for a bounce %d/%d, kind %d/%d, may auto answer %d/%d\n",
      quiet.right, quiet.all, kind.right, kind.all, answer.right, answer.all);
  CHECK(quiet.right == quiet.all);
  CHECK(kind.share() >= 0.95);
  CHECK(answer.right == answer.all);
}
