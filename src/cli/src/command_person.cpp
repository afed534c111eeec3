#include "commands.h"
#include "lethe/app/audit.h"
#include "lethe/app/erasure.h"
#include "lethe/app/export_person.h"
#include "lethe/app/people.h"

namespace lethe::cli {
namespace {

Result<core::PersonId> person_named(World& world, const boost::json::object& arguments) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(text_argument(arguments, "address")));
  LETHE_TRY(const auto person, app::person_at(world.app(), address));
  if (!person) return fail(Errc::not_found, "nobody with this address is known here");
  return *person;
}

Result<ports::ErasureRow> read_erasure(app::App& app, core::ErasureId id) {
  std::optional<ports::ErasureRow> row;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.retention().erasure(id));
    return {};
  }));
  return std::move(*row);
}

}  // namespace

Status person_export(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  LETHE_TRY(const auto person, person_named(world, arguments));
  LETHE_CHECK(app::export_person(world.app(), person, speaker.print));
  return app::note_act(world.app(), {.kind = app::AuditKind::person_exported,
                                     .path = "/people/" + person.to_string()});
}

Status person_erase(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  LETHE_TRY(const auto person, person_named(world, arguments));
  LETHE_TRY(const auto id,
            app::approve_erasure(world.app(), {.person = person, .reason = "request"}));
  const core::ErasureId ids[] = {id};
  LETHE_CHECK(app::note_act(world.app(), {.kind = app::AuditKind::erasure_ordered,
                                          .path = "/erasures/" + id.to_string()}));
  if (Status ran = app::run_erasures(world.app(), ids); !ran) {
    Error error = std::move(ran).error();
    if (error.code == Errc::unavailable) {
      error.detail += ". The erasure has begun and goes on by itself when that is mended";
    }
    return std::unexpected(std::move(error));
  }
  LETHE_TRY(const auto row, read_erasure(world.app(), id));
  std::string said = "erased " + row.counts + "\n";
  if (row.certificate) said += "certificate " + row.certificate->to_string() + "\n";
  if (row.unrecoverable_from_backups_at) {
    said +=
        "unrecoverable from backups at " + to_rfc3339(*row.unrecoverable_from_backups_at) + "\n";
  }
  return speaker.print(said);
}

}  // namespace lethe::cli
