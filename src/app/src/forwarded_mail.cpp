#include "forwarded_mail.h"

#include "lethe/app/people.h"
#include "lethe/base/text.h"
#include "lethe/core/forwarded.h"
#include "lethe/core/minimise.h"
#include "lethe/html/text.h"
#include "lethe/mime/parse.h"

namespace lethe::app {
namespace {

// The only address of From; the checks of a sender's domain are about that one.
std::optional<core::EmailAddress> only_author(const mime::Message& mail) {
  if (mail.from.size() != 1 || mail.has(mime::Warning::duplicate_from)) return std::nullopt;
  auto address = core::EmailAddress::parse(mail.from.front().address);
  return address ? std::optional{std::move(*address)} : std::nullopt;
}

Result<std::optional<core::AgentId>> agent_at(App& app, const ports::Reading& tx,
                                              const core::EmailAddress& address) {
  LETHE_TRY(const auto person, person_at(app, address));
  if (!person) return std::nullopt;
  const auto agent = tx.agents().of_person(*person);
  if (!agent && agent.error().code == Errc::not_found) return std::nullopt;
  if (!agent) return std::unexpected(agent.error());
  if (agent->state != ports::AgentState::active) return std::nullopt;
  return agent->id;
}

// What a mail inside a mail says was not minimised at the gate: it was a file there.
std::string minimised(const std::string& text, const core::MaskChoice& masks) {
  return core::mask_text(core::minimise_text(text).text, masks).text;
}

std::string text_of_mail(const mime::Message& mail) {
  return mail.text.empty() ? html::to_text(mail.html) : mail.text;
}

bool answerable(const core::MailFacts& facts, const MailSettings& settings) {
  return core::may_auto_answer(facts, core::classify(facts),
                               {settings.loop_token, settings.own_addresses});
}

std::optional<Forward> in_text(std::string_view subject, std::string_view text,
                               const MailSettings& settings, core::AgentId by) {
  auto found = core::forwarded_mail(subject, text);
  if (!found) return std::nullopt;
  auto from = core::EmailAddress::parse(found->from_address);
  if (!from) return std::nullopt;
  // Its other headers are lost; the name of the address may still be a machine's.
  core::MailFacts facts;
  facts.headers.push_back({"From", found->from_address});
  facts.parts.push_back({"text/plain", found->text, false});
  const bool may_be_answered = answerable(facts, settings);
  if (found->subject.empty()) found->subject = core::without_forward_marks(subject);
  return Forward{.by = by,
                 .from = std::move(*from),
                 .name = std::move(found->from_name),
                 .subject = std::move(found->subject),
                 .comment = std::move(found->comment),
                 .text = std::move(found->text),
                 .message_id = {},
                 .may_be_answered = may_be_answered};
}

// The one attached mail; of several nobody can say whose conversation it is to be.
const mime::Attachment* only_attached_mail(const mime::Message& mail) {
  const mime::Attachment* only = nullptr;
  for (const mime::Attachment& file : mail.attachments) {
    if (!mime::is_mail(file.type)) continue;
    if (only != nullptr) return nullptr;
    only = &file;
  }
  return only;
}

std::optional<Forward> attached(std::string_view subject, std::string_view comment,
                                std::string_view file, const MailSettings& settings,
                                core::AgentId by) {
  if (file.empty() || core::says_answered(subject)) return std::nullopt;
  const mime::Message original = mime::parse(file);
  auto from = only_author(original);
  if (!from) return std::nullopt;
  const std::string text = minimised(text_of_mail(original), settings.masks);
  core::MailFacts facts;
  for (const mime::Header& header : original.headers) {
    facts.headers.push_back({header.name, header.value});
  }
  facts.parts.push_back({"text/plain", text, false});
  return Forward{.by = by,
                 .from = std::move(*from),
                 .name = minimised(original.from.front().name, settings.masks),
                 .subject = minimised(original.subject, settings.masks),
                 .comment = std::string{comment},
                 .text = text,
                 .message_id = original.message_id,
                 .may_be_answered = answerable(facts, settings)};
}

}  // namespace

Result<std::optional<Forward>> find_forward(App& app, const ports::Reading& tx,
                                            const PreparedMail& mail) {
  if (mail.source != MailSource::door || mail.automatic() || mail.is_spam()) return std::nullopt;
  const auto author = only_author(mail.mail);
  if (!author) return std::nullopt;
  LETHE_TRY(const auto agent, agent_at(app, tx, *author));
  if (!agent) return std::nullopt;
  const mime::Attachment* file = only_attached_mail(mail.mail);
  auto forward = forward_in(mail.mail.subject, mail.text,
                            file != nullptr ? std::string_view{file->content} : std::string_view{},
                            mail.settings, *agent);
  if (!forward || forward->from == *author) return std::nullopt;
  forward->proven = mail.trust.is_authentic();
  return forward;
}

std::optional<Forward> forward_in(std::string_view subject, std::string_view text,
                                  std::string_view attached_mail, const MailSettings& settings,
                                  core::AgentId by) {
  auto forward = in_text(subject, text, settings, by);
  return forward ? std::move(forward) : attached(subject, text, attached_mail, settings, by);
}

}  // namespace lethe::app
