#include "lethe/app/named_lists.h"

#include <algorithm>

#include "lethe/core/people_key.h"
#include "lethe/core/retention_document.h"
#include "retention_exceptions.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;
using ports::CatalogRow;
using ports::NamedKind;

rt::Filter& filter_of(rt::RuleSpec& spec, NamedKind kind) {
  if (kind == NamedKind::group) return spec.groups;
  return kind == NamedKind::type ? spec.types : spec.tags;
}

bool is_named_in(const rt::Rule& rule, NamedKind kind, const std::string& name) {
  rt::RuleSpec spec = rule.spec();
  const std::vector<std::string>* names = filter_of(spec, kind).names();
  return names != nullptr && std::ranges::find(*names, name) != names->end();
}

// Exceptions compare tags as the judge does: case and form do not count.
bool is_tag_of(const std::string& typed, const std::string& name) {
  return core::MatchKey::of(typed) == core::MatchKey::of(name);
}

Result<CatalogRow> stored(const ports::Reading& tx, NamedKind kind, std::int64_t id) {
  LETHE_TRY(const auto rows, tx.catalog().named(kind));
  const auto found = std::ranges::find(rows, id, &CatalogRow::id);
  if (found == rows.end()) return fail(Errc::not_found, "there is no such thing");
  return *found;
}

Status rename_in_rules(ports::Writing& tx, const CatalogRow& former, const std::string& name) {
  LETHE_TRY(const auto rules, list_rules(tx));
  for (const rt::Rule& rule : rules) {
    if (!is_named_in(rule, former.kind, former.name)) continue;
    rt::RuleSpec spec = rule.spec();
    rt::Filter& filter = filter_of(spec, former.kind);
    std::vector<std::string> names = *filter.names();
    std::ranges::replace(names, former.name, name);
    filter = rt::Filter::one_of(std::move(names));
    spec.version += 1;
    LETHE_TRY(const rt::Rule changed, rt::make_rule(std::move(spec)));
    LETHE_CHECK(tx.retention().save_rule({.id = changed.id(),
                                          .position = changed.spec().position,
                                          .version = changed.version(),
                                          .definition = rt::to_definition(changed)}));
  }
  return {};
}

Status rename_in_exceptions(App& app, ports::Writing& tx, const CatalogRow& former,
                            const std::string& name) {
  if (former.kind != NamedKind::tag) return {};
  LETHE_TRY(StoredExceptions exceptions, read_exceptions(app, tx));
  bool changed = false;
  for (std::string& tag : exceptions.contact_tags) {
    if (!is_tag_of(tag, former.name)) continue;
    tag = name;
    changed = true;
  }
  return changed ? write_exceptions(app, tx, exceptions) : Status{};
}

Status refuse_while_named(App& app, const ports::Reading& tx, const CatalogRow& row) {
  LETHE_TRY(const auto rules, list_rules(tx));
  for (const rt::Rule& rule : rules) {
    if (is_named_in(rule, row.kind, row.name)) {
      return fail(Errc::conflict, "a retention rule names it", "rules");
    }
  }
  LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
  for (const ports::MailboxRow& mailbox : mailboxes) {
    const bool as_group = mailbox.group && mailbox.group->value() == row.id;
    const bool as_type = mailbox.type && mailbox.type->value() == row.id;
    if (as_group || as_type) return fail(Errc::conflict, "a mailbox names it", "mailboxes");
  }
  if (row.kind != NamedKind::tag) return {};
  LETHE_TRY(const auto exceptions, read_exceptions(app, tx));
  for (const std::string& tag : exceptions.contact_tags) {
    if (is_tag_of(tag, row.name)) {
      return fail(Errc::conflict, "an exception of the retention names it", "exceptions");
    }
  }
  return {};
}

}  // namespace

Status rename_named(App& app, const CatalogRow& row) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const CatalogRow former, stored(tx, row.kind, row.id));
    if (former.name == row.name) return {};
    LETHE_CHECK(tx.catalog().save_named(row));
    LETHE_CHECK(rename_in_rules(tx, former, row.name));
    LETHE_CHECK(rename_in_exceptions(app, tx, former, row.name));
    // A rule may have named the new name before there was anything of it.
    return tx.people().review_everybody(app.clock.now());
  });
}

Status remove_named(App& app, NamedKind kind, std::int64_t id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const CatalogRow row, stored(tx, kind, id));
    LETHE_CHECK(refuse_while_named(app, tx, row));
    LETHE_CHECK(tx.catalog().remove_named(id));
    return tx.people().review_everybody(app.clock.now());
  });
}

Result<std::int64_t> tickets_named(const ports::Reading& tx, NamedKind kind, std::int64_t id) {
  ports::TicketQuery query{.with_spam_and_trash = true, .limit = kNamedTicketsMax};
  if (kind == NamedKind::group) query.group = core::GroupId::of(id);
  if (kind == NamedKind::type) query.type = core::TypeId::of(id);
  if (kind == NamedKind::tag) query.tag = core::TagId::of(id);
  LETHE_TRY(const auto rows, tx.tickets().list(query));
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace lethe::app
