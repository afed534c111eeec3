// What one line of a mail body says, by its words alone.
#pragma once

#include <cstddef>
#include <string_view>

namespace lethe::core::reply_lines {

// A longer line introduces nothing.
inline constexpr std::size_t kIntroBytesMax = 400;

// `line` without blanks, no-break blanks and invisible marks at both ends.
[[nodiscard]] std::string_view visible(std::string_view line);
// A rule above a signature: "-- ", "_____", "———".
[[nodiscard]] bool is_delimiter(std::string_view line);
// "> x", "Jo> x"; "| x" is left to the caller.
[[nodiscard]] bool is_quote(std::string_view line);
// "From: ...", "*Gesendet:* ...": a field of a header in any of the languages.
[[nodiscard]] bool is_header(std::string_view line);
// A header's field with an address, a time of day or a word for sending: "From: Berlin" is of a
// journey.
[[nodiscard]] bool tells_of_mail(std::string_view line);
// "Sent from my iPhone", "Get Outlook for Android".
[[nodiscard]] bool is_device_signature(std::string_view line);
// A digit, also of Arabic and Persian.
[[nodiscard]] bool has_digit(std::string_view text);
// "9:41", "18.30".
[[nodiscard]] bool has_clock_time(std::string_view text);
// "2025", not as a part of something longer.
[[nodiscard]] bool has_year(std::string_view text);
// A year, or three numbers apart by the same sign: "3.11.25", "11/3/25".
[[nodiscard]] bool has_date(std::string_view text);
// "4711", "#20-4711-b": an answer; with a time or a year in it perhaps the first line of an
// introduction.
[[nodiscard]] bool is_bare_number(std::string_view words);
// "-----Original Message-----", "Begin forwarded message:".
[[nodiscard]] bool is_original_rule(std::string_view line);
// `words`, comparable(): an address with a full time, before a colon or right above a quote.
[[nodiscard]] bool names_sender_and_time(std::string_view words);
// `words`: one to five lines joined, comparable(): an introduction of old text.
[[nodiscard]] bool is_intro(std::string_view words);
// Weaker than is_intro(): counts only right before a quote.
[[nodiscard]] bool speaks_of_writing(std::string_view words);
// ">>> Jo <jo@x.eu> 11/3/2025 9:41 AM >>>".
[[nodiscard]] bool is_framed_intro(std::string_view line);
// "----- Any words -----".
[[nodiscard]] bool is_titled_rule(std::string_view line);
// `words`, comparable(): worth joining with the lines below.
[[nodiscard]] bool may_begin_intro(std::string_view words);

}  // namespace lethe::core::reply_lines
