#!/bin/bash
# core_is_pure.sh COMPILER LIBRARY...: each library calls only what pure_symbols.txt allows.
#
# A header cannot hide from this: whatever a layer includes, a call of open() or of the clock is an
# undefined symbol of its library. The list is tried first on small libraries that break it.
set -u
compiler=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -vE '^(#|$)' "$here/pure_symbols.txt" >"$work/allowed"
passed=0 failed=0

# What LIBRARY takes from elsewhere and is not on the list, one name a line. A library that cannot
# be read, or takes nothing at all, is a line as well: it would pass for the wrong reason.
forbidden() {
  nm -u "$1" 2>/dev/null | awk '$1 == "U" {print $2}' | sort -u | c++filt >"$work/names"
  if [[ ! -s $work/names ]]; then
    echo "nothing to read in $1"
  else
    grep -vxEf "$work/allowed" "$work/names"
  fi
}

verdict() { # NAME COMPLAINT: an empty complaint passes
  if [[ -z $2 ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s:\n%s\n' "$1" "$2"
  fi
}

# seed NAME HEADERS BODY [PATTERN]: a library of one function; it must be refused for PATTERN, or
# accepted when there is none.
seed() {
  local found
  printf '#include <string>\n%s\nstd::string f(std::string x) { %s return x; }\n' "$2" "$3" \
    >"$work/$1.cpp"
  if ! "$compiler" -std=c++23 -O1 -c "$work/$1.cpp" -o "$work/$1.o" 2>"$work/said"; then
    verdict "seeded $1" "does not compile: $(<"$work/said")"
    return
  fi
  ar rcs "$work/$1.a" "$work/$1.o"
  found=$(forbidden "$work/$1.a")
  if [[ -z ${4:-} ]]; then
    verdict "seeded $1" "$found"
  elif grep -Eq "$4" <<<"$found"; then
    verdict "seeded $1" ""
  else
    verdict "seeded $1" "not refused; refused are: $found"
  fi
}

seed text '' 'x += "y"; x.resize(x.size() * 2);'
seed file '#include <fcntl.h>' 'x += char(::open("x", O_RDONLY));' '^open'
seed stream '#include <fstream>' 'std::ofstream{"x"} << x;' 'basic_ofstream|basic_filebuf'
seed stdio '#include <cstdio>' 'std::printf("%s", x.c_str());' '^printf'
seed socket '#include <sys/socket.h>' 'x += char(::socket(AF_INET, SOCK_STREAM, 0));' '^socket'
seed environment '#include <cstdlib>' 'x += std::getenv("X");' '^getenv'
seed wall_clock '#include <chrono>' \
  'x += char(std::chrono::system_clock::now().time_since_epoch().count());' 'system_clock::now'
seed steady_clock '#include <chrono>' \
  'x += char(std::chrono::steady_clock::now().time_since_epoch().count());' 'steady_clock::now'
seed c_clock '#include <ctime>' 'x += char(std::time(nullptr));' '^time'
seed thread '#include <thread>' 'std::thread([] {}).join();' 'std::thread'
seed randomness '#include <random>' 'x += char(std::random_device{}());' 'random_device'
seed process '#include <cstdlib>' 'x += char(std::system("x"));' '^system'

for library in "$@"; do
  verdict "$(basename "$library")" "$(forbidden "$library")"
done
[[ $# -gt 0 ]] || verdict "libraries" "none were named"

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
