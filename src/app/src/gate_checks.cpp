#include "gate_checks.h"

#include <chrono>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/tickets.h"
#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/core/image_location.h"
#include "lethe/ports/operations.h"
#include "mail_settings.h"
#include "sealed_files.h"

namespace lethe::app {
namespace {

// Of all files of one mail together: the sender waits that long.
constexpr std::chrono::seconds kScanPatience{20};
constexpr std::size_t kReasonBytesMax = 500;

// Pictures are told by their bytes: some programs name no type, or a wrong one.
bool may_be_image(const mime::Attachment& file) {
  return !file.type.starts_with("text/") && !file.type.starts_with("message/");
}

Status scan(const MailChecks& checks, const mime::Attachment& file,
            std::chrono::steady_clock::time_point deadline, ScannerAway away, FileMarks& marks) {
  using State = ports::ScanResult::State;
  const ports::ScanResult result = checks.scanner->scan(file.content, deadline);
  if (result.state == State::away && away == ScannerAway::wait) {
    return fail(Errc::unavailable, "the virus scanner does not answer",
                std::string{ports::kScannerAway});
  }
  marks.not_checked = result.state == State::not_checked || result.state == State::away;
  if (marks.not_checked) ++checks.files_not_checked;
  if (result.state != State::infected) return {};
  marks.quarantine = result.signature;
  ++checks.files_quarantined;
  return {};
}

// Of a fetched mail, or one by LMTP, whose peer is our own mail server (RFC 2033 section 5), the
// filter does not learn who sent it and cannot judge SPF: there only the spam verdict is the
// filter's.
bool server_before_us_knows_more(const ports::Envelope& envelope) {
  return envelope.door == ports::Door::imap || envelope.door == ports::Door::lmtp;
}

core::AuthResult auth_result_in(const boost::json::object& object, std::string_view name) {
  const std::string text = text_of(object, name);
  for (const auto each : {core::AuthResult::none, core::AuthResult::pass, core::AuthResult::fail,
                          core::AuthResult::temperror}) {
    if (text == core::name_of(each)) return each;
  }
  return core::AuthResult::unknown;
}

}  // namespace

core::MailTrust ask_filter(App& app, const MailChecks& checks, const ports::Envelope& envelope,
                           std::string_view content, const core::MailFacts& facts,
                           std::string_view from_address) {
  // As the results name it.
  const std::string written = core::domain_of(from_address);
  const std::string domain = core::normalised_domain(written).value_or(written);
  const bool forwarded = core::is_forwarded(envelope.helo, envelope.sender, checks.forwarders);
  core::MailTrust trust;
  if (checks.filter != nullptr) {
    const auto judged =
        checks.filter->judge(envelope, content, domain, std::to_string(app.ids.next()), forwarded);
    if (judged) {
      trust = *judged;
    } else {
      ++checks.filter_failures;
    }
  }
  if (trust.source == core::TrustSource::nobody || server_before_us_knows_more(envelope)) {
    auto header = core::trust_of_header(facts, checks.trusted_authserv_ids, domain);
    header.spam = trust.spam;
    if (header.source == core::TrustSource::header) trust = header;
  }
  return forwarded ? core::without_spf_failure(trust) : trust;
}

Result<std::vector<FileMarks>> check_files(const MailChecks& checks,
                                           std::vector<mime::Attachment>& files, ScannerAway away,
                                           bool& touched) {
  const auto deadline = std::chrono::steady_clock::now() + kScanPatience;
  std::vector<FileMarks> all;
  for (mime::Attachment& file : files) {
    FileMarks& marks = all.emplace_back();
    if (checks.scanner != nullptr) LETHE_CHECK(scan(checks, file, deadline, away, marks));
    if (may_be_image(file)) {
      const auto finding = core::remove_location(file.content);
      marks.location_removed = finding == core::ImageFinding::removed;
      marks.image_damaged = finding == core::ImageFinding::damaged;
    }
    if (marks.location_removed || marks.is_locked()) touched = true;
  }
  return all;
}

std::string to_json(const core::MailTrust& trust) {
  return boost::json::serialize(
      boost::json::object{{"source", static_cast<std::int64_t>(trust.source)},
                          {"spf", std::string{core::name_of(trust.spf)}},
                          {"dkim", std::string{core::name_of(trust.dkim)}},
                          {"dmarc", std::string{core::name_of(trust.dmarc)}},
                          {"spam", std::string{core::name_of(trust.spam)}},
                          {"aligned", trust.aligned}});
}

core::MailTrust trust_in(std::string_view headers) {
  const auto object = parse_object(text_of(parse_object(headers), "trust"));
  const std::string spam = text_of(object, "spam");
  return {.source = static_cast<core::TrustSource>(number_of(object, "source")),
          .spf = auth_result_in(object, "spf"),
          .dkim = auth_result_in(object, "dkim"),
          .dmarc = auth_result_in(object, "dmarc"),
          .spam = spam == "spam"  ? core::SpamVerdict::spam
                  : spam == "ham" ? core::SpamVerdict::ham
                                  : core::SpamVerdict::unknown,
          .aligned = flag_of(object, "aligned")};
}

std::string with_marks(std::string_view description, const FileMarks& marks) {
  auto object = parse_object(description);
  const auto set = [&](std::string_view name, bool is_set) {
    if (is_set) object[name] = true;
  };
  set("location_removed", marks.location_removed);
  set("image_damaged", marks.image_damaged);
  set("not_checked", marks.not_checked);
  set("released", marks.released);
  if (!marks.quarantine.empty()) object["quarantine"] = marks.quarantine;
  return boost::json::serialize(object);
}

FileMarks marks_in(std::string_view description) {
  const auto object = parse_object(description);
  return {.location_removed = flag_of(object, "location_removed"),
          .image_damaged = flag_of(object, "image_damaged"),
          .not_checked = flag_of(object, "not_checked"),
          .quarantine = text_of(object, "quarantine"),
          .released = flag_of(object, "released")};
}

Result<FileMarks> file_marks(App& app, const ports::AttachmentRow& row) {
  LETHE_TRY(const Plaintext text,
            open(app, files_key(row.person, row.ticket),
                 place(cell::kFileDescription, row.id.value(), row.cell_version), row.description));
  return marks_in(text.reveal());
}

Result<core::MailTrust> message_trust(App& app, const ports::Reading& tx, core::MessageId id) {
  LETHE_TRY(const auto row, tx.messages().find(id));
  if (!row.person) return core::MailTrust{};
  const auto text = open(app, body_key(*row.person, row.ticket),
                         place(cell::kHeaders, id.value(), row.cell_version), row.headers);
  if (!text && text.error().code == Errc::erased) return core::MailTrust{};
  if (!text) return std::unexpected(text.error());
  return trust_in(text->reveal());
}

namespace {

struct LockedFile {
  core::TicketId ticket;
  std::string signature;
};

Result<LockedFile> locked_file(App& app, const ports::Reading& tx, core::AttachmentId id) {
  LETHE_TRY(const auto row, tx.messages().attachment(id));
  LETHE_TRY(FileMarks marks, file_marks(app, row));
  if (!marks.is_locked()) return fail(Errc::conflict, "the file is not quarantined");
  return LockedFile{row.ticket, std::move(marks.quarantine)};
}

Result<LockedFile> find_locked(App& app, core::AttachmentId id) {
  std::optional<LockedFile> locked;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(locked, locked_file(app, tx, id));
    return {};
  }));
  return std::move(*locked);
}

