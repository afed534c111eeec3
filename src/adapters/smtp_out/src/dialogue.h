// What client and server said to each other in one submission, as far as it
// tells how the mail fared: stages and codes, no addresses, no texts.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "lethe/ports/outbound_mail.h"

namespace lethe::smtp_out {

enum class Stage { greeting, hello, start_tls, sign_in, sender, recipient, data, content, other };

// What must be among the server's extensions before anything is sent.
struct Needs {
  bool smtputf8 = false;
  bool sign_in = false;
  bool start_tls = false;  // the extensions named before STARTTLS do not count
};

class Dialogue {
 public:
  explicit Dialogue(Needs needs) : needs_(needs) {}

  // A command line of ours is being sent.
  void note_command(std::string_view line);
  // A line of the server's reply came. False: hang up, an extension is missing.
  [[nodiscard]] bool note_reply(std::string_view line);

  [[nodiscard]] bool was_taken() const noexcept { return content_code_ / 100 == 2; }
  // The last word was about the recipients, and the server wants none of them: nothing was sent,
  // and that says nothing about the mail or about us.
  [[nodiscard]] bool refused_every_recipient() const;
  // Recipients answered 4xx or 5xx.
  [[nodiscard]] std::vector<ports::RefusedRecipient> refused() const;

  // Why the mail was not taken, when the server said so: errors as in
  // OutboundMail::send. Nothing (std::nullopt) when it said nothing wrong.
  [[nodiscard]] std::optional<Error> complaint() const;

 private:
  [[nodiscard]] bool ends_hello();

  Needs needs_;
  Stage stage_ = Stage::greeting;
  bool is_encrypted_ = false;
  bool offers_smtputf8_ = false;
  bool offers_sign_in_ = false;
  std::optional<Error> missing_;
  std::vector<int> recipient_codes_;
  int content_code_ = 0;
  Stage failed_stage_ = Stage::other;  // of the last 4xx or 5xx
  int failed_code_ = 0;
};

}  // namespace lethe::smtp_out
