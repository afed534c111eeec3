// layer: core
// Names and numbers are unique, keys name columns that are there and start with the workspace.
// WRONG 1: two columns with one number
// WRONG 2: two columns with one name
// WRONG 3: a key or index names a column that is not there
// WRONG 4: a key or index names a column that is not there
// WRONG 5: a key starts with workspace_id
// WRONG 6: static assertion failed
// WRONG 7: static assertion failed
// WRONG 8: no such column
#include "lethe/core/schema.h"

using namespace lethe::core;

consteval Column plain(std::uint16_t number, std::string_view name) {
  return {number,
          name,
          ColumnType::id,
          Nulls::refused,
          Personal::no,
          Category::none,
          Purpose::operation,
          LegalBasis::none,
          Retention::installation,
          KeyOwner::none};
}

constexpr std::uint16_t kIdNumber = WRONG == 1 ? 1 : 2;
constexpr std::string_view kIdName = WRONG == 2 ? "workspace_id" : "id";
constexpr std::string_view kKey = WRONG == 3   ? "workspace_id, nothing"
                                  : WRONG == 5 ? "id, workspace_id"
                                               : "workspace_id, id";
constexpr std::string_view kOver = WRONG == 4 ? "id DESC, nothing" : "id DESC, workspace_id";

constexpr Column kColumns[] = {plain(1, "workspace_id"), plain(kIdNumber, kIdName)};
constexpr Index kIndexes[] = {Index{"by_id", Uniqueness::none, kOver, ""}};
constexpr Index kOtherIndexes[] = {
    Index{WRONG == 7 ? "by_id" : "other_by_id", Uniqueness::none, "id", ""}};
constexpr Table kTables[] = {
    Table{1, "one", Storage::wide, kColumns, kKey, kIndexes},
    Table{WRONG == 6 ? 1 : 2, "two", Storage::narrow, kColumns, kKey, kOtherIndexes},
};
static_assert(well_formed(kTables));
static_assert(kTables[0].column(WRONG == 8 ? "nothing" : "id").id == 2);
