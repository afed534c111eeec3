// Libraries include <unistd.h> deep inside (libstdc++'s <atomic>, Boost.Config); a file of ours
// that includes it, directly or by a header of its own, is what must not be.
#if __INCLUDE_LEVEL__ <= 2
#error "This layer is pure: <unistd.h> belongs to an adapter (docs/ARCHITECTURE.md)."
#else
#include_next <unistd.h>
#endif
