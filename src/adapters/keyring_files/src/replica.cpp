#include "replica.h"

#include "pair.h"
#include "remote_replica.h"

namespace lethe::keyring_files {
namespace {

class Directory final : public Replica {
 public:
  explicit Directory(std::unique_ptr<Site> site) : site_(std::move(site)) {}
  std::string name() const override { return site_->directory(); }
  const Head& head() const noexcept override { return site_->head(); }
  bool has_its_root() override { return site_->has_its_root(); }
  bool still_there() override { return site_->still_there(); }
  Status apply(const ports::KeyringBatch& batch, const Head& next) override {
    return site_->apply(batch, next);
  }
  Status write_root(std::uint64_t generation, ports::RootView root) override {
    return site_->slots().write(generation, root);
  }
  Status finish_turn() override {
    LETHE_CHECK(site_->finish_turn());
    return {};
  }
  Status copy_from(Site& primary) override { return site_->copy_from(primary); }
  Status copy_to(Site& primary) override { return primary.copy_from(*site_); }

 private:
  std::unique_ptr<Site> site_;
};

}  // namespace

Result<std::unique_ptr<Replica>> open_replica(const KeyringPaths& paths) {
  const std::string& where = *paths.replica;
  if (is_receiver(where)) return RemoteReplica::open(where, paths.replica_pairing_file);
  LETHE_TRY(auto site, may_be_filled(where) ? Site::make(where) : Site::open(where));
  return std::make_unique<Directory>(std::move(site));
}

Result<std::unique_ptr<Replica>> make_replica(const KeyringPaths& paths) {
  const std::string& where = *paths.replica;
  if (!is_receiver(where)) {
    LETHE_TRY(auto site, Site::make(where));
    return std::make_unique<Directory>(std::move(site));
  }
  LETHE_TRY(auto remote, RemoteReplica::open(where, paths.replica_pairing_file));
  if (remote->head().workspace != 0) {
    return fail(Errc::already_exists, where + " holds a keyring already");
  }
  return remote;
}

}  // namespace lethe::keyring_files
