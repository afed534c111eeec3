// The annotated schema: what every stored column is, why it is kept, for how
// long and under whose key.
//
// Source: GDPR art. 5(1)(b), (c), (e), art. 30(1). The record of processing,
// the privacy notice, the subject export and the erasure plan are generated
// from these annotations, so nothing in them has a default and what is wrong
// does not compile:
//   - a column that leaves one annotation out;
//   - a personal column that is neither a sealed cell nor a keyed digest;
//   - a cell that names no key, a plain column that names one;
//   - two columns of a table, or two tables, with one name or one number;
//   - a key or index over a column that is not there;
//   - a table whose key does not start with its workspace.
//
// Table and column numbers are bound into the associated data of every cell
// (DESIGN section 4): once released, a number never changes and is not reused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lethe::core {

enum class ColumnType {
  id,           // Id<Tag>: positive 63-bit integer
  integer,      // count, size, sequence, enumerator
  boolean,      // 0 or 1
  instant,      // seconds since 1970, UTC
  text_plain,   // words in clear: states, managed names, configuration; never of a person
  bytes_plain,  // bytes in clear: public keys, hashes of nothing personal
  digest,       // keyed BLAKE2b: compares, says nothing
  cell,         // sealed (Ciphertext)
};

enum class Nulls { refused, allowed };

enum class Personal {
  no,
  yes,        // says something of a person: cell or digest only
  reference,  // the random id of a person; cut or kept as a pseudonym on erasure
};

// What it tells, GDPR art. 30(1)(c).
enum class Category {
  none,  // not personal
  identity,
  contact_details,
  message_content,
  attachment_content,
  correspondence_metadata,  // who wrote when, in which thread
  preferences,
  consent,
  rights_request,
  opinion,  // posts, votes, ratings
  credential,
  agent_account,
  agent_activity,
};

// What it is kept for, GDPR art. 5(1)(b).
enum class Purpose {
  operation,  // running the installation; the only one for columns that are not personal
  answering,  // the enquiry itself
  delivery,   // sending and receiving mail, finding threads and duplicates
  product_feedback,
  access_control,
  abuse_prevention,
  accountability,  // art. 5(2): showing what was done
  rights_of_persons,
  reporting,
};

// GDPR art. 6(1); `declared` is the ground the controller declares for the kind of ticket.
enum class LegalBasis {
  none,  // not personal
  declared,
  consent,              // (a)
  contract,             // (b)
  legal_obligation,     // (c)
  legitimate_interest,  // (f)
};

// When it goes, GDPR art. 5(1)(e).
enum class Retention {
  installation,  // with the workspace; the only unlimited one
  with_person,
  with_ticket,  // by the rules of retention
  with_agent,
  raw_copy,         // 14 days (setting)
  relay_digest,     // 5 days
  draft,            // 30 days
  session,          // 12 h idle, 7 days at most
  until_sent,       // outbound queue
  until_processed,  // inbound work list
  tombstone,        // 13 months
  legal_record,     // art. 17(3): its own end date
  log,              // 14 days
};

// Whose key seals it: the erasure that destroys the key makes the cell unreadable.
enum class KeyOwner {
  none,  // in clear, or a digest
  person_profile,
  ticket_body,
  ticket_attachments,
  ticket_raw,
  agent,
  workspace,
  retained_records,
};

enum class Storage {
  wide,    // holds bodies: row store with a unique index
  narrow,  // list table: clustered by its key (SQLite: WITHOUT ROWID)
};

namespace schema_detail {

// Not constexpr on purpose: reaching it in a consteval call is the compile error that is printed.
void refuse(const char* reason);

consteval bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 50 || name.front() < 'a' || name.front() > 'z') return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

// The next comma-separated item of `list`, trimmed; shortens `list`.
constexpr std::string_view next_item(std::string_view& list) {
  const auto comma = list.find(',');
  std::string_view item = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  while (item.starts_with(' ')) item.remove_prefix(1);
  while (item.ends_with(' ')) item.remove_suffix(1);
  return item;
}

}  // namespace schema_detail

// One column; every argument is given, every rule above is checked.
struct Column {
  consteval Column(std::uint16_t number, std::string_view column_name, ColumnType column_type,
                   Nulls column_nulls, Personal is_personal, Category told, Purpose why,
                   LegalBasis ground, Retention until, KeyOwner key)
      : id(number),
        name(column_name),
        type(column_type),
        nulls(column_nulls),
        personal(is_personal),
        category(told),
        purpose(why),
        basis(ground),
        retention(until),
        owner(key) {
    check();
  }

