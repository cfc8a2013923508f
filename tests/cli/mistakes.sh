#!/bin/sh
# What is said, and with which exit status, when something is wrong: the output cannot be written, a backend
# is not asked, the configuration has mistakes; and how rows fit a narrow terminal.
set -eu
src=${DOSSIER_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${DOSSIER_BIN:-$src/build/dossier}
replay=$src/tests/replay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$work" XDG_RUNTIME_DIR="$work" DOSSIER_DATADIR="$src" DOSSIER_SYSCONFDIR="$work/etc"
mkdir "$work/etc"
config=$replay/dossier.yaml
failed=0

fail() {
  echo "FAIL $*"
  cat "$work/err"
  failed=1
}

# given STATUS PATTERN WORDS...: standard error holds PATTERN
given() {
  status=$1 pattern=$2
  shift 2
  got=0
  "$bin" --replay "$replay" --config "$config" "$@" >"$work/out" 2>"$work/err" || got=$?
  if [ "$got" != "$status" ]; then
    fail "exit $got instead of $status: $*"
  elif [ -n "$pattern" ] && ! grep -qF -- "$pattern" "$work/err"; then
    fail "nothing says \"$pattern\": $*"
  else
    echo "PASS $*"
  fi
}

# output that is lost is not done
echo clara@example.org >"$work/list"
for words in 'timeline clara@example.org' 'timeline clara@example.org --format csv' 'find clara@example.org' "batch find $work/list" --version --help; do
  for where in full closed; do
    [ -c /dev/full ] || continue
    got=0
    if [ $where = full ]; then
      "$bin" --replay "$replay" --config "$config" $words >/dev/full 2>"$work/err" || got=$?
    else
      "$bin" --replay "$replay" --config "$config" $words >&- 2>"$work/err" || got=$?
    fi
    if [ "$got" = 3 ] && grep -q '^dossier: standard output: ' "$work/err"; then
      echo "PASS $where: $words"
    else
      fail "$where: exit $got: $words"
    fi
  done
done

# what cannot be read is no empty list, and what is too long no empty word
given 2 'the list cannot be read' batch find - <&-
given 2 'the list cannot be read' batch find - </
given 2 'standard input: ' shell <&-
given 2 'standard input: Is a directory' shell </
given 2 'is too long to name somebody' find "$(head -c 100000 /dev/zero | tr '\0' x)"
given 1 'no backend finds by receipt' find receipt:12
given 1 'no backend that can be asked is called nix' show rec:nix/1
given 2 'no backend is called "shp"' show -b shp clara@example.org
given 2 'no backend is called "nix"' backends try nix clara@example.org
given 2 '"dossier COMMAND --help" its own' find -b shop clara@example.org
given 2 '/nowhere/dossier.yaml: No such file' backends replay /nowhere find x
given 0 '' help find
given 2 '--newest: "0" is no number of rows' show -n 0 clara@example.org
given 2 '--newest: "few" is no number of rows' timeline --newest few clara@example.org
given 2 'wants one of these after it:' config
for words in 'backends --help' 'backends -h' 'help backends' '--help backends'; do
  given 0 '' $words
  if ! grep -q '^  dossier backends ping' "$work/out" || [ -s "$work/err" ]; then fail "$words does not list"; fi
done
given 2 'unknown command "timelien": did you mean timeline?' timelien clara@example.org
given 2 'unknown command "backend": did you mean backends?' backend list
given 2 'unknown command "xyzzy"; "dossier --help" lists them' xyzzy
given 2 '"backends" has no "pong": did you mean ping? It has:' backends pong
given 2 '"backends" has no "xyzzy"; it has:' backends xyzzy
given 2 'usage: dossier doctor' doctor extra

# the newest rows only, in every format, and how many there are besides
rows=$("$bin" --replay "$replay" --config "$config" timeline --format ndjson clara@example.org | wc -l)
"$bin" --replay "$replay" --config "$config" timeline --format ndjson clara@example.org | head -n 2 >"$work/first"
for format in ndjson csv; do
  given 0 "$((rows - 2)) older rows are not shown" timeline -n 2 --format $format clara@example.org
  if [ $format = ndjson ]; then cmp -s "$work/first" "$work/out" || fail "-n 2: other rows"; fi
  if [ $format = csv ]; then [ "$(wc -l <"$work/out")" = 3 ] || fail "-n 2 as csv"; fi
done
given 0 "$((rows - 2)) older rows are not shown" timeline -n 2 --format json clara@example.org
[ "$(grep -o '"kind":' "$work/out" | wc -l)" = 2 ] || fail "-n 2 as json"
given 0 "$((rows - 1)) older rows are not shown" show --newest 1 clara@example.org
[ "$(grep -c '^20[0-9-]* ' "$work/out")" = 1 ] || fail "-n 1 as text"
given 0 '1 older row is not shown' timeline -n $((rows - 1)) clara@example.org
given 0 '' timeline -n "$rows" clara@example.org
[ -s "$work/err" ] && fail "all rows are shown, and more are told"

# one is one
cat >"$work/one.yaml" <<'END'
connector: one
title: One
settings: {url: {required: true}}
record: {id: /id, email: /email}
find: {by: email, get: /c, each: /c, match: /email, query: {q: <value>}}
END
given 0 '' backends check "$work/one.yaml"
grep -qF 'well; 1 way to find, 0 pulls, 0 actions' "$work/out" || fail "counts: $(cat "$work/out")"

# that it may be somebody else stands directly below the name
for command in show timeline; do
  given 0 '' $command '+351 912-345-678'
  sed -n 2p "$work/out" | grep -q '^  careful ' || fail "$command: the second line is no warning"
done

# the first mistake is named where nothing can run, and where it concerns all
config=$work/house.yaml
sed 's/"zone":"[^"]*"/"zone":"Europe\/Berln"/' "$replay/dossier.yaml" >"$config"
given 0 'house.yaml:1: house: zone: "Europe/Berln"' find clara@example.org
echo '{"backend": {}}' >"$config"
given 4 'did you mean "backends"?' find clara@example.org
echo '{"house": {"name": "X"}}' >"$config"
given 4 'names no backends' find clara@example.org
given 4 'names no backends' config check
sed 's/"connector":"medusa"/"connector":"medusa","off":true/' "$replay/dossier.yaml" >"$config"
given 2 'the backend shop is switched off' timeline -b shop clara@example.org
given 2 'the backend shop is switched off' backends ping shop

got=0
"$bin" find x >"$work/out" 2>"$work/err" || got=$?
if [ "$got" = 4 ] && grep -qF "write $work/etc/dossier.yaml" "$work/err"; then
  echo "PASS no configuration"
else
  fail "no configuration: exit $got"
fi

# a library that is loaded when it is needed is not there: what it is, and the next step, once and not as a net or a file that comes back
mkdir "$work/lib"
echo "no library" >"$work/lib/libcurl.so.4"
echo "no library" >"$work/lib/libsqlite3.so.0"
cat >"$work/bare.yaml" <<END
agents: {ana: {name: Ana, login: ana, team: support}}
store: {path: $work/store.db}
backends: {shop: {connector: medusa, settings: {url: "http://127.0.0.1:9", email: a@example.com, password: x}}}
END
# lacks LIBRARY WORDS...
lacks() {
  library=$1
  shift
  got=0
  LD_LIBRARY_PATH=$work/lib LOGNAME=ana XDG_STATE_HOME=$work/state timeout 60 "$bin" --config "$work/bare.yaml" "$@" >"$work/out" 2>"$work/err" || got=$?
  if [ "$got" -ge 6 ] && [ "$got" -le 7 ] && [ "$(grep -c "library $library, which cannot be loaded (.*); install it" "$work/err")" = 1 ]; then
    echo "PASS without $library: $*"
  else
    fail "without $library, exit $got: $*"
  fi
}
lacks libcurl find ana@example.com
lacks SQLite desk
lacks SQLite outbox list

# on a terminal of 80 columns a row of show is a line
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  script -qec "stty cols 80 rows 24; exec '$bin' --plain --replay '$replay' --config '$replay/dossier.yaml' show clara@example.org" \
    /dev/null >"$work/out" 2>"$work/err" </dev/null || fail "a narrow terminal"
  if [ "$(tr -d '\r' <"$work/out" | wc -L)" -le 80 ] && grep -q 'shop 149.00 EUR  Order 7 refunded' "$work/out"; then
    echo "PASS a narrow terminal"
  else
    cat "$work/out"
    fail "a narrow terminal"
  fi
fi
exit $failed
