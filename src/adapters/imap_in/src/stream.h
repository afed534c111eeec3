// libetpan's lowest layer over a Peer: deadlines, TLS and bounds are ours, the
// protocol is the library's.
#pragma once

#include <libetpan/libetpan.h>

#include "peer.h"

namespace lethe::imap_in {

// A stream that reads and writes through `peer`, which must outlive it. Null
// when memory is short. The library frees it with its session.
[[nodiscard]] mailstream* stream_over(Peer& peer);

}  // namespace lethe::imap_in
