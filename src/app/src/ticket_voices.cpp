#include "ticket_voices.h"

#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

constexpr std::size_t kMessagesMax = 100;
// Of each: what comes later in a longer one is not quoted again, and every line is kept in memory
// while the store's writer waits.
constexpr std::size_t kTextBytesMax = 1024 * 1024;

Status add_participants(App& app, const ports::Reading& tx, core::TicketId ticket,
                        KnownVoices& voices) {
  LETHE_TRY(const auto participants, tx.tickets().participants(ticket));
  for (const ports::ParticipantRow& participant : participants) {
    const auto person = view_person(app, tx, participant.person);
    if (!person) continue;  // erased: nobody is named any more
    voices.add_name(person->id, person->profile.name);
    for (const std::string& email : person->emails) voices.add_name(person->id, email);
  }
  return {};
}

}  // namespace

Status add_voices_of(App& app, const ports::Reading& tx, core::TicketId ticket,
                     core::PersonId sender, KnownVoices& voices) {
  LETHE_CHECK(add_participants(app, tx, ticket, voices));
  LETHE_TRY(auto messages, tx.messages().of_ticket(ticket));
  if (messages.size() > kMessagesMax) {
    messages.erase(messages.begin(), messages.end() - kMessagesMax);
  }
  for (const ports::MessageRow& message : messages) {
    if (!message.person || *message.person == sender || !message.text) continue;
    const auto text =
        open(app, body_key(*message.person, ticket),
             place(cell::kText, message.id.value(), message.cell_version), message.text);
    if (!text) continue;
    voices.add_text(*message.person, clipped_utf8(text->reveal(), kTextBytesMax));
  }
  return {};
}

}  // namespace lethe::app
