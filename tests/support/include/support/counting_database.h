// A database that counts what is asked of it.
//
// A page must cost a fixed number of statements, however many rows it shows: a test asks twice,
// with few rows and with many, and compares. Every statement counts one, those of transactions
// none.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "support/observed_database.h"

namespace lethe::testing {

class CountingDatabase final : public ObservedDatabase {
 public:
  // `statements` must outlive the connections.
  CountingDatabase(std::unique_ptr<sql::Database> inner, std::atomic<std::int64_t>& statements)
      : ObservedDatabase(std::move(inner), [&statements](sql::Connection&, std::string_view,
                                                         sql::Params) { ++statements; }) {}
};

}  // namespace lethe::testing
