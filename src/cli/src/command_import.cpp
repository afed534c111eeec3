// lethe import eml|mbox|ndjson FILE...: resumable, because a mail that is known already is left
// out.
#include <array>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "commands.h"
#include "lethe/app/audit.h"
#include "lethe/app/import_stream.h"
#include "lethe/app/take_in_mail.h"
#include "lethe/mime/mbox.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMailBytesMax = std::size_t{64} << 20;
constexpr int kUnderWayMax = 64;
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

struct Counts {
  std::int64_t taken = 0, known = 0, refused = 0;
};

// Hands mails in without waiting for each commit, so that groups form; waits for all at the end.
class MailImport {
 public:
  MailImport(World& world, const Speaker& speaker) : world_(world), speaker_(speaker) {}

  void take(std::string content) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return under_way_ < kUnderWayMax; });
      under_way_ += 1;
    }
    ports::Delivery delivery{.envelope = {}, .content = std::move(content)};
    app::take_in_mail(world_.app(), std::move(delivery), app::MailSource::imported,
                      [this](Result<app::TakenIn> taken) { finished(taken); });
    tell();
  }

  Counts wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return under_way_ == 0; });
    return counts_;
  }

 private:
  void finished(const Result<app::TakenIn>& taken) {
    const std::scoped_lock lock{mutex_};
    under_way_ -= 1;
    if (!taken) counts_.refused += 1;
    if (taken) (taken->duplicate ? counts_.known : counts_.taken) += 1;
    changed_.notify_all();
  }
  void tell() {
    std::unique_lock lock{mutex_};
    const std::int64_t done = counts_.taken + counts_.known + counts_.refused;
    lock.unlock();
    if (done % 50 == 0) speaker_.progress(done, 0, "mails");
  }

  World& world_;
  const Speaker& speaker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_ = 0;
  Counts counts_;
};

Result<std::string> read_whole(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return fail(Errc::not_found, "cannot read " + path);
  if (size > kMailBytesMax) return fail(Errc::too_large, path + " is larger than 64 MiB");
  std::ifstream file{path, std::ios::binary};
  std::string content(size, '\0');
  file.read(content.data(), static_cast<std::streamsize>(size));
  if (!file) return fail(Errc::unavailable, "cannot read " + path);
  return content;
}

// The splitter takes what stands before the first From_ line as a mail; a whole file of another
// kind would be one.
Status refuse_other_than_mbox(std::ifstream& file, const std::string& path) {
  std::array<char, 4096> start{};
  file.read(start.data(), start.size());
  std::string_view words{start.data(), static_cast<std::size_t>(file.gcount())};
  words.remove_prefix(std::min(words.find_first_not_of("\r\n"), words.size()));
  const bool is_mbox = words.empty() || words.starts_with("From ");
  file.clear();
  file.seekg(0);
  if (is_mbox) return {};
  return fail(Errc::invalid_argument,
              path +
                  " is no mbox: its first line does not begin with \"From \". A single mail is "
                  "imported with eml");
}

Status import_mbox(MailImport& import, const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  LETHE_CHECK(refuse_other_than_mbox(file, path));
  mime::MboxSplitter splitter;
  std::string chunk(kPieceBytes, '\0');
  std::vector<std::string> mails;
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    splitter.feed({chunk.data(), static_cast<std::size_t>(file.gcount())}, mails);
    for (std::string& mail : mails) import.take(std::move(mail));
    mails.clear();
  }
  if (auto last = splitter.finish()) import.take(std::move(*last));
  return {};
}

Status import_mails(MailImport& import, const std::string& format, const std::string& path) {
  if (format == "mbox") return import_mbox(import, path);
  LETHE_TRY(std::string mail, read_whole(path));
  import.take(std::move(mail));
  return {};
}

Status import_ndjson(World& world, const std::string& path, const Speaker& speaker,
                     Counts& counts) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  Status told;
  app::ImportStream stream{world.app(), [&](std::int64_t number, const auto& line) {
                             if (!line && told) {
                               told = speaker.print(path + " line " + std::to_string(number) +
                                                    ": " + line.error().detail + "\n");
                             }
                             if (number % 50 == 0) speaker.progress(number, 0, "tickets");
                           }};
  std::string piece(kPieceBytes, '\0');
  while (file && told) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    stream.take({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  stream.finish();
  counts.taken += stream.counts().imported;
  counts.known += stream.counts().known;
  counts.refused += stream.counts().failed;
  return told;
}

}  // namespace

Status import_files(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  const std::string format = text_argument(arguments, "format");
  const auto* files = arguments.if_contains("files");
  if (files == nullptr || !files->is_array()) return fail(Errc::invalid_argument, "name a file");
  Counts counts;
  MailImport import{world, speaker};
  Status status;
  for (const auto& file : files->get_array()) {
    const std::string path{file.as_string().data(), file.as_string().size()};
    status = format == "ndjson" ? import_ndjson(world, path, speaker, counts)
                                : import_mails(import, format, path);
    if (!status) break;
  }
  const Counts mails = import.wait();
  counts.taken += mails.taken;
  counts.known += mails.known;
  counts.refused += mails.refused;
  LETHE_CHECK(speaker.print("imported " + std::to_string(counts.taken) + ", known already " +
                            std::to_string(counts.known) + ", refused " +
                            std::to_string(counts.refused) + "\n"));
  if (counts.taken > 0) {
    LETHE_CHECK(app::note_act(world.app(), {.kind = app::AuditKind::tickets_imported}));
  }
  if (!status) return status;
  if (counts.refused != 0 && counts.taken + counts.known == 0) {
    return fail(Errc::invalid_argument, "nothing could be imported");
  }
  return {};
}

}  // namespace lethe::cli
