// layer: core
// A column says everything about itself, and nothing of a person lies in clear.
// WRONG 1: no matching constructor
// WRONG 2: a personal column is a cell or a digest
// WRONG 3: cells, and only cells, name a key owner
// WRONG 4: cells, and only cells, name a key owner
// WRONG 5: personal columns, and only they, have a category and a legal basis
// WRONG 6: personal columns, and only they, have a category and a legal basis
// WRONG 7: a reference to a person is an id
// WRONG 8: a column name is lower_snake_case
// WRONG 9: column numbers start at 1
#include "lethe/core/schema.h"

using namespace lethe::core;

#if WRONG == 0
constexpr Column kColumn{1,
                         "body",
                         ColumnType::cell,
                         Nulls::refused,
                         Personal::yes,
                         Category::message_content,
                         Purpose::answering,
                         LegalBasis::declared,
                         Retention::with_ticket,
                         KeyOwner::ticket_body};
constexpr Column kDigest{2,
                         "address",
                         ColumnType::digest,
                         Nulls::refused,
                         Personal::yes,
                         Category::contact_details,
                         Purpose::delivery,
                         LegalBasis::declared,
                         Retention::with_person,
                         KeyOwner::none};
#elif WRONG == 1
constexpr Column kColumn{1,
                         "body",
                         ColumnType::cell,
                         Nulls::refused,
                         Personal::yes,
                         Category::message_content,
                         Purpose::answering,
                         LegalBasis::declared,
                         Retention::with_ticket};
#elif WRONG == 2
constexpr Column kColumn{1,
                         "name",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::yes,
                         Category::identity,
                         Purpose::answering,
                         LegalBasis::declared,
                         Retention::with_person,
                         KeyOwner::none};
#elif WRONG == 3
constexpr Column kColumn{1,
                         "body",
                         ColumnType::cell,
                         Nulls::refused,
                         Personal::yes,
                         Category::message_content,
                         Purpose::answering,
                         LegalBasis::declared,
                         Retention::with_ticket,
                         KeyOwner::none};
#elif WRONG == 4
constexpr Column kColumn{1,
                         "state",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::no,
                         Category::none,
                         Purpose::operation,
                         LegalBasis::none,
                         Retention::installation,
                         KeyOwner::workspace};
#elif WRONG == 5
constexpr Column kColumn{1,
                         "body",
                         ColumnType::cell,
                         Nulls::refused,
                         Personal::yes,
                         Category::message_content,
                         Purpose::answering,
                         LegalBasis::none,
                         Retention::with_ticket,
                         KeyOwner::ticket_body};
#elif WRONG == 6
constexpr Column kColumn{1,
                         "state",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::no,
                         Category::identity,
                         Purpose::operation,
                         LegalBasis::none,
                         Retention::installation,
                         KeyOwner::none};
#elif WRONG == 7
constexpr Column kColumn{1,
                         "person_id",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::reference,
                         Category::identity,
                         Purpose::answering,
                         LegalBasis::declared,
                         Retention::with_person,
                         KeyOwner::none};
#elif WRONG == 8
constexpr Column kColumn{1,
                         "State",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::no,
                         Category::none,
                         Purpose::operation,
                         LegalBasis::none,
                         Retention::installation,
                         KeyOwner::none};
#elif WRONG == 9
constexpr Column kColumn{0,
                         "state",
                         ColumnType::text_plain,
                         Nulls::refused,
                         Personal::no,
                         Category::none,
                         Purpose::operation,
                         LegalBasis::none,
                         Retention::installation,
                         KeyOwner::none};
#endif
