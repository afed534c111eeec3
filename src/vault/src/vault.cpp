#include "lethe/vault/vault.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "impl.h"
#include "lethe/base/assert.h"

namespace lethe::vault {
namespace {

Error gone() { return {Errc::erased, "the key of this cell was destroyed", {}}; }
Error moved() { return {Errc::corrupt, "a sealed cell does not belong where it stands", {}}; }

Status prepare_sodium() {
  if (sodium_init() < 0) return fail(Errc::internal, "libsodium does not start");
  return {};
}

}  // namespace

bool Targets::hit(const KeyName& name) const {
  if (persons.contains(name.person)) return true;
  const auto ticket = tickets.find({name.person, name.ticket});
  if (ticket == tickets.end()) return false;
  return ticket->second.empty() || ticket->second.contains(name.key_class);
}

bool Targets::hit_for_ever(const KeyName& name) const {
  if (persons.contains(name.person)) return true;
  const auto ticket = tickets.find({name.person, name.ticket});
  return ticket != tickets.end() && ticket->second.empty();
}

// --- opening ---

Vault::Impl::Impl(ports::KeyringStore& keyring, ports::Random& source, core::WorkspaceId of,
                  std::shared_ptr<KeyArena> keys)
    : store(keyring),
      random(source),
      workspace(of),
      arena(std::move(keys)),
      tree(arena, random, workspace) {}

Status Vault::create(ports::KeyringStore& store, ports::Random& random,
                     core::WorkspaceId workspace) {
  LETHE_CHECK(prepare_sodium());
  LETHE_TRY(const auto arena, KeyArena::make(kArenaSlots));
  KeyTree tree{arena, random, workspace};
  ports::KeyringBatch first;
  LETHE_CHECK(tree.make(first));
  random.fill(first.stamp);
  return store.create(workspace, first, tree.root());
}

Result<std::unique_ptr<Vault>> Vault::open(ports::KeyringStore& store, ports::Random& random) {
  LETHE_CHECK(prepare_sodium());
  LETHE_TRY(const ports::KeyringHeader header, store.header());
  LETHE_TRY(auto arena, KeyArena::make(kArenaSlots));
  auto impl = std::make_unique<Impl>(store, random, header.workspace, std::move(arena));
  LETHE_CHECK(impl->tree.load(store));
  impl->note({header.sequence, header.generation, ports::ReplicaState::none});
  return std::unique_ptr<Vault>{new Vault{std::move(impl)}};
}

Vault::Vault(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Vault::~Vault() = default;

core::WorkspaceId Vault::workspace() const noexcept { return impl_->workspace; }
std::uint64_t Vault::sequence() const noexcept { return impl_->sequence; }
std::uint64_t Vault::generation() const noexcept { return impl_->generation; }
ports::ReplicaState Vault::replica_state() const noexcept { return impl_->store.replica_state(); }

// --- finding and making content keys ---

KeyEntry* Vault::Impl::find(const KeyName& name) {
  const auto unwritten = pending.find(name);
  return unwritten != pending.end() ? &unwritten->second : cache.find(name);
}

Result<KeyEntry*> Vault::Impl::find_or_load(const KeyName& name) {
  if (KeyEntry* const found = find(name)) return found;
  LETHE_TRY(const auto rows, store.content_keys(row_name(name, 0)));
  if (rows.empty()) return nullptr;

  const auto unwrapped = [this](const ports::ContentKeyRow& row) -> Result<ContentKey> {
    LETHE_TRY(KeySlot slot, tree.unwrap_content(row));
    const std::uint64_t id = key_id_of(slot.key());
    return ContentKey{std::move(slot), id, row.name.serial};
  };
  LETHE_TRY(ContentKey current, unwrapped(rows.back()));
  KeyEntry entry{std::move(current), std::nullopt};
  if (rows.size() > 1) {
    LETHE_TRY(entry.previous, unwrapped(rows[rows.size() - 2]));
  }
  return &cache.insert(name, std::move(entry));
}

Result<KeyEntry*> Vault::Impl::find_or_make(const KeyName& name) {
  LETHE_TRY(KeyEntry* const found, find_or_load(name));
  if (found != nullptr) return found;
  LETHE_CHECK(refuse_punctured(name));
  return make(name);
}

// An erased person or ticket never gets a key again: what still arrives for
// it is somebody's stale reference.
Status Vault::Impl::refuse_punctured(const KeyName& name) {
  LETHE_TRY(const auto records, store.punctures_of(core::PersonId::of(name.person)));
  for (const ports::PunctureRow& record : records) {
    if (record.key_class) continue;
    if (!record.ticket || record.ticket->value() == name.ticket) return std::unexpected(gone());
  }
  return {};
}

Result<KeyEntry*> Vault::Impl::make(const KeyName& name) {
  if (pending.size() >= kPendingKeysMax) {
    return fail(Errc::busy, "too many new keys wait for a commit");
  }
  LETHE_TRY(KeySlot slot, tree.fresh_key());
  const std::uint64_t id = key_id_of(slot.key());
  KeyEntry entry{{std::move(slot), id, 0}, std::nullopt};
  return &pending.emplace(name, std::move(entry)).first->second;
}

// --- cells ---

Result<Ciphertext> Vault::Impl::seal(const KeyRef& key, const CellRef& cell,
                                     std::string_view text) {
  const KeyName name = name_of(key);
  const Context context = cell_context(workspace, key.person, cell);
  {
    const std::shared_lock lock{state};
    if (!condemned.empty() && condemned.hit(name)) return std::unexpected(gone());
    if (const KeyEntry* const entry = find(name)) {
      return Ciphertext{seal_cell(entry->current.for_cell(), random, context, text), key.person};
    }
  }
  const std::unique_lock lock{state};
  if (condemned.hit(name)) return std::unexpected(gone());
  LETHE_TRY(const KeyEntry* const entry, find_or_make(name));
  return Ciphertext{seal_cell(entry->current.for_cell(), random, context, text), key.person};
}

Result<Plaintext> Vault::Impl::open_with(const KeyEntry& entry, std::uint64_t key_id,
                                         const KeyRef& key, const CellRef& cell, ByteView sealed) {
  const Context context = cell_context(workspace, key.person, cell);
  if (key_id == entry.current.id) return open_cell(entry.current.slot.key(), context, sealed);
  if (entry.previous && key_id == entry.previous->id) {
    return open_cell(entry.previous->slot.key(), context, sealed);
  }
  LETHE_TRY(const bool retired, store.is_retired(key_id));
  return std::unexpected(retired ? gone() : moved());
}

Result<Plaintext> Vault::Impl::unseal(const KeyRef& key, const CellRef& cell,
                                      const Ciphertext& sealed) {
  if (sealed.owner() != key.person) return std::unexpected(moved());
  const KeyName name = name_of(key);
  LETHE_TRY(const std::uint64_t key_id, key_id_in(sealed.bytes()));
  {
    const std::shared_lock lock{state};
    if (!condemned.empty() && condemned.hit(name)) return std::unexpected(gone());
    if (const KeyEntry* const entry = find(name)) {
      return open_with(*entry, key_id, key, cell, sealed.bytes());
    }
  }
  const std::unique_lock lock{state};
  if (condemned.hit(name)) return std::unexpected(gone());
  LETHE_TRY(const KeyEntry* const entry, find_or_load(name));
  if (entry == nullptr) return std::unexpected(gone());
  return open_with(*entry, key_id, key, cell, sealed.bytes());
}

Result<Ciphertext> Vault::seal(const KeyRef& key, const CellRef& cell, const Plaintext& text) {
  auto sealed = impl_->seal(key, cell, text.reveal());
  if (sealed || sealed.error().code != Errc::busy) return sealed;
  // Too many keys wait: writing them early does no harm, keys without cells are allowed.
  LETHE_CHECK(commit());
  return impl_->seal(key, cell, text.reveal());
}

Result<Plaintext> Vault::unseal(const KeyRef& key, const CellRef& cell, const Ciphertext& sealed) {
  return impl_->unseal(key, cell, sealed);
}

Result<bool> Vault::has_key(const KeyRef& key) {
  const KeyName name = name_of(key);
  const std::unique_lock lock{impl_->state};
  if (impl_->condemned.hit(name)) return false;
  LETHE_TRY(const KeyEntry* const entry, impl_->find_or_load(name));
  return entry != nullptr;
}

Result<bool> Vault::has_any_key(core::PersonId person) {
  const std::shared_lock lock{impl_->state};
  if (impl_->condemned.persons.contains(person.value())) return false;
  for (const auto& [name, entry] : impl_->pending) {
    if (name.person == person.value()) return true;
  }
  return impl_->store.has_keys_of(bucket_of(person), person);
}

// --- big payloads ---

Result<FileKey> Vault::make_file_key() {
  LETHE_TRY(KeySlot slot, impl_->tree.fresh_key());
  return FileKey{std::make_unique<KeySlot>(std::move(slot))};
}

Result<Ciphertext> Vault::seal_file_key(const KeyRef& key, const CellRef& cell,
                                        const FileKey& file) {
  return seal(key, cell, Plaintext{as_text(file.slot_->key())});
}

Result<FileKey> Vault::unseal_file_key(const KeyRef& key, const CellRef& cell,
                                       const Ciphertext& sealed) {
  LETHE_TRY(const Plaintext opened, unseal(key, cell, sealed));
  if (opened.size() != kKeySize) return fail(Errc::corrupt, "a cell does not hold a file key");
  LETHE_TRY(KeySlot slot, impl_->arena->take());
  const ByteView bytes = as_bytes(opened.reveal());
  std::ranges::copy(bytes, slot.key_buffer().begin());
  return FileKey{std::make_unique<KeySlot>(std::move(slot))};
}

Result<StreamSealer> Vault::stream_sealer(const FileKey& file) {
  LETHE_TRY(KeySlot state, impl_->arena->take());
  return StreamSealer::start(file, std::make_unique<KeySlot>(std::move(state)));
}

Result<StreamOpener> Vault::stream_opener(const FileKey& file, ByteView header) {
  LETHE_TRY(KeySlot state, impl_->arena->take());
  return StreamOpener::start(file, std::make_unique<KeySlot>(std::move(state)), header);
}

}  // namespace lethe::vault
