// What SMTP would have said of a mail that lies in a mailbox: read from the
// headers that the final delivery wrote (RFC 5321 section 4.4, RFC 9228).
#pragma once

#include <functional>
#include <string_view>

#include "lethe/ports/mail_intake.h"
#include "lethe/ports/mail_source.h"

namespace lethe::imap_in {

inline constexpr std::size_t kHeadBytesMax = std::size_t{256} * 1024;

// Sender: of Return-Path ("<>" is the null sender), else the address in From. Recipients: that of
// the source; for a box that mail is forwarded into, the first of core::original_recipients()
// that `is_ours` accepts. Line ends of any kind; reads kHeadBytesMax at most.
[[nodiscard]] ports::Envelope envelope_of(
    std::string_view content, const ports::MailSource& source,
    const std::function<bool(const ports::Envelope&, std::string_view)>& is_ours);

}  // namespace lethe::imap_in
