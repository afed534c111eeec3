#include "json_out.h"

#include "lethe/base/bytes.h"
#include "lethe/base/encoding.h"

namespace lethe::ledger {
namespace {

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (byte < 0x20) {
      out.append("\\u00").append(to_hex(ByteView{&byte, 1}));
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void JsonOut::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

void JsonOut::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
}

void JsonOut::close(char bracket) {
  out_ += bracket;
  first_ = false;
}

void JsonOut::key(std::string_view name) {
  separate();
  append_quoted(out_, name);
  out_ += ':';
  first_ = true;  // its value follows without a comma
}

void JsonOut::text(std::string_view value) {
  separate();
  append_quoted(out_, value);
}

void JsonOut::number(std::uint64_t value) {
  separate();
  out_ += std::to_string(value);
}

}  // namespace lethe::ledger
