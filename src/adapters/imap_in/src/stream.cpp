#include "stream.h"

#include <cstdlib>

namespace lethe::imap_in {
namespace {

Peer& peer_of(mailstream_low* low) { return *static_cast<Peer*>(low->data); }

// The end of the stream is a failure too: no answer of IMAP ends by hanging up.
ssize_t read_low(mailstream_low* low, void* into, std::size_t size) {
  const long n = peer_of(low).read({static_cast<char*>(into), size});
  return n > 0 ? n : -1;
}

ssize_t write_low(mailstream_low* low, const void* bytes, std::size_t size) {
  const bool written = peer_of(low).write({static_cast<const char*>(bytes), size});
  return written ? static_cast<ssize_t>(size) : -1;
}

int close_low(mailstream_low*) { return 0; }
int no_descriptor(mailstream_low*) { return -1; }
// The library made it with malloc(), as it does for drivers of its own.
void free_low(mailstream_low* low) { std::free(low); }
void cancel_low(mailstream_low*) {}
struct mailstream_cancel* no_cancel(mailstream_low*) { return nullptr; }
carray* no_chain(mailstream_low*) { return nullptr; }
int no_idle(mailstream_low*) { return -1; }

mailstream_low_driver driver = {.mailstream_read = read_low,
                                .mailstream_write = write_low,
                                .mailstream_close = close_low,
                                .mailstream_get_fd = no_descriptor,
                                .mailstream_free = free_low,
                                .mailstream_cancel = cancel_low,
                                .mailstream_get_cancel = no_cancel,
                                .mailstream_get_certificate_chain = no_chain,
                                .mailstream_setup_idle = no_idle,
                                .mailstream_unsetup_idle = no_idle,
                                .mailstream_interrupt_idle = no_idle};

constexpr std::size_t kBufferBytes = 65536;

}  // namespace

mailstream* stream_over(Peer& peer) {
  mailstream_low* low = ::mailstream_low_new(&peer, &driver);
  if (low == nullptr) return nullptr;
  mailstream* stream = ::mailstream_new(low, kBufferBytes);
  if (stream == nullptr) ::mailstream_low_free(low);
  return stream;
}

}  // namespace lethe::imap_in
