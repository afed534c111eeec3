// The search index follows the data: what is queued is tokenised and added,
// what is erased is found, removed and scrubbed out of the files.
//
// Tokens come from plaintext, so removal happens before the keys go. If a
// plaintext is gone already, the index is emptied and built again: always right.
#pragma once

#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

// Takes up to `limit` documents from the queue; returns how many were taken.
[[nodiscard]] Result<int> index_queued(App& app, int limit);

// Brings the index to the state of the data at start: empty, foreign or older ones are rebuilt.
[[nodiscard]] Status prepare_index(App& app);
// Empties the index and queues every document; searches find what is indexed so far. Progress is
// the queue's length. Takes App::index_and_erasure only while it empties.
[[nodiscard]] Status rebuild_index(App& app);

// A new key for the tokens, in two steps that may be repeated and interrupted anywhere: a process
// that ends between them finds at its start that the index is of another key (prepare_index()).
// From the first on new tokens are made under the new key, and the index waits to be rebuilt;
// nothing happens while a former turn is not finished.
[[nodiscard]] Status begin_search_epoch(App& app);
// Rebuilds the index and destroys the former key: it opened only what was in the index, and that
// is empty. Nothing, and cheap, when no turn has begun. Errors: unavailable (replica or disk).
[[nodiscard]] Status finish_search_epoch(App& app);

// The document as it is now; nothing when it is erased or says nothing.
[[nodiscard]] Result<std::optional<ports::Document>> document_of(App& app, const ports::Reading& tx,
                                                                 const ports::DocumentKey& key);

// Removes these documents; until SearchIndex::scrub() of their persons the files still hold traces
// of the tokens. The caller holds App::index_and_erasure and still has the plaintext; where a cell
// is damaged or the index is of another key, the whole index is begun anew.
[[nodiscard]] Status take_out_of_index(App& app, const std::vector<ports::DocumentKey>& keys);

// Removes these documents and every trace of their tokens. The caller holds
// App::index_and_erasure and still has the plaintext.
[[nodiscard]] Status remove_from_index(App& app, const std::vector<ports::DocumentKey>& keys,
                                       const std::vector<core::PersonId>& persons);

}  // namespace lethe::app
