// Worker stacks are overwritten after each job, so that text and keys that
// passed through do not wait there for the next core dump (DESIGN section 4).
#pragma once

namespace lethe {

// Overwrites 96 KiB of this thread's stack below the caller. Call it where the job has returned.
void scrub_stack() noexcept;

}  // namespace lethe
