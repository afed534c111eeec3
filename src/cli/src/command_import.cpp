// lethe import eml|mbox|ndjson FILE...: resumable, because a mail that is known already is left
// out.
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
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
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

struct Counts {
  std::int64_t taken = 0, known = 0, refused = 0;
};

// How much of all files is read.
class Meter {
 public:
  Meter(const Speaker& speaker, const std::vector<std::string>& files, std::string what)
      : speaker_(speaker), what_(std::move(what)) {
    for (const std::string& file : files) {
      std::error_code error;
      const auto size = fs::file_size(file, error);
      if (!error) bytes_ += static_cast<std::int64_t>(size);
    }
  }
  void read(std::size_t bytes) { read_ += static_cast<std::int64_t>(bytes); }
  // Every 50th mail or line is told.
  void tell(std::int64_t count) const {
    if (count % 50 != 0) return;
    speaker_.progress(std::min(read_, bytes_) / 1000, bytes_ / 1000,
                      "kB, " + std::to_string(count) + " " + what_);
  }

 private:
  const Speaker& speaker_;
  std::string what_;
  std::int64_t bytes_ = 0, read_ = 0;
};

// Trouble of this machine: the next mail would meet it too.
bool stops_all(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::corrupt ||
         error.code == Errc::internal || error.code == Errc::stale_keyring;
}

// Hands mails in without waiting for each commit, so that groups form; waits for all at the end.
// What is wrong with a mail is said by its place, on the thread that hands in.
class MailImport {
 public:
  MailImport(World& world, const Speaker& speaker, Meter& meter)
      : world_(world), speaker_(speaker), meter_(meter) {}
  // However the command ends: what is under way calls back here.
  ~MailImport() { wait_for_all(); }
  MailImport(const MailImport&) = delete;
  MailImport& operator=(const MailImport&) = delete;

  // `name` says which mail. Errors: what stops all; cancelled when nobody listens any more.
  Status take(std::string content, const std::string& name) {
    if (content.size() > kMailBytesMax) {
      refuse(name + ": a mail has at most 64 MiB");
      return tell();
    }
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return under_way_ < kUnderWayMax; });
      if (!trouble_) return trouble_;
      under_way_ += 1;
    }
    ports::Delivery delivery{.envelope = {}, .content = std::move(content)};
    app::take_in_mail(world_.app(), std::move(delivery), app::MailSource::imported,
                      [this, name](Result<app::TakenIn> taken) { finished(taken, name); });
    return tell();
  }

  // Trouble that came after the last mail was handed in is returned here.
  Result<Counts> wait() {
    wait_for_all();
    LETHE_CHECK(tell());
    if (!trouble_) return std::unexpected(trouble_.error());
    return counts_;
  }
  [[nodiscard]] Counts counts() const {
    const std::scoped_lock lock{mutex_};
    return counts_;
  }
  [[nodiscard]] Meter& meter() { return meter_; }

 private:
  void wait_for_all() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return under_way_ == 0; });
  }
  void refuse(std::string why) {
    const std::scoped_lock lock{mutex_};
    counts_.refused += 1;
    complaints_.push_back(std::move(why));
  }
  void finished(const Result<app::TakenIn>& taken, const std::string& name) {
    const std::scoped_lock lock{mutex_};
    under_way_ -= 1;
    if (taken) {
      (taken->duplicate ? counts_.known : counts_.taken) += 1;
    } else if (stops_all(taken.error())) {
      trouble_ = std::unexpected(taken.error());
    } else {
      counts_.refused += 1;
      complaints_.push_back(name + ": " + taken.error().detail);
    }
    changed_.notify_all();
  }
  Status tell() {
    std::vector<std::string> complaints;
    std::int64_t done = 0;
    {
      const std::scoped_lock lock{mutex_};
      complaints.swap(complaints_);
      done = counts_.taken + counts_.known + counts_.refused;
    }
    for (const std::string& complaint : complaints) LETHE_CHECK(speaker_.print(complaint + "\n"));
    meter_.tell(done);
    return {};
  }

  World& world_;
  const Speaker& speaker_;
  Meter& meter_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_ = 0;
  Counts counts_;
  Status trouble_;
  std::vector<std::string> complaints_;
};

Result<std::ifstream> open_file(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    return fail(Errc::invalid_argument, path + " is a directory; name the files in it");
  }
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::not_found, "cannot read " + path + ": " + std::strerror(errno));
  return file;
}

Status refuse_cut_off(const std::ifstream& file, const std::string& path) {
  if (!file.bad()) return {};
  return fail(Errc::unavailable, "cannot read " + path + " to its end; nothing after that came in");
}

Result<std::string> read_whole(const std::string& path) {
  LETHE_TRY(std::ifstream file, open_file(path));
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return fail(Errc::not_found, "cannot read " + path + ": " + error.message());
  if (size > kMailBytesMax) return fail(Errc::too_large, path + " is larger than 64 MiB");
  std::string content(size, '\0');
  file.read(content.data(), static_cast<std::streamsize>(size));
  if (!file) return fail(Errc::unavailable, "cannot read " + path);
  return content;
}

