#!/bin/sh
# Screens of the workstation, driven by scripts over captured replies at a fixed size and time, compared with
# those that were read and kept. "screens.sh write" writes what they are now, to be read before it is kept.
set -eu
src=${DOSSIER_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${DOSSIER_BIN:-$src/build/dossier}
kept=$src/tests/ui/expected
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$work" XDG_RUNTIME_DIR="$work" DOSSIER_DATADIR="$src" DOSSIER_SYSCONFDIR="$work" LOGNAME=ana
unset NO_COLOR
failed=0

# screens NAME SIZE SCRIPT-LINES [OPTIONS...]: the script saves NAME-SIZE-*.txt
screens() {
  name=$1 size=$2 script=$3
  shift 3
  (cd "$work" && printf '%s\n' "$script" >"$name.keys" &&
    "$bin" --replay "$src/tests/replay" --config "$src/tests/replay/dossier.yaml" --now 2026-11-23T12:41:00Z \
      --keys "$name.keys" --size "$size" "$@" 2>err) || { echo "FAIL $name $size"; cat "$work/err"; failed=1; return 0; }
  for shot in "$work"/*.screen; do
    [ -e "$shot" ] || { echo "FAIL $name $size saved nothing"; failed=1; break; }
    case $shot in *.svg) continue ;; esac
    to=$name-$size-$(basename "$shot" .screen).txt
    if [ -n "${write:-}" ]; then
      cp "$shot" "$kept/$to"
    elif ! diff -u "$kept/$to" "$shot"; then
      echo "FAIL $to"
      failed=1
    fi
    rm -f "$shot" "$shot.svg"
  done
}
[ "${1:-}" = write ] && { write=1; mkdir -p "$kept"; }

tour='settle
save home.screen
type +351912345678
save ask.screen
keys Enter
settle
save customer.screen
keys j Enter
save detail.screen
keys Esc Tab Tab Tab Tab
save profile.screen
keys ?
save help.screen
keys Esc
type ::fil
save palette.screen
keys Enter
type phone
settle
save filter.screen'
for size in 60x16 80x24 100x30 200x50; do
  screens tour $size "$tour"
done
screens mono 80x24 "$tour" --color never

# orders, and somebody known under two records
screens orders 80x24 'type /order:4
keys Enter
settle
save orders.screen
keys Enter
save detail.screen'
screens two 100x30 'type /anna.krueger@example.org
keys Enter
settle
save customer.screen
keys S-Tab
save profile.screen'

# no UTF-8: the same columns, in ASCII
LC_ALL=C
screens ascii 80x24 "$tour"
LC_ALL=C.UTF-8

# a terminal that became too small, and large again
screens small 80x24 'settle
resize 40x10
save small.screen
resize 80x24
save again.screen'

# a paste is somebody to be found, never keys; what is typed ahead runs in the view it was meant for
screens hand 80x24 'settle
paste maria.santos@example.com\nqqqq:quit
save paste.screen
keys Esc / c l a r a @ e x a m p l e . o r g Enter j j Enter
settle
save ahead.screen
keys q
type fdeliv
settle
save filter.screen
keys Esc
settle
save unfiltered.screen'

[ $failed = 0 ] && echo "screens are as they were"
exit $failed
