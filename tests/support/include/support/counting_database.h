// A database that counts what is asked of it.
//
// A page must cost a fixed number of statements, however many rows it shows: a test asks twice,
// with few rows and with many, and compares. Every statement counts one, those of transactions
// none.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "lethe/sql/driver.h"

namespace lethe::testing {

class CountingConnection final : public sql::Connection {
 public:
  CountingConnection(std::unique_ptr<sql::Connection> inner, std::atomic<std::int64_t>& statements)
      : inner_(std::move(inner)), statements_(statements) {}

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
    ++statements_;
    return noted(inner_->execute(sql, params));
  }
  Status do_post(std::string_view sql, sql::Params params) override {
    if (const auto name = after(sql, "SAVEPOINT ")) return noted(inner_->savepoint(*name));
    ++statements_;
    return noted(inner_->post(sql, params));
  }
  Status do_query(std::string_view sql, sql::Params params, sql::RowCallback each) override {
    ++statements_;
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
  std::atomic<std::int64_t>& statements_;
  bool rolled_back_ = false;
};

class CountingDatabase final : public sql::Database {
 public:
  // `statements` must outlive the connections.
  CountingDatabase(std::unique_ptr<sql::Database> inner, std::atomic<std::int64_t>& statements)
      : inner_(std::move(inner)), statements_(statements) {}

  [[nodiscard]] sql::Engine engine() const noexcept override { return inner_->engine(); }
  [[nodiscard]] Result<std::unique_ptr<sql::Connection>> open_writer() override {
    return counted(inner_->open_writer());
  }
  [[nodiscard]] Result<std::unique_ptr<sql::Connection>> open_reader() override {
    return counted(inner_->open_reader());
  }
  [[nodiscard]] Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    return inner_->own(who);
  }
  [[nodiscard]] Status checkpoint(std::chrono::milliseconds patience) override {
    return inner_->checkpoint(patience);
  }
  [[nodiscard]] Status optimise() override { return inner_->optimise(); }
  [[nodiscard]] Status integrity_check() override { return inner_->integrity_check(); }
  [[nodiscard]] Status back_up_to(const std::string& path) override {
    return inner_->back_up_to(path);
  }

 private:
  Result<std::unique_ptr<sql::Connection>> counted(
      Result<std::unique_ptr<sql::Connection>> opened) {
    if (!opened) return opened;
    return std::make_unique<CountingConnection>(std::move(*opened), statements_);
  }

  std::unique_ptr<sql::Database> inner_;
  std::atomic<std::int64_t>& statements_;
};

}  // namespace lethe::testing
