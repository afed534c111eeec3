// The typed ids of the domain. A PersonId is what owns sealed cells.
#pragma once

#include "lethe/base/id.h"

namespace lethe::core {

using WorkspaceId = Id<struct WorkspaceTag>;
using PersonId = OwnerId;  // a data subject, GDPR art. 4(1); agents are persons too
using AgentId = Id<struct AgentTag>;
using TicketId = Id<struct TicketTag>;
using MessageId = Id<struct MessageTag>;  // ours; the RFC 5322 Message-ID is a string
using AttachmentId = Id<struct AttachmentTag>;
using GroupId = Id<struct GroupTag>;
using TypeId = Id<struct TypeTag>;
using TagId = Id<struct TagTag>;
using RuleId = Id<struct RuleTag>;
using RunId = Id<struct RunTag>;
using HoldId = Id<struct HoldTag>;
using ErasureId = Id<struct ErasureTag>;
using CertificateId = Id<struct CertificateTag>;
using OutgoingId = Id<struct OutgoingTag>;
using DraftId = Id<struct DraftTag>;
using ViewId = Id<struct ViewTag>;

}  // namespace lethe::core