  std::uint16_t id;
  std::string_view name;
  ColumnType type;
  Nulls nulls;
  Personal personal;
  Category category;
  Purpose purpose;
  LegalBasis basis;
  Retention retention;
  KeyOwner owner;

 private:
  consteval void check() const {
    using schema_detail::refuse;
    if (id == 0) refuse("column numbers start at 1");
    if (!schema_detail::is_name(name)) refuse("a column name is lower_snake_case, at most 50 long");
    const bool sealed = type == ColumnType::cell;
    if (personal == Personal::yes && !sealed && type != ColumnType::digest) {
      refuse("a personal column is a cell or a digest");
    }
    if (personal == Personal::reference && type != ColumnType::id) {
      refuse("a reference to a person is an id");
    }
    if (sealed != (owner != KeyOwner::none)) refuse("cells, and only cells, name a key owner");
    const bool says_nothing = category == Category::none && basis == LegalBasis::none;
    const bool says_all = category != Category::none && basis != LegalBasis::none;
    if (personal == Personal::no ? !says_nothing : !says_all) {
      refuse("personal columns, and only they, have a category and a legal basis");
    }
  }
};

enum class Uniqueness { none, unique };

// An index: `columns` as "a, b DESC"; `where` limits it to some rows ("" for all).
struct Index {
  consteval Index(std::string_view index_name, Uniqueness uniqueness, std::string_view over,
                  std::string_view only_where)
      : name(index_name), unique(uniqueness), columns(over), where(only_where) {
    if (!schema_detail::is_name(name)) schema_detail::refuse("an index name is lower_snake_case");
  }
  std::string_view name;  // unique in the whole schema
  Uniqueness unique;
  std::string_view columns;
  std::string_view where;
};

// One table. `columns` and `indexes` are arrays at namespace scope.
struct Table {
  consteval Table(std::uint16_t number, std::string_view table_name, Storage how,
                  std::span<const Column> all_columns, std::string_view key,
                  std::span<const Index> all_indexes)
      : id(number),
        name(table_name),
        storage(how),
        columns(all_columns),
        primary_key(key),
        indexes(all_indexes) {
    check();
  }

  std::uint16_t id;
  std::string_view name;
  Storage storage;
  std::span<const Column> columns;
  std::string_view primary_key;  // "workspace_id, id"
  std::span<const Index> indexes;

  // The column called `wanted`; naming one that is not there does not compile.
  [[nodiscard]] consteval const Column& column(std::string_view wanted) const {
    if (!has(wanted)) schema_detail::refuse("no such column");
    return *find(wanted);
  }
  // The same at run time; null when there is none.
  [[nodiscard]] constexpr const Column* find(std::string_view wanted) const noexcept {
    for (const Column& candidate : columns) {
      if (candidate.name == wanted) return &candidate;
    }
    return nullptr;
  }
  [[nodiscard]] constexpr bool has(std::string_view wanted) const noexcept {
    return find(wanted) != nullptr;
  }

 private:
  consteval void check_names(std::string_view list) const {
    if (list.empty()) schema_detail::refuse("a key or index names its columns");
    while (!list.empty()) {
      std::string_view item = schema_detail::next_item(list);
      if (item.ends_with(" DESC")) item.remove_suffix(5);
      if (!has(item)) schema_detail::refuse("a key or index names a column that is not there");
    }
  }
  consteval void check() const {
    using schema_detail::refuse;
    if (id == 0) refuse("table numbers start at 1");
    if (!schema_detail::is_name(name)) refuse("a table name is lower_snake_case, at most 50 long");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (columns[i].id == columns[j].id) refuse("two columns with one number");
        if (columns[i].name == columns[j].name) refuse("two columns with one name");
      }
    }
    check_names(primary_key);
    for (const Index& index : indexes) check_names(index.columns);
    std::string_view key = primary_key;
    if (schema_detail::next_item(key) != "workspace_id") refuse("a key starts with workspace_id");
    if (find("workspace_id")->type != ColumnType::id) refuse("workspace_id is an id");
  }
};

// For `static_assert(well_formed(kTables))`: numbers and names of tables, and names of indexes,
// are unique.
[[nodiscard]] consteval bool well_formed(std::span<const Table> tables) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (tables[i].id == tables[j].id || tables[i].name == tables[j].name) return false;
      for (const Index& a : tables[i].indexes) {
        for (const Index& b : tables[j].indexes) {
          if (a.name == b.name) return false;
        }
      }
    }
    const std::span<const Index> own = tables[i].indexes;
    for (std::size_t a = 0; a < own.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        if (own[a].name == own[b].name) return false;
      }
    }
  }
  return true;
}

}  // namespace lethe::core
