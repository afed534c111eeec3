// A database that tells a test of every statement before it runs; those of transactions not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lethe/sql/driver.h"

namespace lethe::testing {

// May ask `inner` itself. Called on every thread that has a connection.
using Observer =
    std::function<void(sql::Connection& inner, std::string_view sql, sql::Params params)>;

class ObservedConnection final : public sql::Connection {
 public:
  ObservedConnection(std::unique_ptr<sql::Connection> inner, const Observer& observer)
      : inner_(std::move(inner)), observer_(observer) {}

  [[nodiscard]] sql::Engine engine() const noexcept override { return inner_->engine(); }
  [[nodiscard]] bool broken() const noexcept override { return inner_->broken(); }
  void set_deadline(Deadline at) override { inner_->set_deadline(at); }

 protected:
  Result<std::int64_t> do_execute(std::string_view sql, sql::Params params) override {
    if (const auto name = after(sql, "RELEASE SAVEPOINT ")) return released(*name);
    if (const auto name = after(sql, "ROLLBACK TO SAVEPOINT ")) {
      rolled_back_ = true;  // the inner one has released it too
      return as_count(inner_->rollback_to(*name));
    }
    observer_(*inner_, sql, params);
    return noted(inner_->execute(sql, params));
  }
  Status do_post(std::string_view sql, sql::Params params) override {
    if (const auto name = after(sql, "SAVEPOINT ")) return noted(inner_->savepoint(*name));
    observer_(*inner_, sql, params);
    return noted(inner_->post(sql, params));
  }
  Status do_query(std::string_view sql, sql::Params params, sql::RowCallback each) override {
    observer_(*inner_, sql, params);
    return noted(inner_->query(sql, params, each));
  }
  Status do_script(std::string_view sql) override { return noted(inner_->execute_script(sql)); }
  Status do_begin(sql::Begin mode) override { return noted(inner_->begin(mode)); }
  Status do_commit() override { return noted(inner_->commit()); }
  void do_rollback() noexcept override { inner_->rollback(); }

 private:
  static std::optional<std::string_view> after(std::string_view sql, std::string_view verb) {
    if (!sql.starts_with(verb)) return std::nullopt;
    return sql.substr(verb.size());
  }
  Result<std::int64_t> released(std::string_view name) {
    if (std::exchange(rolled_back_, false)) return 0;
    return as_count(inner_->release(name));
  }
  Result<std::int64_t> as_count(Status status) {
    if (!status) return noted(Result<std::int64_t>{std::unexpected(std::move(status).error())});
    return 0;
  }
  template <class T>
  Result<T> noted(Result<T> result) {
    if (!result) note_trouble(inner_->trouble());
    return result;
  }

  std::unique_ptr<sql::Connection> inner_;
  const Observer& observer_;
  bool rolled_back_ = false;
};

class ObservedDatabase : public sql::Database {
 public:
  ObservedDatabase(std::shared_ptr<sql::Database> inner, Observer observer)
      : inner_(std::move(inner)), observer_(std::move(observer)) {}
  // `inner` must outlive this.
  ObservedDatabase(sql::Database& inner, Observer observer)
      : ObservedDatabase(std::shared_ptr<sql::Database>{std::shared_ptr<void>{}, &inner},
                         std::move(observer)) {}

  [[nodiscard]] sql::Engine engine() const noexcept override { return inner_->engine(); }
  [[nodiscard]] Result<std::unique_ptr<sql::Connection>> open_writer() override {
    return observed(inner_->open_writer());
  }
  [[nodiscard]] Result<std::unique_ptr<sql::Connection>> open_reader() override {
    return observed(inner_->open_reader());
  }
  [[nodiscard]] Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    return inner_->own(who);
  }
  [[nodiscard]] Status checkpoint(std::chrono::milliseconds patience) override {
    return inner_->checkpoint(patience);
  }
  [[nodiscard]] Status integrity_check() override { return inner_->integrity_check(); }
  [[nodiscard]] Status back_up_to(const std::string& path) override {
    return inner_->back_up_to(path);
  }

 private:
  Result<std::unique_ptr<sql::Connection>> observed(
      Result<std::unique_ptr<sql::Connection>> opened) {
    if (!opened) return opened;
    return std::make_unique<ObservedConnection>(std::move(*opened), observer_);
  }

  std::shared_ptr<sql::Database> inner_;
  Observer observer_;
};

}  // namespace lethe::testing
