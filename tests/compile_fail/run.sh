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

compile() { # LAYER FILE FLAG...: prints what the compiler says
  local layer=$1 file=$2
  shift 2
  # shellcheck disable=SC2046 # one flag per line, no blanks inside
  "$compiler" -std=c++23 -fdiagnostics-color=never $(cat "$binary_dir/layers/$layer.flags") \
    -Wno-unused-const-variable "$@" "$file" 2>&1 >/dev/null
}

check() { # NAME LAYER FILE WRONG REASON FLAG...: writes "passed" or the complaint to $work/NAME.N.result
  local said verdict=passed
  said=$(compile "$2" "$3" -DWRONG="$4" "${@:6}")
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

# The right form is compiled as it stands; what it includes is parsed once more, for all the wrong ones.
check_case() { # NAME LAYER FILE
  local number reason parsed=()
  check "$1" "$2" "$3" 0 "" -fsyntax-only
  grep '^#include ' "$3" >"$work/$1.h"
  if [[ -s $work/$1.h ]] && compile "$2" "$work/$1.h" -x c++-header -o "$work/$1.pch" >/dev/null; then
    parsed=(-include-pch "$work/$1.pch")
  fi
  while IFS=$'\t' read -r number reason; do
    check "$1" "$2" "$3" "$number" "$reason" -fsyntax-only "${parsed[@]}"
  done < <(sed -nE 's|^// WRONG ([0-9]+): (.*)|\1\t\2|p' "$3")
}

slots=$(nproc)
start() { # COMMAND...: waits for a free processor
  while (($(jobs -rp | wc -l) >= slots)); do wait -n; done
  "$@" &
}

for file in "$source_dir"/cases/*.cpp; do
  name=$(basename "$file" .cpp)
  layer=$(sed -n 's|^// layer: ||p' "$file")
  [[ $layers == *" $layer "* ]] || continue
  start check_case "$name" "$layer" "$file"
done

# Whether a header is found and allowed shows in the preprocessor already.
while read -r layer right wrong; do
  [[ -n $layer && $layer != \#* && $layers == *" $layer "* ]] || continue
  name=include_${layer}_${wrong//[^a-z0-9]/_}
  printf '#if WRONG\n#include <%s>\n#else\n#include <%s>\n#endif\n' "$wrong" "$right" \
    >"$work/$name.cpp"
  start check "$name" "$layer" "$work/$name.cpp" 0 "" -E
  start check "$name" "$layer" "$work/$name.cpp" 1 "This layer is pure|file not found" -E
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
