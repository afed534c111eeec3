// POST with Idempotency-Key: made once, remembered, and noted for the audit when it was made.
//
// The key is remembered as digests of token, path, key and body, for a day. A repetition shows what
// was made then and leaves no line in the audit. A maker that calls `ApiCall::remember` in the
// transaction in which it makes cannot make twice, whenever the process ends; after the others the
// key is remembered in the transaction of the audit's line, and a process killed between the two
// lets a repetition make again.
#pragma once

#include "acts.h"
#include "api_common.h"

namespace lethe::web {

struct Making {
  int status = 201;
  const KnownAct* act = nullptr;  // null: not in the audit
  ApiMaker maker;
  ApiShower shower;
};

// Errors: the maker's and the shower's; invalid_argument (a key of 0 or over 255 bytes),
// out_of_range (the key was used with another body), both with field Idempotency-Key.
[[nodiscard]] ApiResult make_once(const ApiCall& call, const Making& making);

// For the audit, what was done by a call that makes nothing. An act that cannot be recorded is told
// as an error. `act` may be null.
[[nodiscard]] Status note_call(const ApiCall& call, const KnownAct* act, const Response& response);

}  // namespace lethe::web
