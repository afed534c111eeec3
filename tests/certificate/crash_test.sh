#!/bin/sh
# Kills the writer of a log at every fault point, at several passings, and
# checks that no signed entry is missing. usage: crash_test.sh SAMPLES-PROGRAM
set -u
program=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ulimit -c 0 2>/dev/null || true  # no core files, where the shell can say so
passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAILED: $1"; }

for start in 0 253; do
  rm -rf "$dir/start"; mkdir "$dir/start"
  "$program" fill "$dir/start" "$start" || fail "cannot fill to $start"
  for point in durable_files.flushed durable_files.renamed ledger.tiles_written ledger.signed \
    ledger.checkpoint_written; do
    for passing in 1 2 3 4 5 8 13 20; do
      rm -rf "$dir/run"; cp -r "$dir/start" "$dir/run"
      LETHE_FAULT=$point:$passing "$program" grow "$dir/run" 6 >/dev/null 2>&1
      code=$?
      # 134: aborted there; 0: this point is not passed so often. Nothing else.
      if [ "$code" -ne 134 ] && [ "$code" -ne 0 ]; then fail "$point:$passing ended with $code"; fi
      if [ "$passing" -eq 1 ] && [ "$code" -ne 134 ]; then fail "$point is never passed"; fi
      if why=$("$program" check "$dir/run"); then passed=$((passed + 1)); else
        fail "from $start, $point:$passing: $why"; fi
    done
  done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
