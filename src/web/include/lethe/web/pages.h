// Pages: a view model in, a whole HTML document out; with PageContext::fragment only the part
// inside <main>.
//
// All text is escaped for the place where it stands; the same template serves whole pages and
// fragments. Thread-safe. Templates are read once for each language.
#pragma once

#include <string>

#include "lethe/web/views/common.h"
#include "lethe/web/views/entry.h"
#include "lethe/web/views/erasure.h"
#include "lethe/web/views/inbox.h"
#include "lethe/web/views/people.h"
#include "lethe/web/views/retention.h"
#include "lethe/web/views/settings.h"
#include "lethe/web/views/ticket.h"

namespace lethe::web {

using views::PageContext;

[[nodiscard]] std::string render(const PageContext& page, const views::SignIn& view);
[[nodiscard]] std::string render(const PageContext& page, const views::SetPassword& view);
[[nodiscard]] std::string render(const PageContext& page, const views::FirstRun& view);
[[nodiscard]] std::string render(const PageContext& page, const views::PrivacyNotice& view);
[[nodiscard]] std::string render(const PageContext& page, const views::MailChoices& view);

[[nodiscard]] std::string render(const PageContext& page, const views::Inbox& view);
[[nodiscard]] std::string render(const PageContext& page, const views::NewTicket& view);
[[nodiscard]] std::string render(const PageContext& page, const views::SaveView& view);

[[nodiscard]] std::string render(const PageContext& page, const views::Ticket& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Redact& view);
[[nodiscard]] std::string render(const PageContext& page, const views::ReplyPreview& view);
[[nodiscard]] std::string render(const PageContext& page, const views::DraftState& view);
[[nodiscard]] std::string render(const PageContext& page, const views::MailFrame& view);

[[nodiscard]] std::string render(const PageContext& page, const views::People& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Person& view);
[[nodiscard]] std::string render(const PageContext& page, const views::EditPerson& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Search& view);

[[nodiscard]] std::string render(const PageContext& page, const views::ErasePreview& view);
[[nodiscard]] std::string render(const PageContext& page, const views::ErasureProgress& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Erasures& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Certificates& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Certificate& view);

[[nodiscard]] std::string render(const PageContext& page, const views::RetentionRules& view);
[[nodiscard]] std::string render(const PageContext& page, const views::RuleEditor& view);
// The preview beside the rule editor, swapped in while the sentence changes.
[[nodiscard]] std::string render(const PageContext& page, const views::RulePreview& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Policy& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Run& view);
[[nodiscard]] std::string render(const PageContext& page, const views::Holds& view);
[[nodiscard]] std::string render(const PageContext& page, const views::NewHold& view);

[[nodiscard]] std::string render(const PageContext& page, const views::OrganisationSettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::AgentSettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::ListSettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::MailSettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::MailDesign& view);
[[nodiscard]] std::string render(const PageContext& page, const views::KeyringSettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::MySettings& view);
[[nodiscard]] std::string render(const PageContext& page, const views::ErrorPage& view);

}  // namespace lethe::web