// The splitter takes what stands before the first From_ line as a mail; a whole file of another
// kind would be one. Leaves `file` behind a byte order mark.
Status refuse_other_than_mbox(std::ifstream& file, const std::string& path) {
  std::array<char, 4096> start{};
  file.read(start.data(), start.size());
  std::string_view words{start.data(), static_cast<std::size_t>(file.gcount())};
  const std::size_t mark = words.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  words.remove_prefix(mark);
  if (words.contains('\r') && !words.contains('\n')) {
    return fail(Errc::invalid_argument,
                path + " ends its lines in CR alone; tr '\\r' '\\n' makes an mbox of it");
  }
  words.remove_prefix(std::min(words.find_first_not_of("\r\n"), words.size()));
  const bool is_mbox = words.empty() || words.starts_with("From ");
  file.clear();
  file.seekg(static_cast<std::streamoff>(mark));
  if (is_mbox) return {};
  return fail(Errc::invalid_argument,
              path +
                  " is no mbox: its first line does not begin with \"From \". A single mail is "
                  "imported with eml");
}

Status import_mbox(MailImport& import, const std::string& path) {
  LETHE_TRY(std::ifstream file, open_file(path));
  LETHE_CHECK(refuse_other_than_mbox(file, path));
  // A little more than a mail may have, so that one that was cut is seen to be too large.
  mime::MboxSplitter splitter{mime::MboxQuoting::mboxrd, kMailBytesMax + 16};
  std::string chunk(kPieceBytes, '\0');
  std::vector<std::string> mails;
  std::int64_t number = 0;
  const auto take = [&](std::string& mail) {
    return import.take(std::move(mail), path + " mail " + std::to_string(++number));
  };
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    const auto size = static_cast<std::size_t>(file.gcount());
    import.meter().read(size);
    splitter.feed({chunk.data(), size}, mails);
    for (std::string& mail : mails) LETHE_CHECK(take(mail));
    mails.clear();
  }
  if (auto last = splitter.finish()) LETHE_CHECK(take(*last));
  return refuse_cut_off(file, path);
}

Status import_eml(MailImport& import, const std::string& path) {
  LETHE_TRY(std::string mail, read_whole(path));
  import.meter().read(mail.size());
  return import.take(std::move(mail), path);
}

Status import_ndjson(World& world, const std::string& path, const Speaker& speaker, Meter& meter,
                     Counts& counts) {
  LETHE_TRY(std::ifstream file, open_file(path));
  Status told;
  Status trouble;
  app::ImportStream stream{world.app(), [&](std::int64_t number, const auto& line) {
                             if (!line && stops_all(line.error())) {
                               trouble = std::unexpected(line.error());
                             } else if (!line && told) {
                               told = speaker.print(path + " line " + std::to_string(number) +
                                                    ": " + line.error().detail + "\n");
                             }
                             meter.tell(number);
                           }};
  std::string piece(kPieceBytes, '\0');
  while (file && told && trouble) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto size = static_cast<std::size_t>(file.gcount());
    meter.read(size);
    stream.take({piece.data(), size});
  }
  stream.finish();
  counts.taken += stream.counts().imported;
  counts.known += stream.counts().known;
  counts.refused += stream.counts().failed;
  LETHE_CHECK(trouble);
  LETHE_CHECK(told);
  return refuse_cut_off(file, path);
}

std::vector<std::string> files_argument(const boost::json::object& arguments) {
  std::vector<std::string> files;
  const auto* named = arguments.if_contains("files");
  if (named == nullptr || !named->is_array()) return files;
  for (const auto& file : named->get_array()) {
    if (file.is_string()) files.emplace_back(file.get_string());
  }
  return files;
}

bool goes_on_after(const Status& status) {
  return status || (!stops_all(status.error()) && status.error().code != Errc::cancelled);
}

}  // namespace

Status import_files(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  const std::string format = text_argument(arguments, "format");
  const auto files = files_argument(arguments);
  if (files.empty()) return fail(Errc::invalid_argument, "name a file");
  Counts counts;
  Meter meter{speaker, files, format == "ndjson" ? "lines" : "mails"};
  MailImport import{world, speaker, meter};
  Status first_wrong;
  for (const std::string& path : files) {
    const Status status = format == "ndjson" ? import_ndjson(world, path, speaker, meter, counts)
                          : format == "mbox" ? import_mbox(import, path)
                                             : import_eml(import, path);
    if (!status && !first_wrong) LETHE_CHECK(speaker.print(status.error().detail + "\n"));
    if (!status && first_wrong) first_wrong = status;
    if (!goes_on_after(status)) break;
  }
  const auto mails = import.wait();
  if (!mails && first_wrong) first_wrong = std::unexpected(mails.error());
  const Counts of_mails = import.counts();
  counts.taken += of_mails.taken;
  counts.known += of_mails.known;
  counts.refused += of_mails.refused;
  LETHE_CHECK(speaker.print("imported " + std::to_string(counts.taken) + ", known already " +
                            std::to_string(counts.known) + ", refused " +
                            std::to_string(counts.refused) + "\n"));
  if (counts.taken > 0) {
    const Status noted = app::note_act(world.app(), {.kind = app::AuditKind::tickets_imported});
    if (!noted && first_wrong) first_wrong = noted;  // what stopped the import is said first
  }
  if (!first_wrong) {
    Error error = first_wrong.error();
    if (stops_all(error)) error.detail += ". Run the same command again to go on from here";
    return std::unexpected(std::move(error));
  }
  if (counts.refused != 0 && counts.taken + counts.known == 0) {
    return fail(Errc::invalid_argument, "nothing could be imported");
  }
  return {};
}

}  // namespace lethe::cli
