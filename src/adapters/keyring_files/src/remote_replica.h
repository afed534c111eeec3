// A receiver on another host, as the replica of the keyring (receiver.h holds the other end).
#pragma once

#include "channel.h"
#include "replica.h"

namespace lethe::keyring_files {

class RemoteReplica final : public Replica {
 public:
  // `url` is tcp+tls://HOST:PORT. Errors: not_found, forbidden (pairing, certificate, secret),
  // invalid_argument, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Replica>> open(const std::string& url,
                                                             const std::string& pairing_file);
  std::string name() const override { return url_; }
  const Head& head() const noexcept override { return head_; }
  bool has_its_root() override { return has_root_; }
  bool still_there() override { return true; }  // its answer tells
  Status apply(const ports::KeyringBatch& batch, const Head& next) override;
  Status write_root(std::uint64_t generation, ports::RootView root) override;
  Status finish_turn() override;
  Status copy_from(Site& primary) override;
  Status copy_to(Site& primary) override;

 private:
  RemoteReplica(std::string url, TlsContext context) noexcept
      : url_(std::move(url)), context_(std::move(context)) {}
  [[nodiscard]] Status ask(Message message, ByteView body);
  [[nodiscard]] Status read_state();

  std::string url_;
  TlsContext context_;
  std::unique_ptr<Channel> channel_;
  Head head_;
  bool has_root_ = false;
};

}  // namespace lethe::keyring_files
