#include "lethe/app/import_stream.h"

#include <boost/json.hpp>

#include "import_fields.h"
#include "json.h"
#include "lethe/app/import_settings.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kLongLine = std::size_t{256} << 10;

Result<ImportedLine> import_line(App& app, std::string_view line) {
  const boost::json::object object = parse_object(line);
  if (object.size() > 1) {
    LETHE_CHECK(refuse_unknown_fields(
        object, {"ticket", "mailbox", "rule", "retention", "hold", "saved_reply"}, ""));
    return fail(Errc::invalid_argument, "a line holds one thing");
  }
  if (object.contains("ticket") || object.empty()) {
    LETHE_TRY(const ImportedTicket ticket, import_ticket(app, line));
    return ImportedLine{ticket.ticket, ticket.known};
  }
  LETHE_TRY(const SettingLine setting, import_setting(app, object));
  return ImportedLine{std::nullopt, setting == SettingLine::known};
}

}  // namespace

void ImportStream::hold(std::string_view part) {
  if (too_long_ || line_.size() + part.size() > kImportLineBytesMax) {
    too_long_ = true;
    line_.clear();
    return;
  }
  // A long line gets its whole room at once and leaves it to the next one: growing by doubling,
  // each would leave behind holes of every size.
  if (line_.size() + part.size() > kLongLine) line_.reserve(kImportLineBytesMax);
  line_ += part;
}

void ImportStream::end_line() {
  number_ += 1;
  std::string_view line = line_;
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  line = trimmed(line);
  if (line.empty() && !too_long_) {
    line_.clear();
    return;
  }
  const Result<ImportedLine> ticket =
      too_long_ ? Result<ImportedLine>{fail(Errc::too_large, "a line has at most 8 MiB")}
                : import_line(app_, line);
  if (!ticket) {
    counts_.failed += 1;
  } else {
    (ticket->known ? counts_.known : counts_.imported) += 1;
  }
  line_.clear();
  too_long_ = false;
  on_line_(number_, ticket);
}

void ImportStream::take(std::string_view piece) {
  while (true) {
    const auto end = piece.find('\n');
    if (end == std::string_view::npos) break;
    hold(piece.substr(0, end));
    end_line();
    piece.remove_prefix(end + 1);
  }
  hold(piece);
}

void ImportStream::finish() {
  if (!line_.empty() || too_long_) end_line();
}

}  // namespace lethe::app
