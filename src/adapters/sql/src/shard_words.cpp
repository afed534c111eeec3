#include "shard_words.h"

#include <array>
#include <charconv>

#include "lethe/sql/full_text.h"

namespace lethe::sql {
namespace {

std::string hex_word(ports::Token token) {
  std::array<char, 17> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), token, 16).ptr;
  std::string word(digits.data(), end);
  return std::string(16 - word.size(), '0') + word;
}

}  // namespace

std::string hex_words(const std::vector<ports::Token>& tokens, std::string_view separator) {
  std::string text;
  for (const ports::Token token : tokens) {
    if (!text.empty()) text += separator;
    text += hex_word(token);
  }
  return text;
}

std::string array_literal(const std::vector<ports::Token>& tokens) {
  std::string text = "{";
  for (const ports::Token token : tokens) {
    if (text.size() > 1) text += ',';
    text += std::to_string(static_cast<std::int64_t>(token));
  }
  return text + "}";
}

Status ShardWords::add(int shard, std::int64_t doc_id, const std::vector<ports::Token>& tokens) {
  if (is_sqlite()) {
    const std::string text = hex_words(tokens, " ");
    return connection_.post(
        "INSERT INTO " + full_text_shard_name(shard) + " (rowid, tokens) VALUES ($1, $2)",
        {doc_id, text});
  }
  const std::string array = array_literal(tokens);
  return connection_.post(
      "INSERT INTO search_document (shard, doc_id, tokens) VALUES ($1, $2, CAST($3 AS BIGINT[]))",
      {shard, doc_id, array});
}

Status ShardWords::remove(int shard, std::int64_t doc_id, const std::vector<ports::Token>& tokens) {
  if (is_sqlite()) {
    const std::string table = full_text_shard_name(shard);
    const std::string text = hex_words(tokens, " ");
    return connection_.post(
        "INSERT INTO " + table + " (" + table + ", rowid, tokens) VALUES ('delete', $1, $2)",
        {doc_id, text});
  }
  return connection_.post("DELETE FROM search_document WHERE shard = $1 AND doc_id = $2",
                          {shard, doc_id});
}

Status ShardWords::command(const std::string& table, const char* name) {
  return connection_.execute_script("INSERT INTO " + table + " (" + table + ") VALUES ('" + name +
                                    "')");
}

Status ShardWords::rewrite(int shard) {
  const std::string table = full_text_shard_name(shard);
  if (is_sqlite()) return command(table, "optimize");
  return connection_.execute_script(
      "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT shard, doc_id, tokens FROM " + table +
      "; TRUNCATE " + table + "; INSERT INTO " + table +
      " (shard, doc_id, tokens) SELECT shard, doc_id, tokens FROM kept");
}

Status ShardWords::empty(int shard) {
  const std::string table = full_text_shard_name(shard);
  if (is_sqlite()) return command(table, "delete-all");
  return connection_.execute_script("TRUNCATE " + table);
}

}  // namespace lethe::sql
