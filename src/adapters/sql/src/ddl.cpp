#include "lethe/sql/ddl.h"

namespace lethe::sql {
namespace {

using core::Column;
using core::ColumnType;
using core::Table;

std::string column_definition(const Column& column, Engine engine) {
  std::string out{column.name};
  out += ' ';
  out += type_name(column.type, engine);
  if (column.nulls == core::Nulls::refused) out += " NOT NULL";
  if (column.type == ColumnType::id) out += " CHECK (" + std::string{column.name} + " > 0)";
  if (column.type == ColumnType::boolean) {
    out += " CHECK (" + std::string{column.name} + " IN (0, 1))";
  }
  return out;
}

std::string table_options(const Table& table, Engine engine) {
  if (engine == Engine::postgres) return "";
  return table.storage == core::Storage::narrow ? " STRICT, WITHOUT ROWID" : " STRICT";
}

std::string create_table(const Table& table, Engine engine) {
  std::string out = "CREATE TABLE " + std::string{table.name} + " (";
  for (const Column& column : table.columns) out += column_definition(column, engine) + ", ";
  out += "PRIMARY KEY (" + std::string{table.primary_key} + "))";
  return out + table_options(table, engine);
}

std::string create_index(const Table& table, const core::Index& index) {
  std::string out =
      index.unique == core::Uniqueness::unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  out += std::string{index.name} + " ON " + std::string{table.name} + " (" +
         std::string{index.columns} + ")";
  if (!index.where.empty()) out += " WHERE " + std::string{index.where};
  return out;
}

// Ciphertext does not compress; PostgreSQL would try on every long value.
std::string store_uncompressed(const Table& table, const Column& column) {
  return "ALTER TABLE " + std::string{table.name} + " ALTER COLUMN " + std::string{column.name} +
         " SET STORAGE EXTERNAL";
}

}  // namespace

std::string_view type_name(ColumnType type, Engine engine) noexcept {
  const bool postgres = engine == Engine::postgres;
  switch (type) {
    case ColumnType::id:
    case ColumnType::integer:
    case ColumnType::boolean:
    case ColumnType::instant:
      return postgres ? "BIGINT" : "INTEGER";
    case ColumnType::text_plain:
      return "TEXT";
    case ColumnType::bytes_plain:
    case ColumnType::digest:
    case ColumnType::cell:
      break;
  }
  return postgres ? "BYTEA" : "BLOB";
}

std::vector<std::string> ddl_for(const Table& table, Engine engine) {
  std::vector<std::string> out{create_table(table, engine)};
  for (const core::Index& index : table.indexes) out.push_back(create_index(table, index));
  if (engine == Engine::sqlite) return out;
  for (const Column& column : table.columns) {
    if (column.type == ColumnType::cell) out.push_back(store_uncompressed(table, column));
  }
  return out;
}

std::vector<std::string> ddl_for(std::span<const Table> tables, Engine engine) {
  std::vector<std::string> out;
  for (const Table& table : tables) {
    for (std::string& statement : ddl_for(table, engine)) out.push_back(std::move(statement));
  }
  return out;
}

std::string add_column(const Table& table, const Column& column, Engine engine) {
  return "ALTER TABLE " + std::string{table.name} + " ADD COLUMN " +
         column_definition(column, engine);
}

}  // namespace lethe::sql
