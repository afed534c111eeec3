// One mail on its way into one transaction (lethe/app/take_in_mail.h): whose it is and where it
// belongs in intake.cpp, what is written of it in intake_rows.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "find_thread.h"
#include "forwarded_mail.h"
#include "lethe/app/take_in_mail.h"
#include "mail_settings.h"
#include "prepared_mail.h"
#include "quotes.h"

namespace lethe::app {

class Intake {
 public:
  Intake(App& app, ports::Writing& tx, const PreparedMail& mail, const MailSettings& settings)
      : app_(app), tx_(tx), mail_(mail), settings_(settings) {}

  Result<TakenIn> run();

 private:
  struct Sender {
    core::EmailAddress address;
    std::string name;
    bool proven_by_from = true;  // what proves the mail's From proves this address
  };
  struct Addressee {
    core::PersonId person;
    ports::AddresseeField field;
    const mime::Mailbox& mailbox;
  };

  // --- Whose it is ---
  [[nodiscard]] std::optional<Sender> who_filled_in() const;
  Result<Sender> sender_address() const;
  Status refuse_tombstoned(const Sender& sender);
  Status look_for_forward();
  Result<core::PersonId> sender_in(const std::optional<Thread>& thread, const Sender& sender);
  Result<bool> takes_part_again(const Thread& thread, core::PersonId sender, const Sender& from);
  bool is_ours(const core::EmailAddress& address) const;
  std::string language() const;

  // --- Where it belongs ---
  Result<std::optional<Thread>> find_thread_of(const Sender& sender);
  Result<ports::TicketRow> ticket_for(std::optional<Thread>& thread, core::PersonId sender);
  Result<ports::TicketRow> create_ticket(core::PersonId sender,
                                         std::optional<core::TicketId> follows);
  const ports::MailboxRow* mailbox_among(const std::vector<std::string>& recipients) const;
  Result<const ports::MailboxRow*> mailbox_reached() const;
  const ports::MailboxRow* other_mailbox_named(const ports::MailboxRow* reached) const;
  Status add_participants(const ports::TicketRow& ticket, core::PersonId sender, bool participates);
  Status add_copies(core::TicketId ticket);
  Status find_addressees(const std::vector<mime::Mailbox>& field, ports::AddresseeField where);
  Result<bool> is_newest_of(const ports::TicketRow& ticket) const;
  Status finish_ticket(ports::TicketRow& ticket, core::MessageId message);

  // --- What is written of it ---
  const std::string& subject() const { return forward_ ? forward_->subject : mail_.mail.subject; }
  // That of a forwarded mail holds the agent's words as well.
  bool keeps_html() const { return !forward_ && !mail_.html.empty(); }
  Status insert_comment(const ports::TicketRow& ticket, core::PersonId sender);
  Status insert_message(const ports::TicketRow& ticket, core::MessageId id, core::PersonId sender,
                        bool verified);
  Result<KnownVoices> voices_for(const ports::TicketRow& ticket, core::PersonId sender);
  std::string headers_json() const;
  Status insert_addressees(core::TicketId ticket, core::MessageId message);
  Status insert_all_files(core::TicketId ticket, core::MessageId message, core::PersonId sender);
  Status insert_raw_copy(core::TicketId ticket, core::MessageId message, core::PersonId sender);
  Status insert_digests(core::TicketId ticket, core::MessageId message, core::PersonId sender,
                        const Bytes& digest);

  // --- What follows ---
  Status tell_agents(const ports::TicketRow& ticket, core::PersonId sender);
  Status acknowledge(ports::TicketRow& ticket, core::PersonId sender, const Sender& to);
  Status note_forwarder(core::MessageId message);

  App& app_;
  ports::Writing& tx_;
  const PreparedMail& mail_;
  const MailSettings& settings_;
  std::vector<Addressee> addressees_;
  std::optional<Forward> forward_;  // proven
  bool doubtful_forward_ = false;
  int comments_ = 0;
  bool new_ticket_ = false;
};

}  // namespace lethe::app
