#include "lethe/smtp_protocol/content_decoder.h"

namespace lethe::smtp_protocol {

ContentDecoder::Verdict ContentDecoder::step(char byte, std::string& out) {
  if (at_ == At::cr || at_ == At::dot_cr) {
    if (byte != '\n') return Verdict::bare_newline;
    if (at_ == At::dot_cr) return Verdict::end;
    out += "\r\n";
    at_ = At::line_start;
    return Verdict::more;
  }
  if (byte == '\n') return Verdict::bare_newline;
  if (byte == '\r') {
    at_ = at_ == At::dot ? At::dot_cr : At::cr;
  } else if (byte == '.' && at_ == At::line_start && framing_ == Framing::dots) {
    at_ = At::dot;
  } else {
    out += byte;
    at_ = At::inside;
  }
  return Verdict::more;
}

ContentDecoder::Outcome ContentDecoder::decode(std::string_view bytes, std::string& out) {
  std::size_t read = 0;
  while (read < bytes.size()) {
    std::size_t plain = read;
    while (at_ == At::inside && plain < bytes.size() && bytes[plain] != '\r' &&
           bytes[plain] != '\n') {
      ++plain;
    }
    out.append(bytes, read, plain - read);
    read = plain;
    if (read == bytes.size()) break;
    const Verdict verdict = step(bytes[read++], out);
    if (verdict != Verdict::more) return {verdict, read};
  }
  return {Verdict::more, read};
}

}  // namespace lethe::smtp_protocol
