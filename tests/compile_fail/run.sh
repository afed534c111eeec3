#!/bin/bash
# run.sh COMPILER SOURCE_DIR BINARY_DIR LAYER...: compiles every case right and wrong.
#
# A case is cases/NAME.cpp, which begins with
#   // layer: L      compiled with the include roots and warnings of that layer
#   // expects: R    what the compiler must say (extended regular expression) about the wrong form
# and holds the wrong form under `#ifdef WRONG`, or it is a line of includes.txt:
#   LAYER RIGHT_HEADER WRONG_HEADER
set -u
compiler=$1 source_dir=$2 binary_dir=$3
shift 3
layers=" $* "
work=$binary_dir/work
rm -rf "$work" && mkdir -p "$work"

compile() { # LAYER FILE [FLAG]: prints what the compiler says
  # shellcheck disable=SC2046 # one flag per line, no blanks inside
  "$compiler" -std=c++23 -fsyntax-only -fdiagnostics-color=never \
    $(cat "$binary_dir/layers/$1.flags") ${3-} "$2" 2>&1
}

check() { # NAME LAYER FILE EXPECTS: writes "passed" or the complaint to $work/NAME.result
  local name=$1 layer=$2 file=$3 expects=$4 said verdict=passed
  if ! said=$(compile "$layer" "$file"); then
    verdict="the right form does not compile: $said"
  elif said=$(compile "$layer" "$file" -DWRONG); then
    verdict="the wrong form compiles"
  elif ! grep -Eq -- "$expects" <<<"$said"; then
    verdict="the wrong form fails for another reason: $said"
  fi
  echo "$verdict" >"$work/$name.result"
}

slots=$(nproc)
start() { # as check; waits for a free processor. A layer that is not built here is left out.
  [[ $layers == *" $2 "* ]] || return 0
  while (($(jobs -rp | wc -l) >= slots)); do wait -n; done
  check "$@" &
}

for file in "$source_dir"/cases/*.cpp; do
  layer=$(sed -n 's|^// layer: ||p' "$file")
  expects=$(sed -n 's|^// expects: ||p' "$file")
  start "$(basename "$file" .cpp)" "$layer" "$file" "$expects"
done

while read -r layer right wrong; do
  [[ -z $layer || $layer == \#* ]] && continue
  name=include_${layer}_${wrong//[^a-z0-9]/_}
  printf '#ifdef WRONG\n#include <%s>\n#else\n#include <%s>\n#endif\n' "$wrong" "$right" \
    >"$work/$name.cpp"
  start "$name" "$layer" "$work/$name.cpp" "This layer is pure|file not found"
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
