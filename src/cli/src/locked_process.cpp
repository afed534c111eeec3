#include "locked_process.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <string>

namespace lethe::cli {
namespace {

constexpr std::size_t kStackBytes = std::size_t{512} * 1024;

// Address space counts towards the limit, so arenas and stacks are kept small.
void keep_mappings_small() {
  ::mallopt(M_ARENA_MAX, 2);
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

std::unexpected<Error> too_low(std::size_t bytes_needed) {
  return fail(Errc::unavailable,
              "the limit on locked memory is too low: relay mode keeps mail out of the swap and "
              "needs " +
                  std::to_string((bytes_needed >> 20) + 1) +
                  " MiB. Set LimitMEMLOCK=infinity in the systemd unit, or ulimit -l");
}

}  // namespace

Status lock_process(std::size_t bytes_needed) {
  keep_mappings_small();
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
  }
  // Tried out, for CAP_IPC_LOCK passes the limit.
  void* sample = ::mmap(nullptr, bytes_needed, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (sample == MAP_FAILED) return too_low(bytes_needed);
  const bool is_enough = ::mlock2(sample, bytes_needed, MLOCK_ONFAULT) == 0;
  ::munmap(sample, bytes_needed);
  if (!is_enough) return too_low(bytes_needed);
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) return too_low(bytes_needed);
  return {};
}

}  // namespace lethe::cli
