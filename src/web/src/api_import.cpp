// POST /import: tickets as NDJSON, one a line, imported as they come; each succeeds or fails alone.
//
// The answer counts and names the first lines that failed. Who accepts application/x-ndjson is told
// of every line at once, and should read while they still write.
#include "api_common.h"
#include "lethe/app/import_stream.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kFailuresShown = 100;
constexpr std::string_view kNdjson = "application/x-ndjson";

json::object counts_json(const app::ImportCounts& counts) {
  return {{"imported", counts.imported}, {"known", counts.known}, {"failed", counts.failed}};
}

json::object failure_json(std::int64_t number, const Error& error) {
  return {{"line", number}, {"field", error.field}, {"message", error.detail}};
}

class CountedImport final : public BodyTaker {
 public:
  explicit CountedImport(app::App& app)
      : stream_(app, [this](std::int64_t number, const auto& line) { note(number, line); }) {}

  std::string take(std::string_view piece) override {
    stream_.take(piece);
    return {};
  }
  std::string finish() override {
    stream_.finish();
    return json::serialize(answer());
  }
  // The line under way is left out: it may go on in a way that changes it.
  std::string break_off() override {
    json::object cut = answer();
    cut["broken_off"] = true;
    return json::serialize(cut);
  }

 private:
  json::object answer() {
    json::object counts = counts_json(stream_.counts());
    counts["errors"] = std::move(failures_);
    return counts;
  }
  void note(std::int64_t number, const Result<app::ImportedLine>& line) {
    if (line || failures_.size() >= kFailuresShown) return;
    failures_.push_back(failure_json(number, line.error()));
  }

  json::array failures_;
  app::ImportStream stream_;
};

class ToldImport final : public BodyTaker {
 public:
  explicit ToldImport(app::App& app)
      : stream_(app, [this](std::int64_t number, const auto& line) { tell(number, line); }) {}

  std::string take(std::string_view piece) override {
    stream_.take(piece);
    return std::exchange(said_, {});
  }
  std::string finish() override {
    stream_.finish();
    said_ += json::serialize(counts_json(stream_.counts())) + "\n";
    return std::exchange(said_, {});
  }
  std::string break_off() override {
    json::object cut = counts_json(stream_.counts());
    cut["broken_off"] = true;
    return json::serialize(cut) + "\n";
  }

 private:
  void tell(std::int64_t number, const Result<app::ImportedLine>& line) {
    json::object told = line ? json::object{{"line", number}, {"known", line->known}}
                             : failure_json(number, line.error());
    if (line && line->ticket) told["ticket"] = line->ticket->to_string();
    said_ += json::serialize(told) + "\n";
  }

  std::string said_;
  app::ImportStream stream_;
};

// Lines are lines whatever they are called, but not within the parts of a form.
Result<ApiStream> begin_import(const ApiCall& call) {
  if (starts_with_ignoring_ascii_case(call.request.content_type(), "multipart/")) {
    return fail(Errc::unsupported, "send the lines themselves, as application/x-ndjson",
                "Content-Type");
  }
  if (call.request.headers.get("Accept").contains(kNdjson)) {
    return ApiStream{std::string{kNdjson}, std::make_unique<ToldImport>(call.app)};
  }
  return ApiStream{"application/json", std::make_unique<CountedImport>(call.app)};
}

}  // namespace

void add_import_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(api_stream_route(app, "/import", ports::TokenScope::admin, begin_import));
}

}  // namespace lethe::web
