// The shared corpora as this suite needs them: bytes of files, expectations, mails as facts for the
// classifier.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "lethe/core/mail_facts.h"
#include "lethe/mime/parse.h"

namespace lethe::test {

inline std::filesystem::path corpora() {
  return std::filesystem::path(LETHE_SOURCE_DIR) / ".." / "shared" / "corpora";
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline boost::json::value json_of(const std::filesystem::path& file) {
  return boost::json::parse(bytes_of(file));
}

inline std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

inline bool flag_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

// The facts point into `message`.
inline core::MailFacts facts_of(const mime::Message& message) {
  core::MailFacts facts;
  for (const mime::Header& header : message.headers)
    facts.headers.push_back({header.name, header.value});
  if (!message.text.empty()) facts.parts.push_back({"text/plain", message.text, false});
  if (!message.html.empty()) facts.parts.push_back({"text/html", message.html, false});
  for (const mime::Attachment& attachment : message.attachments)
    facts.parts.push_back({attachment.type, attachment.content, true});
  return facts;
}

}  // namespace lethe::test
