// What the targets share.
#pragma once

#include <boost/json.hpp>
#include <span>

#include "lethe/mime/message.h"
#include "lethe/relay_protocol/targets.h"

namespace lethe::relay_protocol {

[[nodiscard]] ports::RelayAnswer deliver_signed(const TargetSettings& target,
                                                const ports::RelayMail& mail,
                                                const Exchange& exchange);
[[nodiscard]] ports::RelayAnswer deliver_to_freshdesk(const TargetSettings& target,
                                                      const ports::RelayMail& mail,
                                                      const Exchange& exchange);
[[nodiscard]] ports::RelayAnswer deliver_to_jira(const TargetSettings& target,
                                                 const ports::RelayMail& mail,
                                                 const Exchange& exchange);

// What an answer that is no success means.
[[nodiscard]] ports::RelayAnswer judge_failure(const HttpAnswer& answer);
// The same of a request whose 400 names the fields at fault, as `faulty` does. A field that the
// mail did not give is the settings' fault, or that of the target's own (a field it requires): the
// sender could do nothing about it.
[[nodiscard]] ports::RelayAnswer judge_failure(const HttpAnswer& answer,
                                               const std::vector<std::string>& faulty,
                                               std::span<const std::string_view> of_the_mail);
// What a refusal says under "errors", as helpdesks do; null when it is no such JSON.
[[nodiscard]] boost::json::value errors_in(const HttpAnswer& answer);
[[nodiscard]] bool is_success(const HttpAnswer& answer) noexcept;
// A request that changes nothing and failed: nothing of ours was taken by it.
[[nodiscard]] ports::RelayAnswer judge_failed_question(const HttpAnswer& answer);

// multipart/form-data (RFC 7578), written piece by piece.
class FormData {
 public:
  explicit FormData(std::string_view key);  // 32 hex digits: they make the boundary
  ~FormData() { wipe(body_); }
  FormData(const FormData&) = delete;
  FormData& operator=(const FormData&) = delete;
  void add(std::string_view name, std::string_view value);
  void add_file(std::string_view name, const mime::Attachment& file);
  [[nodiscard]] std::string content_type() const;
  [[nodiscard]] Plaintext finish() &&;

 private:
  std::string boundary_;
  std::string body_;
};

// The one who wrote: From, else the envelope's sender. Empty when nobody is named.
[[nodiscard]] mime::Mailbox author_of(const mime::Message& mail, const ports::Envelope& envelope);
// The line by which an effect of ours is found again.
[[nodiscard]] std::string reference_line(std::string_view key);

}  // namespace lethe::relay_protocol
