#!/bin/bash
# run.sh COMPILER SOURCE_DIR BINARY_DIR LAYER...: compiles every case right and wrong.
#
# A case is cases/NAME.cpp. It begins with
#   // layer: L       compiled with the include roots and warnings of that layer
#   // WRONG 1: R     what the compiler must say (extended regular expression) about wrong form 1
#   // WRONG 2: R     ...
# and compiles as it stands with -DWRONG=0. A line of includes.txt is a case too:
#   LAYER RIGHT_HEADER WRONG_HEADER
# Layers that this build leaves out are skipped.
set -u
compiler=$1 source_dir=$2 binary_dir=$3
shift 3
layers=" $* "
work=$binary_dir/work
rm -rf "$work" && mkdir -p "$work"

compile() { # LAYER FILE WRONG MODE: prints what the compiler says
  # shellcheck disable=SC2046 # one flag per line, no blanks inside
  "$compiler" -std=c++23 -fdiagnostics-color=never $(cat "$binary_dir/layers/$1.flags") \
    -Wno-unused-const-variable -DWRONG="$3" "$4" "$2" 2>&1 >/dev/null
}

check() { # NAME LAYER FILE WRONG REASON MODE: writes "passed" or the complaint to $work/NAME.N.result
  local said verdict=passed
  said=$(compile "$2" "$3" "$4" "$6")
  local code=$?
  if [[ $4 == 0 ]]; then
    ((code == 0)) || verdict="the right form does not compile: $said"
  elif ((code == 0)); then
    verdict="wrong form $4 compiles"
  elif ! grep -Eq -- "$5" <<<"$said"; then
    verdict="wrong form $4 fails for another reason: $said"
  fi
  echo "$verdict" >"$work/$1.$4.result"
}

slots=$(nproc)
start() { # as check; waits for a free processor
  while (($(jobs -rp | wc -l) >= slots)); do wait -n; done
  check "$@" &
}

for file in "$source_dir"/cases/*.cpp; do
  name=$(basename "$file" .cpp)
  layer=$(sed -n 's|^// layer: ||p' "$file")
  [[ $layers == *" $layer "* ]] || continue
  start "$name" "$layer" "$file" 0 "" -fsyntax-only
  while IFS=$'\t' read -r number reason; do
    start "$name" "$layer" "$file" "$number" "$reason" -fsyntax-only
  done < <(sed -nE 's|^// WRONG ([0-9]+): (.*)|\1\t\2|p' "$file")
done

# Whether a header is found and allowed shows in the preprocessor already.
while read -r layer right wrong; do
  [[ -n $layer && $layer != \#* && $layers == *" $layer "* ]] || continue
  name=include_${layer}_${wrong//[^a-z0-9]/_}
  printf '#if WRONG\n#include <%s>\n#else\n#include <%s>\n#endif\n' "$wrong" "$right" \
    >"$work/$name.cpp"
  start "$name" "$layer" "$work/$name.cpp" 0 "" -E
  start "$name" "$layer" "$work/$name.cpp" 1 "This layer is pure|file not found" -E
done <"$source_dir/includes.txt"
wait

passed=0 failed=0
for result in "$work"/*.result; do
  if [[ $(<"$result") == passed ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$(basename "$result" .result): $(<"$result")"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
