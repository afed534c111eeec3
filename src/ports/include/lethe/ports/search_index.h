// The full-text index over keyed tokens; disposable and rebuilt.
//
// A document is a message, a ticket's subject or a person's profile; `shard`
// follows from its person. Tokens are 64-bit keyed values made by the vault:
// the index never sees a word. `docs` and the index change in one transaction,
// so a document is never deleted twice (a double delete corrupts FTS5).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

using Token = std::uint64_t;

enum class DocumentKind : std::uint8_t { message = 1, ticket, person };

struct DocumentKey {
  DocumentKind kind = DocumentKind::message;
  std::int64_t id = 0;  // of the message, ticket or person
  friend bool operator==(const DocumentKey&, const DocumentKey&) = default;
};

struct Document {
  DocumentKey key;
  core::PersonId person;
  std::optional<core::TicketId> ticket;
  std::vector<Token> tokens;
};

struct Hit {
  DocumentKey key;
  core::PersonId person;
  std::optional<core::TicketId> ticket;
};

class SearchIndex {
 public:
  virtual ~SearchIndex() = default;

  // One transaction. A removal names the tokens the document was added with; one that is not in the
  // index is left out. An addition whose key is known: for tickets and persons it replaces the
  // former one (the index keeps their few tokens), for messages it changes nothing, so remove a
  // redacted message in the same call.
  [[nodiscard]] virtual Status apply(const std::vector<Document>& removals,
                                     const std::vector<Document>& additions) = 0;
  // Documents that hold of every group at least one token, newest first, at most `limit`.
  // No group, or an empty one, finds nothing.
  [[nodiscard]] virtual Result<std::vector<Hit>> query(
      const std::vector<std::vector<Token>>& groups, int limit) = 0;
  // Every document of the person, so that an erasure knows what to remove.
  [[nodiscard]] virtual Result<std::vector<Hit>> of_person(core::PersonId person) = 0;
  // Makes removed tokens unreadable in the files of the person's shards: optimise, checkpoint.
  [[nodiscard]] virtual Status scrub(const std::vector<core::PersonId>& persons) = 0;
  [[nodiscard]] virtual Result<std::int64_t> document_count() = 0;
  // The tokeniser version and key epoch the index was made with; absent in a new one.
  struct Made {
    int tokeniser_version = 0;
    std::uint32_t epoch = 0;
    std::int64_t indexed_up_to = 0;  // the last message id taken from the queue
  };
  [[nodiscard]] virtual Result<std::optional<Made>> made() = 0;
  [[nodiscard]] virtual Status set_made(const Made& made) = 0;
  // Empties it; the caller fills it again.
  [[nodiscard]] virtual Status reset() = 0;
};

}  // namespace lethe::ports
