// TNEF, the "winmail.dat" of Outlook and Exchange.
//
// Source: [MS-OXTNEF] 2.1 (stream of attributes), [MS-OXMSG] property types,
// [MS-OXRTFCP] for compressed RTF. Bounded: 10,000 attributes, properties and
// attachments; nothing is read beyond the bytes given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lethe/mime/message.h"

namespace lethe::mime {

enum class TnefBodyKind { text, html, rtf };
struct TnefBody {
  TnefBodyKind kind = TnefBodyKind::text;
  std::string bytes;    // RTF is decompressed; text as it stands
  std::string charset;  // of text and HTML; may be empty
};

struct Tnef {
  bool recognised = false;  // the signature is right and at least one attribute was read
  bool damaged = false;     // it stopped making sense before its end
  std::vector<TnefBody> bodies;
  std::vector<Attachment> attachments;
};

[[nodiscard]] Tnef unpack_tnef(std::string_view bytes);

// [MS-OXRTFCP]; empty when `compressed` is not compressed RTF.
[[nodiscard]] std::string decompressed_rtf(std::string_view compressed);

}  // namespace lethe::mime
