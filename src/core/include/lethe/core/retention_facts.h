// What retention knows about a workspace and a person: values, no text.
//
// The caller reads them from its store, or from a connected account. Two people
// may be judged at once; nothing here is shared or changed by judging.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/core/ids.h"
#include "lethe/core/people_key.h"
#include "lethe/core/retention_rule.h"
#include "lethe/core/ticket.h"

namespace lethe::core::retention {

struct TicketFacts {
  TicketId id;
  TicketStatus status = TicketStatus::open;  // a foreign custom status: open (A8)
  bool archived = false;                     // counts as live and closed, whatever else is set (A9)
  bool spam = false;
  bool trashed = false;
  // A hold on this ticket alone: no rule takes it, and its person is not erased.
  bool held = false;
  std::optional<std::string> group{};
  std::optional<std::string> type{};
  std::vector<std::string> tags{};
  Instant created{};
  Instant updated{};
  std::optional<Instant> closed{};
  std::optional<Instant> status_updated{};
  std::optional<Instant> reopened{};
  std::optional<Instant> last_customer_message{};
  // Whoever is or ever was in charge, or answered. Same kind of key as
  // Exceptions::emails and ::agents hold: person ids natively, addresses for a
  // connected account.
  std::vector<MatchKey> agents{};
};

// One person with all tickets that name them as requester, spam and trash
// included.
struct PersonFacts {
  bool held = false;      // legal hold, GDPR art. 17(3)
  bool is_agent = false;  // never erased by rule (A16); their tickets follow the rules
  std::vector<MatchKey> tags{};
  std::vector<MatchKey> identities{};  // ids or addresses, all of them
  std::vector<MatchKey> companies{};   // primary and others
  // When retention erased their last ticket. Clear it when a ticket arrives or
  // comes back (RET-20): the wait starts over.
  std::optional<Instant> tickets_deleted_at{};
  // When retention hid them; they are erased after the grace period (RET-41).
  std::optional<Instant> hidden_at{};
  // Since when nothing refers to them: no ticket, participation, consent,
  // request or hold. Empty while something does.
  std::optional<Instant> unreferenced_since{};
  std::vector<TicketFacts> tickets{};
};

enum class Deletion { hide, erase };  // soft and hard in the compatible profile

inline constexpr Days kGraceMin{7};
inline constexpr Days kGraceMax{90};

struct PolicySpec {
  bool keep_contact = false;
  Deletion deletion = Deletion::erase;
  Days delay{30};  // 0, 30, 60 or 90
  Days grace{30};  // 7..90, between hiding and erasing
};

// Made only by make_policy(), so a policy you hold is valid.
class Policy {
 public:
  Policy() = default;
  [[nodiscard]] const PolicySpec& spec() const noexcept { return spec_; }

 private:
  explicit Policy(PolicySpec spec) : spec_(spec) {}
  friend Result<Policy> make_policy(PolicySpec spec);
  PolicySpec spec_;
};

// Errors: out_of_range, `field` delay_days or grace_days.
[[nodiscard]] Result<Policy> make_policy(PolicySpec spec);

// Sorted key lists, as typed_keys() makes them.
struct Exceptions {
  std::vector<MatchKey> tags{};       // of the contact, not of tickets (A14)
  std::vector<MatchKey> emails{};     // of the contact; an agent's protects like `agents` (A13)
  std::vector<MatchKey> companies{};  // primary or any other (A15)
  std::vector<MatchKey> agents{};     // of whoever handled one of the contact's tickets
};

struct Settings {
  bool enabled = true;  // the one switch that stops everything
  bool resolved_is_closed = false;
  RuleList rules{};
  Policy policy{};
  Exceptions exceptions{};
  // How long a person whom nothing refers to stays. Empty: for ever, as the
  // compatible profile wants.
  std::optional<Days> orphan_after{Days{30}};
};

}  // namespace lethe::core::retention
