#include "snapshot.h"

#include <filesystem>
#include <fstream>

#include "batch_bytes.h"
#include "files.h"
#include "lethe/base/secret.h"

namespace lethe::keyring_files {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::size_t kRootAt = 8;
constexpr std::size_t kHeadAt = kRootAt + ports::kRootSize;

Error malformed() { return {Errc::corrupt, "a message about the keyring is malformed", {}}; }

void append_u64(Bytes& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

// What arrives before it is whole: nothing of it outlives the transfer.
class Incoming {
 public:
  explicit Incoming(const std::string& beside) : directory_(beside + "/incoming") {}
  ~Incoming() { clear(); }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  Status begin() {
    clear();
    LETHE_CHECK(make_private_directory(directory_));
    return make_private_file(database());
  }
  [[nodiscard]] std::string database() const { return directory_ + "/keyring.db"; }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  void clear() const {
    const RootSlots slots{directory_};
    for (const std::uint64_t generation : {0U, 1U}) {
      static_cast<void>(slots.wipe_all_but(generation));
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  std::string directory_;
};

Status take_pieces(Channel& channel, std::uint64_t size, const std::string& path) {
  std::ofstream file{path, std::ios::binary};
  while (size > 0) {
    LETHE_TRY(const Frame piece, channel.receive(kPieceBytes));
    if (piece.message != Message::piece || piece.body.empty() || piece.body.size() > size) {
      return std::unexpected(malformed());
    }
    const auto text = as_text(piece.body);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    size -= piece.body.size();
  }
  file.close();
  return file ? Status{} : fail(Errc::unavailable, path + " cannot be written");
}

}  // namespace

Status send_snapshot(Channel& channel, Site& site) {
  LETHE_CHECK(site.finish_turn());  // the log is empty: keyring.db is whole
  std::error_code error;
  const auto size = std::filesystem::file_size(site.database_path(), error);
  std::ifstream file{site.database_path(), std::ios::binary};
  if (error || !file) return fail(Errc::unavailable, "cannot read " + site.database_path());
  Bytes begin;
  append_u64(begin, size);
  begin.resize(kHeadAt);
  LETHE_CHECK(site.slots().read(site.head().generation,
                                ports::RootBuffer{begin.data() + kRootAt, ports::kRootSize}));
  const Bytes head = encode(site.head());
  begin.insert(begin.end(), head.begin(), head.end());
  const Status begun = channel.send(Message::snapshot, begin);
  wipe(begin.data(), begin.size());
  LETHE_CHECK(begun);
  std::string piece(kPieceBytes, '\0');
  for (std::uint64_t sent = 0; sent < size;) {
    file.read(piece.data(),
              static_cast<std::streamsize>(std::min<std::uint64_t>(size - sent, piece.size())));
    const auto read = static_cast<std::size_t>(file.gcount());
    if (read == 0) return fail(Errc::unavailable, "cannot read " + site.database_path());
    LETHE_CHECK(channel.send(Message::piece, as_bytes(std::string_view{piece}.substr(0, read))));
    sent += read;
  }
  return {};
}

Result<Head> head_of_snapshot(const Frame& snapshot) {
  if (snapshot.message != Message::snapshot || snapshot.body.size() < kHeadAt) {
    return std::unexpected(malformed());
  }
  return decode_head(ByteView{snapshot.body}.subspan(kHeadAt));
}

Status receive_snapshot(Channel& channel, const Frame& snapshot, Site& site) {
  LETHE_TRY(const Head head, head_of_snapshot(snapshot));
  const ByteView body{snapshot.body};
  Incoming incoming{site.directory()};
  LETHE_CHECK(incoming.begin());
  LETHE_CHECK(take_pieces(channel, read_u64(body.first(8)), incoming.database()));
  LETHE_CHECK(RootSlots{incoming.directory()}.write(
      head.generation, ports::RootView{body.data() + kRootAt, ports::kRootSize}));
  LETHE_TRY(const auto arrived, Site::open(incoming.directory()));
  if (!(arrived->head() == head)) return std::unexpected(malformed());
  return site.copy_from(*arrived);
}

Bytes state_bytes(const Head& head, bool has_root) {
  Bytes bytes{static_cast<std::uint8_t>(has_root)};
  const Bytes said = encode(head);
  bytes.insert(bytes.end(), said.begin(), said.end());
  return bytes;
}

Result<RemoteState> parse_state(const Frame& frame) {
  LETHE_CHECK(refusal_in(frame));
  if (frame.message != Message::state || frame.body.empty()) return std::unexpected(malformed());
  LETHE_TRY(Head head, decode_head(ByteView{frame.body}.subspan(1)));
  return RemoteState{std::move(head), frame.body[0] == 1};
}

Bytes refusal_bytes(const Error& error) {
  Bytes bytes{static_cast<std::uint8_t>(error.code)};
  const ByteView detail = as_bytes(error.detail);
  bytes.insert(bytes.end(), detail.begin(), detail.end());
  return bytes;
}

Status refusal_in(const Frame& frame) {
  if (frame.message != Message::refused) return {};
  if (frame.body.empty()) return std::unexpected(malformed());
  const bool conflict = frame.body[0] == static_cast<std::uint8_t>(Errc::conflict);
  const bool forbidden = frame.body[0] == static_cast<std::uint8_t>(Errc::forbidden);
  const Errc code = conflict ? Errc::conflict : forbidden ? Errc::forbidden : Errc::unavailable;
  return fail(code, "the receiver: " + std::string{as_text(ByteView{frame.body}.subspan(1))});
}

}  // namespace lethe::keyring_files
