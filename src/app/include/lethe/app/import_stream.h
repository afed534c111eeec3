// NDJSON as it arrives: pieces of any size are cut into lines, and each line is imported by itself
// (import_tickets.h; import_settings.h for lines that are no tickets). One line is held at a time,
// whatever the length of the whole.
//
// A line over kImportLineBytesMax is told once and skipped to its end. Blank lines are counted and
// told to nobody; a byte order mark before the first line is passed over. Breaking off loses at
// most the line under way: the same bytes again find every ticket known and go on from there.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/app/import_tickets.h"

namespace lethe::app {

struct ImportedLine {
  std::optional<core::TicketId> ticket;  // empty: a setting
  bool known = false;                    // it was there before
};
struct ImportCounts {
  std::int64_t imported = 0, known = 0, failed = 0;
};

class ImportStream {
 public:
  // `number` counts from 1, blank lines included.
  using OnLine = std::function<void(std::int64_t number, const Result<ImportedLine>& line)>;

  // `app` outlives the stream.
  ImportStream(App& app, OnLine on_line) : app_(app), on_line_(std::move(on_line)) {}

  void take(std::string_view piece);
  // The last line needs no line break.
  void finish();
  [[nodiscard]] const ImportCounts& counts() const noexcept { return counts_; }

 private:
  void hold(std::string_view part);
  void end_line();

  App& app_;
  OnLine on_line_;
  std::string line_;
  bool too_long_ = false;
  std::int64_t number_ = 0;
  ImportCounts counts_;
};

}  // namespace lethe::app
