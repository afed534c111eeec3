#!/bin/sh
# The shell verifier and ours accept every genuine certificate, offline, and
# refuse every changed one. usage: verifier_test.sh SAMPLES-PROGRAM
# With LETHE_TEST_ONLY_PROGRAMS the shell verifier, which no sanitiser looks into, is left out.
set -u
program=$1
verifier=$(dirname "$0")/verify.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
# Without a network, where the system lets us take it away.
offline=
if unshare -rn true 2>/dev/null; then offline="unshare -rn"; fi

result() { # what, wanted, got
  if [ "$2" -eq "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); echo "FAILED: $1 (exit $3, wanted $2)"; fi
}
both() { # wanted, what, file, key
  if [ -z "${LETHE_TEST_ONLY_PROGRAMS:-}" ]; then
    $offline sh "$verifier" "$3" "$4" >/dev/null 2>&1; result "verify.sh: $2" "$1" $?
  fi
  "$program" verify "$3" "$4" >/dev/null; result "our verifier: $2" "$1" $?
}
refused() { both 1 "$1" "$dir/changed" "${2:-$dir/key}"; }
# Rewrites the genuine file by an awk program over its lines (line 1 certificate, 2 salts,
# 3 format, 4 extra, 5 index, then the path).
changed_by() { awk "$1" "$good" >"$dir/changed"; cmp -s "$good" "$dir/changed" && echo "FAILED: no change by $1"; }
other_b64='function other(s,  c) { c = substr(s, 3, 1); return substr(s, 1, 2) (c == "A" ? "B" : "A") substr(s, 4) }'

"$program" samples "$dir" || { echo "FAILED: no samples"; echo "0 passed, 1 failed"; exit 1; }
for file in "$dir"/*.lethe-certificate; do both 0 "genuine $(basename "$file")" "$file" "$dir/key"; done

good=$dir/genuine-137.lethe-certificate
key_id=$(cut -d+ -f2 "$dir/key")
cp "$good" "$dir/changed"
refused "wrong key" "$dir/wrong-key"
refused "another origin's key" "$dir/wrong-origin-key"
sed 's/^help/holp/' "$dir/key" >"$dir/renamed-key"; refused "key file under another name" "$dir/renamed-key"
sed "s/$key_id/00000000/" "$dir/key" >"$dir/id-key"; refused "key file with another id" "$dir/id-key"
: >"$dir/empty"; refused "empty key file" "$dir/empty"

changed_by 'NR == 1 { sub(/"tickets":137/, "\"tickets\":136") } 1'; refused "one count of the certificate"
changed_by 'NR == 1 { sub(/}$/, " }") } 1'; refused "a blank in the certificate"
changed_by "$other_b64"' NR == 2 { $0 = other($0) } 1'; refused "salt"
changed_by 'NR == 3 { sub(/v1/, "v2") } 1'; refused "proof format"
changed_by "$other_b64"' NR == 4 { $2 = other($2) } 1'; refused "first bytes of the entry"
entry=$(sed -n '4s/^extra //p' "$good" | base64 -d)
for edit in 's/"t":"20/"t":"21/' 's/erasure/breach/' 's/"v":1/"v":2/' 's/}$/ }/'; do
  extra=$(printf %s "$entry" | sed "$edit" | base64 -w0)
  changed_by "NR == 4 { print \"extra $extra\"; next } 1"; refused "entry by $edit"
done
changed_by 'NR == 4 { next } 1'; refused "no entry"
for index in 136 138 0 299 300 0137 -1 18446744073709551616 x ''; do
  changed_by "NR == 5 { print \"index $index\"; next } 1"; refused "index '$index'"
done
changed_by "$other_b64"' NR == 6 { $0 = other($0) } 1'; refused "first hash of the path"
changed_by 'NR == 6 { next } 1'; refused "one hash less"
changed_by 'NR == 6 { print } 1'; refused "one hash more"
changed_by '$0 == "300" { $0 = "301" } 1'; refused "tree size"
changed_by '$0 == "300" { $0 = "0300" } 1'; refused "tree size in another spelling"
changed_by "$other_b64"' seen { $0 = other($0); seen = 0 } $0 == "300" { seen = 1 } 1'; refused "root"
changed_by '$0 == "help.example.org/ledger" { $0 = "holp.example.org/ledger" } 1'; refused "origin"
changed_by '/^—/ { sub(/help/, "holp") } 1'; refused "name of the signer"
changed_by '/^—/ { $3 = substr($3, 1, 20) (substr($3, 21, 1) == "A" ? "B" : "A") substr($3, 22) } 1'; refused "signature"
changed_by '/^—/ { $3 = substr($3, 1, 40) } 1'; refused "short signature"
changed_by '/^—/ { next } 1'; refused "no signature"

size=$(wc -c <"$good")
for part in 0 1 10 100 500 1000 1500 $((size - 100)) $((size - 2)); do
  head -c "$part" "$good" >"$dir/changed"; refused "truncated to $part bytes"
done
# Every 97th byte, turned into another printable one, is noticed.
at=7
while [ "$at" -lt $((size - 1)) ]; do
  byte=$(tail -c +$((at + 1)) "$good" | head -c 1)
  new=x; [ "$byte" = x ] && new=y
  { head -c "$at" "$good"; printf %s "$new"; tail -c +$((at + 2)) "$good"; } >"$dir/changed"
  refused "byte $at"
  at=$((at + 97))
done

salt=$(sed -n 2p "$dir/genuine-255.lethe-certificate")
changed_by "NR == 2 { print \"$salt\"; next } 1"; refused "another certificate's salt"
{ head -n 2 "$good"; sed 1,2d "$dir/genuine-255.lethe-certificate"; } >"$dir/changed"
refused "another certificate's proof"
head -c 3000000 /dev/urandom >"$dir/changed"; refused "three megabytes of garbage"
head -c 3000000 /dev/zero >"$dir/changed"; refused "three megabytes of zeroes"
yes garbage | head -n 400000 >"$dir/changed"; refused "three megabytes of lines"
cp "$dir/key" "$dir/changed"; refused "a key file as certificate"

changed_by 'NR == 2 { $0 = $0 " AAAA" } 1'; refused "a word behind the salt"
for line in 4 5 6 7; do
  changed_by "NR == $line { \$0 = \$0 \" \" } 1"; refused "a blank at the end of line $line"
  changed_by "NR == $line { \$0 = \"\\t\" \$0 } 1"; refused "a tab before line $line"
  changed_by "NR == $line { \$0 = \$0 \"\\r\" } 1"; refused "a carriage return in line $line"
done
changed_by '/^—/ { print "" } 1'; refused "an empty line before the signature"
for tail in x 'x\n' '\n' '\n\n' '— x\n'; do
  { cat "$good"; printf "$tail"; } >"$dir/changed"; refused "with '$tail' appended"
done
printf %s "$(cat "$good")" >"$dir/changed"; refused "without its last line's end"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
