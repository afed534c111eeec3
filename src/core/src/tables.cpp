#include "lethe/core/tables.h"

#include "lethe/core/tables_forward.h"
#include "lethe/core/tables_notifications.h"
#include "lethe/core/tables_refusals.h"
#include "lethe/core/tables_replies.h"
#include "lethe/core/tables_threads.h"
#include "lethe/core/tables_totp.h"

namespace lethe::core {
namespace {

using namespace tables;
constexpr Table kAll[] = {kSettings,     kNamed,       kMailboxes,   kPersons,
                          kAddresses,    kPersonTags,  kAgents,      kSessions,
                          kTokens,       kLinks,       kViews,       kTickets,
                          kTicketCounts, kTicketTags,  kFreeTags,    kParticipants,
                          kHandlers,     kReads,       kMessages,    kQuotes,
                          kAddressees,   kAttachments, kRawCopies,   kDrafts,
                          kThreads,      kMailDigests, kOutgoing,    kRules,
                          kHolds,        kRuns,        kErasures,    kCertificates,
                          kIndexQueue,   kIdempotency, kCounters,    kMailMarks,
                          kTicketMoves,  kTicketKin,   kProposals,   kSecondSteps,
                          kAccessEvents, kRefusals,    kQuarantined, kFormerRequesters,
                          kAgentNotices, kSavedReplies};
static_assert(well_formed(kAll));

}  // namespace

std::span<const Table> all_tables() noexcept { return kAll; }

}  // namespace lethe::core
