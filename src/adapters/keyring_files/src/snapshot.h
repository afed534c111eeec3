// A whole keyring over a channel: the bytes of keyring.db in pieces, its root and its head.
#pragma once

#include "channel.h"
#include "site.h"

namespace lethe::keyring_files {

// Precondition: nobody writes to `site` meanwhile.
[[nodiscard]] Status send_snapshot(Channel& channel, Site& site);
// The head that a snapshot frame announces, before its pieces are taken. Errors: corrupt.
[[nodiscard]] Result<Head> head_of_snapshot(const Frame& snapshot);
// Takes the pieces and makes `site` a copy. They are kept in a directory beside
// its own files until then, and overwritten. Errors: corrupt, unavailable.
[[nodiscard]] Status receive_snapshot(Channel& channel, const Frame& snapshot, Site& site);

// How a frame of state says where a site stands.
[[nodiscard]] Bytes state_bytes(const Head& head, bool has_root);
struct RemoteState {
  Head head;
  bool has_root = false;
};
[[nodiscard]] Result<RemoteState> parse_state(const Frame& frame);
[[nodiscard]] Bytes refusal_bytes(const Error& error);
// The error that a frame brings, or none.
[[nodiscard]] Status refusal_in(const Frame& frame);

}  // namespace lethe::keyring_files