// First the note: a release without its reason must not be.
Status let_out(App& app, core::AttachmentId id, core::AgentId by, const LockedFile& file,
               const std::string& why) {
  LETHE_TRY(const auto noted, answer_ticket(app, {.ticket = file.ticket,
                                                  .by = by,
                                                  .kind = ports::MessageKind::note,
                                                  .text = "Released from quarantine (" +
                                                          file.signature + "): " + why}));
  static_cast<void>(noted);
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.messages().attachment(id));
    const vault::KeyRef key = files_key(row.person, row.ticket);
    const auto where = place(cell::kFileDescription, id.value(), row.cell_version);
    LETHE_TRY(const Plaintext text, open(app, key, where, row.description));
    FileMarks marks = marks_in(text.reveal());
    marks.released = true;
    LETHE_TRY(row.description, seal(app, key, where, with_marks(text.reveal(), marks)));
    LETHE_CHECK(ports::operations(tx).let_out(id));
    return tx.messages().update_attachment(row);
  });
}

}  // namespace

Status release_file(App& app, core::AttachmentId id, core::AgentId by, std::string_view reason) {
  const std::string why{trimmed(reason)};
  if (why.empty() || why.size() > kReasonBytesMax)
    return fail(Errc::invalid_argument, "Say why, in at most 500 characters.", "reason");
  LETHE_TRY(const LockedFile file, find_locked(app, id));
  return let_out(app, id, by, file, why);
}

Status check_file_again(App& app, ports::VirusScanner* scanner, core::AttachmentId id,
                        core::AgentId by) {
  LETHE_TRY(const LockedFile file, find_locked(app, id));
  if (scanner == nullptr) return fail(Errc::unsupported, "No scanner is set up (clamav.socket).");
  std::optional<Plaintext> bytes;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().attachment(id));
    LETHE_TRY(bytes, open_file(app, files_key(row.person, row.ticket),
                               place(cell::kFileKey, id.value(), row.cell_version), row.file_key,
                               row.file));
    return {};
  }));
  const auto found =
      scanner->scan(bytes->reveal(), std::chrono::steady_clock::now() + kScanPatience);
  switch (found.state) {
    case ports::ScanResult::State::clean:
      return let_out(app, id, by, file, "the scanner was asked again and finds nothing in it.");
    case ports::ScanResult::State::infected:
      return fail(Errc::forbidden, "The scanner still finds " + found.signature + " in it.");
    case ports::ScanResult::State::not_checked:
    case ports::ScanResult::State::away:
      break;
  }
  return fail(Errc::unavailable, "The scanner does not answer. Try again later.");
}

Result<core::MaskChoice> read_masks(App& app) {
  LETHE_TRY(const MailSettings settings, read_mail_settings(app));
  return settings.masks;
}

Status save_masks(App& app, const core::MaskChoice& choice) {
  return app.store.write([&](ports::Writing& tx) {
    return tx.catalog().set_setting(kMasksSetting, core::to_text(choice));
  });
}

}  // namespace lethe::app
