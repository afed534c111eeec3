#include "lethe/app/import_settings.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "import_fields.h"
#include "json.h"
#include "lethe/app/holds.h"
#include "lethe/app/people.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/saved_replies.h"
#include "lethe/app/sign_in.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string field, std::string why) {
  return fail(Errc::invalid_argument, field + ": " + std::move(why), field);
}

Result<core::EmailAddress> address_at(const json::object& object, const char* member,
                                      const std::string& field) {
  auto address = core::EmailAddress::parse(text_of(object, member));
  if (!address) return wrong(field, address.error().detail);
  return address;
}

Result<std::optional<core::GroupId>> group_named(App& app, ports::Writing& tx,
                                                 const std::string& name) {
  if (name.empty()) return std::nullopt;
  LETHE_TRY(const auto rows, tx.catalog().named(ports::NamedKind::group));
  const auto row = std::ranges::find(rows, name, &ports::CatalogRow::name);
  if (row != rows.end()) return core::GroupId::of(row->id);
  const std::int64_t id = app.ids.next();
  LETHE_CHECK(tx.catalog().save_named({id, ports::NamedKind::group, name}));
  return core::GroupId::of(id);
}

Result<SettingLine> import_mailbox(App& app, const json::object& mailbox) {
  LETHE_CHECK(refuse_unknown_fields(mailbox, {"address", "group"}, "mailbox."));
  LETHE_TRY(const auto address, address_at(mailbox, "address", "mailbox.address"));
  SettingLine outcome = SettingLine::made;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto known, tx.catalog().mailboxes());
    const bool is_there =
        std::ranges::find(known, address.normalised(), &ports::MailboxRow::address) != known.end();
    outcome = is_there ? SettingLine::known : SettingLine::made;
    if (is_there) return {};
    LETHE_TRY(const auto group, group_named(app, tx, text_of(mailbox, "group")));
    return tx.catalog().save_mailbox(
        {app.ids.next(), address.normalised(), "", group, std::nullopt});
  }));
  return outcome;
}

Result<SettingLine> import_rule(App& app, const json::object& document) {
  const std::string name = text_of(document, "name");
  bool is_there = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rules, list_rules(tx));
    is_there =
        std::ranges::any_of(rules, [&](const auto& rule) { return rule.spec().name == name; });
    return {};
  }));
  if (is_there) return SettingLine::known;
  LETHE_CHECK(create_rule(app, document));
  return SettingLine::made;
}

Result<SettingLine> import_switch(App& app, const json::object& retention) {
  LETHE_CHECK(refuse_unknown_fields(retention, {"enabled"}, "retention."));
  const json::value* enabled = retention.if_contains("enabled");
  if (enabled == nullptr || !enabled->is_bool()) {
    return wrong("retention.enabled", "is true or false");
  }
  bool now = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, read_retention_settings(app, tx));
    now = settings.enabled;
    return {};
  }));
  if (now == enabled->get_bool()) return SettingLine::known;
  LETHE_CHECK(set_retention_enabled(app, enabled->get_bool()));
  return SettingLine::made;
}

Result<bool> is_held(App& app, core::PersonId person, const std::string& ground) {
  bool held = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto holds, tx.retention().holds_on(person));
    held = std::ranges::any_of(holds,
                               [&](const ports::HoldRow& hold) { return hold.ground == ground; });
    return {};
  }));
  return held;
}

Result<SettingLine> import_hold(App& app, const json::object& hold) {
  LETHE_CHECK(
      refuse_unknown_fields(hold, {"email", "ground", "reason", "agent", "until"}, "hold."));
  LETHE_TRY(const auto address, address_at(hold, "email", "hold.email"));
  LETHE_TRY(const auto by, address_at(hold, "agent", "hold.agent"));
  LETHE_TRY(const auto person, person_at(app, address));
  if (!person) return fail(Errc::not_found, "hold.email: nobody with this address", "hold.email");
  HoldOrder order{.person = person,
                  .ground = text_of(hold, "ground"),
                  .reason = text_of(hold, "reason"),
                  .by = core::AgentId::of(1)};
  const auto agent = agent_at(app, by);
  if (!agent) return wrong("hold.agent", "is no agent's address");
  order.by = *agent;
  if (const std::string until = text_of(hold, "until"); !until.empty()) {
    const auto at = parse_rfc3339(until);
    if (!at) return wrong("hold.until", at.error().detail);
    order.until = *at;
  }
  LETHE_TRY(const bool held, is_held(app, *person, order.ground));
  if (held) return SettingLine::known;
  LETHE_CHECK(place_hold(app, order));
  return SettingLine::made;
}

Result<SettingLine> import_saved_reply(App& app, const json::object& reply) {
  LETHE_CHECK(refuse_unknown_fields(reply, {"title", "text", "group", "language"}, "saved_reply."));
  SavedReplyDraft draft{.title = text_of(reply, "title"),
                        .text = text_of(reply, "text"),
                        .group = std::nullopt,
                        .language = text_of(reply, "language")};
  bool is_there = false;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto known, list_saved_replies(tx));
    is_there = std::ranges::any_of(known, [&](const auto& row) {
      return row.title == draft.title && row.language == draft.language;
    });
    if (is_there) return {};
    LETHE_TRY(draft.group, group_named(app, tx, text_of(reply, "group")));
    return {};
  }));
  if (is_there) return SettingLine::known;
  const auto made = add_saved_reply(app, draft, std::nullopt);
  if (made) return SettingLine::made;
  const std::string& field = made.error().field;
  return wrong(field.empty() ? "saved_reply" : "saved_reply." + field, made.error().detail);
}

}  // namespace

Result<SettingLine> import_setting(App& app, const json::object& line) {
  using Importer = Result<SettingLine> (*)(App&, const json::object&);
  static constexpr std::array<std::pair<const char*, Importer>, 5> kImporters{
      {{"mailbox", import_mailbox},
       {"rule", import_rule},
       {"retention", import_switch},
       {"hold", import_hold},
       {"saved_reply", import_saved_reply}}};
  for (const auto& [member, importer] : kImporters) {
    const json::value* value = line.if_contains(member);
    if (value == nullptr) continue;
    if (!value->is_object()) return wrong(member, "is an object");
    return importer(app, value->get_object());
  }
  return wrong("ticket",
               R"(a line is {"ticket":{...}}, or mailbox, rule, retention, hold or saved_reply)");
}

}  // namespace lethe::app
