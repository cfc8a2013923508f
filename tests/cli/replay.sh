#!/bin/sh
# Look-ups over replies that were captured from a real help desk and a real shop (tests/replay), compared
# with what they are known to give. "replay.sh write" writes what they give now, to be read before it is kept.
set -eu
src=${DOSSIER_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${DOSSIER_BIN:-$src/build/dossier}
replay=$src/tests/replay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$work" XDG_RUNTIME_DIR="$work" DOSSIER_DATADIR="$src" DOSSIER_SYSCONFDIR="$work"
[ "${1:-}" = write ] && mkdir -p "$replay/expected"

failed=0
# given NAME STATUS WORDS...
given() {
  name=$1 status=$2
  shift 2
  got=0
  "$bin" --replay "$replay" --config "$replay/dossier.yaml" "$@" >"$work/out" 2>"$work/err" || got=$?
  # when a source was asked, how long it took, and how long ago all began is of this moment
  sed 's/"why":null,"since":"[^"]*"/"why":null,"since":"NOW"/g; s/"ms":[0-9]*/"ms":0/g; s/"days":[0-9]*/"days":0/g; s/^\(EFFORT *\)[0-9]* days\{0,1\} · /\1/' "$work/out" >"$work/$name"
  if [ "$got" != "$status" ]; then
    echo "FAIL $name: exit $got instead of $status: dossier $*"
    cat "$work/err"
    failed=1
  elif [ -n "${write:-}" ]; then
    cp "$work/$name" "$replay/expected/$name"
  elif ! diff -u "$replay/expected/$name" "$work/$name"; then
    echo "FAIL $name: dossier $*"
    cat "$work/err"
    failed=1
  elif [ "$status" = 0 ] && [ -s "$work/err" ]; then
    echo "FAIL $name: complains: dossier $*"
    cat "$work/err"
    failed=1
  else
    echo "PASS $name"
  fi
}
[ "${1:-}" != write ] || write=1

given maria-find.txt 0 find '+351 912-345-678'
given maria-find.json 0 find '+351 912-345-678' --format json
given maria-timeline.txt 0 timeline '+351 912-345-678'
given maria-timeline.json 0 timeline '+351 912-345-678' --format json
given clara-show.txt 0 show clara@example.org
given clara-timeline.json 0 timeline clara@example.org --format json
given anna-find.txt 0 find anna.krueger@example.org
given anna-timeline.txt 0 timeline anna.krueger@example.org
given jonas-show.txt 0 show jonas.brandt@example.com
given jonas-timeline.csv 0 timeline jonas.brandt@example.com --format csv
given order-4-find.txt 0 find order:4
given order-4-timeline.txt 0 timeline order:4
# nothing was captured for this one: every backend fails, and nothing is asked of anybody
given stranger.txt 7 find stranger@example.com

# what failed, and how, stands in a document about nobody too
"$bin" --replay "$replay" --config "$replay/dossier.yaml" show stranger@example.com --format json >"$work/out" 2>/dev/null || :
if grep -q '"status":"failed","sources":\[{"backend":"desk","state":"failed","error":"notfound".*\],"masked":\[\]}$' "$work/out"; then
  echo "PASS stranger in JSON"
else
  echo "FAIL stranger in JSON"
  cat "$work/out"
  failed=1
fi

# results that could not be written are no success
status=0
"$bin" --replay "$replay" --config "$replay/dossier.yaml" find maria.santos@example.com >/dev/full 2>"$work/err" || status=$?
if [ $status != 3 ] || ! grep -q 'standard output: No space left' "$work/err"; then
  echo "FAIL full disk: exit $status"
  failed=1
else
  echo "PASS full disk"
fi

# the log says what was asked, and of nobody whom it was about
"$bin" --replay "$replay" --config "$replay/dossier.yaml" --log "$work/log" timeline maria.santos@example.com >/dev/null
"$bin" --replay "$replay" --config "$replay/dossier.yaml" --log "$work/log" find clara@example.org >/dev/null
"$bin" --replay "$replay" --config "$replay/dossier.yaml" --log "$work/log" find stranger@example.com >/dev/null 2>&1 || :
if ! grep -q 'desk: #1 GET /REST/2.0/users?query=' "$work/log" || grep -i -e maria -e santos -e clara -e stranger -e 9876543 "$work/log"; then
  echo "FAIL log: names a customer, or not the requests"
  failed=1
else
  echo "PASS log"
fi
exit $failed
