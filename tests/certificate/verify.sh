#!/bin/sh
# Checks a *.lethe-certificate offline: openssl (3.0 or later), coreutils, sed, awk.
# usage: verify.sh FILE KEY-FILE     exit 0 genuine, 1 refused, 2 usage
# What each step does, by hand: docs/certificates.md
set -eu
no() { echo "REFUSED: $1"; exit 1; }
[ $# -eq 2 ] || { echo "usage: $0 FILE.lethe-certificate KEY-FILE" >&2; exit 2; }
t=$(mktemp -d); trap 'rm -rf "$t"' EXIT
unb64() { printf %s "$1" | base64 -d >"$t/$2" 2>/dev/null && [ "$(base64 -w0 <"$t/$2")" = "$1" ] || no "$2 is not base64"; }
sha() { openssl dgst -sha256 -binary; }; number() { case $1 in 0 | [1-9]*) [ ${#1} -le 18 ] && [ -z "$(printf %s "$1" | tr -d 0-9)" ] || no "$2" ;; *) no "$2" ;; esac; }
tr -d '\000' <"$1" | cmp -s - "$1" && [ "$(wc -c <"$1")" -le 262144 ] && [ "$(sed 1d "$1" | grep -Ec '^ | $|[[:cntrl:]]')" = 0 ] || no "not a certificate file"
head -n 1 "$1" | tr -d '\n' >"$t/certificate"; salt=$(sed -n 2p "$1"); unb64 "${salt%% *}" salt; unb64 "${salt#* }" subject; [ "$(cat "$t/salt" "$t/subject" | wc -c)" -eq 64 ] || no "not a salt"
sed '1,2d' "$1" >"$t/proof"; [ "$(head -n 1 "$t/proof")" = c2sp.org/tlog-proof@v1 ] || no "no tlog-proof"
unb64 "$(sed -n '2s/^extra //p' "$t/proof")" entry; index=$(sed -n '3s/^index //p' "$t/proof"); number "$index" "no index"
sed '1,3d;/^$/,$d' "$t/proof" >"$t/path"; sed '1,/^$/d' "$t/proof" >"$t/note"; sed '/^$/,$d' "$t/note" >"$t/text"
origin=$(sed -n 1p "$t/text"); size=$(sed -n 2p "$t/text"); root=$(sed -n 3p "$t/text"); number "$size" "no tree size"
c=$(cat "$t/salt" "$t/certificate" | sha | base64 -w0)
case $(cat "$t/entry") in '{"v":1,"type":"erasure","c":"'"$c"'","t":"'????-??-??T??:00:00Z'"}') ;; *) no "the entry does not commit to this certificate" ;; esac
[ "$index" -lt "$size" ] || no "no such index"; n=$index last=$((size - 1)); { printf '\000'; cat "$t/entry"; } | sha >"$t/hash"
while read -r line; do
  [ "$last" -gt 0 ] || no "the proof is too long"; unb64 "$line" sibling; [ "$(wc -c <"$t/sibling")" -eq 32 ] || no "a hash of the proof is malformed"
  if [ $((n % 2)) -eq 1 ] || [ "$n" -eq "$last" ]; then set -- "$1" "$2" sibling hash; else set -- "$1" "$2" hash sibling; fi
  { printf '\001'; cat "$t/$3" "$t/$4"; } | sha >"$t/node"; mv "$t/node" "$t/hash"
  if [ "$3" = sibling ]; then while [ $((n % 2)) -eq 0 ] && [ "$n" -ne 0 ]; do n=$((n / 2)) last=$((last / 2)); done; fi; n=$((n / 2)) last=$((last / 2))
done <"$t/path"
[ "$last" -eq 0 ] && [ "$(base64 -w0 <"$t/hash")" = "$root" ] || no "the entry is not proved to be in this log"
key=$(head -n 1 "$2"); name=${key%%+*}; key=${key#*+}; id=${key%%+*}; unb64 "${key#*+}" key; [ "$(wc -c <"$t/key")" -eq 33 ] || no "not an Ed25519 key file"
[ "$({ printf '%s\n' "$name"; cat "$t/key"; } | sha256sum | cut -c 1-8)" = "$id" ] || no "the key id does not fit the key"; [ "$origin" = "$name" ] || no "another log's certificate"
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c 32 "$t/key"; } >"$t/key.der"; good=
for s in $(sed '1,/^$/d' "$t/note" | name=$name awk '$1 == "—" && $2 == ENVIRON["name"] { print $3 }'); do
  unb64 "$s" signature; [ "$(head -c 4 "$t/signature" | od -An -tx1 | tr -d ' ')" = "$id" ] || continue; tail -c +5 "$t/signature" >"$t/signed"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$t/key.der" -rawin -in "$t/text" -sigfile "$t/signed" >/dev/null 2>&1 && good=1 || no "the signature is wrong"; done
[ "$(sed '1,/^$/d' "$t/note" | grep -Ecv '^— [^ ]+ [^ ]+$')" = 0 ] && [ -z "$(tail -c 1 "$1")" ] || no "something stands behind the signatures"
[ -n "$good" ] || no "not signed by this key"; echo "genuine: entry $index of $size in $origin, key $id"
