#include "lethe/sql/driver.h"

#include "lethe/base/text.h"
#include "lethe/sql/statement_text.h"

namespace lethe::sql {
namespace {

Status check_text(const Param& param) {
  const auto* text = std::get_if<std::string_view>(&param.value());
  if (text == nullptr) return {};
  if (text->find('\0') != std::string_view::npos || !is_valid_utf8(*text)) {
    return fail(Errc::invalid_argument, "text for the database is UTF-8 without NUL");
  }
  return {};
}

Status check_arguments(Params params) {
  for (const Param& param : params.list()) LETHE_CHECK(check_text(param));
  return {};
}

bool is_savepoint_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

}  // namespace

std::string_view name_of(Engine engine) noexcept {
  return engine == Engine::sqlite ? "sqlite" : "postgres";
}

Status Connection::refused_after_failure() const {
  if (!in_transaction_ || trouble_ == Trouble::none) return {};
  return fail(trouble_ == Trouble::retry ? Errc::busy : Errc::internal,
              "a statement of this transaction failed; roll back first");
}

void Connection::note_trouble(Trouble trouble) noexcept {
  if (trouble > trouble_) trouble_ = trouble;
}

template <class Call>
auto Connection::guarded(Call call) -> decltype(call()) {
  LETHE_CHECK(refused_after_failure());
  auto outcome = call();
  if (!outcome && in_transaction_) note_trouble(Trouble::statement);
  return outcome;
}

Result<std::int64_t> Connection::execute(std::string_view sql, Params params) {
  return guarded([&]() -> Result<std::int64_t> {
    LETHE_CHECK(check_arguments(params));
    return do_execute(sql, params);
  });
}

Status Connection::post(std::string_view sql, Params params) {
  return guarded([&]() -> Status {
    LETHE_CHECK(check_arguments(params));
    return do_post(sql, params);
  });
}

Status Connection::query(std::string_view sql, Params params, RowCallback each) {
  LETHE_CHECK(refused_after_failure());
  // An error of the callback is the caller's own, not a failed statement.
  bool stopped_by_caller = false;
  const auto watched = [&](const Row& row) -> Status {
    Status status = each(row);
    if (status && row.misread()) {
      status =
          fail(Errc::corrupt, "a column does not hold the type it was read as: " + sql_head(sql));
    }
    stopped_by_caller = !status;
    return status;
  };
  Status status = check_arguments(params);
  if (status) status = do_query(sql, params, watched);
  if (!status && !stopped_by_caller && in_transaction_) note_trouble(Trouble::statement);
  return status;
}

Status Connection::execute_script(std::string_view sql) {
  return guarded([&] { return do_script(sql); });
}

Status Connection::begin(Begin mode) {
  if (in_transaction_) return fail(Errc::internal, "a transaction inside a transaction");
  trouble_ = Trouble::none;
  LETHE_CHECK(do_begin(mode));
  in_transaction_ = true;
  return {};
}

Status Connection::commit() {
  if (!in_transaction_) return fail(Errc::internal, "commit without a transaction");
  Status status = refused_after_failure();
  if (status) status = do_commit();
  if (!status) {
    note_trouble(Trouble::statement);
    do_rollback();
  }
  in_transaction_ = false;
  return status;
}

void Connection::rollback() noexcept {
  if (!in_transaction_) return;
  do_rollback();
  in_transaction_ = false;
}

Status Connection::mark(std::string_view verb, std::string_view name) {
  if (!in_transaction_) return fail(Errc::internal, "a savepoint lives in a transaction");
  if (!is_savepoint_name(name)) {
    return fail(Errc::invalid_argument, "a savepoint name is lower_snake_case");
  }
  const std::string sql = std::string{verb} + std::string{name};
  if (verb == "SAVEPOINT ") return do_post(sql, {});
  auto done = do_execute(sql, {});
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Status Connection::savepoint(std::string_view name) {
  return guarded([&] { return mark("SAVEPOINT ", name); });
}

Status Connection::release(std::string_view name) {
  return guarded([&] { return mark("RELEASE SAVEPOINT ", name); });
}

Status Connection::rollback_to(std::string_view name) {
  if (trouble_ > Trouble::statement) return refused_after_failure();
  trouble_ = Trouble::none;
  Status status = do_abandon_posted();
  if (status) status = mark("ROLLBACK TO SAVEPOINT ", name);
  if (status) status = mark("RELEASE SAVEPOINT ", name);
  if (!status) note_trouble(Trouble::engine);
  return status;
}

Result<std::int64_t> one_int64(Connection& connection, std::string_view sql, Params params) {
  LETHE_TRY(const auto found,
            first(connection, sql, params, [](const Row& row) { return row.int64(0); }));
  if (!found) return fail(Errc::not_found, "no row: " + sql_head(sql));
  return *found;
}

}  // namespace lethe::sql
