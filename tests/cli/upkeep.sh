#!/bin/bash
# What is seldom done and must be right: retention under a legal hold, a closed field revealed, drafts found again,
# undo, and a store that is read-only or of a newer version.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
start --customers 20
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
house() {
	cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support}
  ada: {name: Ada Holm, login: ada, team: office, role: admin}
  pat: {name: Pat Quill, login: pat, team: outside, role: partner}
backends:
$(practice chat)
store: {path: $dir/store.db}
masks: [{field: profile.addresses, level: 2}]
$1
END
}
house ""
owen=email:owen.castell@example.com
# as AGENT STATUS WORDS...: what it says is in out and said
as() {
	agent=$1 wanted=$2
	shift 2
	mkdir -p "$dir/$agent"
	LOGNAME=$agent HOME="$dir/$agent" timeout 60 "$DOSSIER_BIN" --config "$dir/house.yaml" "$@" >"$dir/out" 2>"$dir/said"
	got=$?
	[ "$got" = "$wanted" ] || { echo "FAIL $agent: exit $got instead of $wanted: $*: $(cat "$dir/said")"; failed; }
}
shows() { has "$1 shown" "$(cat "$dir/out")" "$1"; }
says() { has "$1 said" "$(cat "$dir/said")" "$1"; }
lacks() { case $(cat "$dir/out") in *"$1"*) echo "FAIL $1 is shown: $(cat "$dir/out")"; failed ;; esac; }

# keys NOW: ana's workstation by the script on standard input
keys() {
	cat >"$dir/script"
	(cd "$dir" && LOGNAME=ana HOME="$dir/ana" timeout 60 "$DOSSIER_BIN" --config house.yaml --keys script --size 80x24 --now "$1" >/dev/null 2>said) ||
		{ echo "FAIL by keys: $(cat "$dir/said")"; failed; }
}

# Retention spares whom a legal hold names, and deletes nothing when all are held.
mkdir -p "$dir/ana"
keys 2024-11-22T10:00:00Z <<END
type /$owen
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
type to be kept for the court
keys Enter
wait saved
settle
END
as ana 0 show $owen -f json -n 1
person=$(sed 's/.*"persons":\["\([^"]*\)".*/\1/' "$dir/out")
case $person in
????????-????-????-????-????????????) ;;
*) echo "FAIL show names no person: $(head -c 600 "$dir/out")"; failed ;;
esac
house "retention: {note: 400d}
legal_hold: all"
as ada 5 store retain
says "legal_hold"
house "retention: {note: 400d}
legal_hold: [$person]"
as ana 5 store retain
as ada 0 store retain
shows "note"
as ana 0 search court
house "retention: {note: 400d}
legal_hold: [17]"
as ada 5 store retain
as ana 0 search court
house "retention: {note: 400d}"
as ada 0 store retain
as ana 1 search court
house ""

# A closed field is revealed with a reason only, and that is kept.
as ana 0 show $owen -f json -n 1
shows '"masked":["addresses"]'
lacks "Bristol"
as ana 2 reveal $owen profile.addresses
as ana 0 reveal $owen profile.addresses --reason "checks where the parcel went"
shows "Bristol"
as ada 0 report views --of $owen
shows "checks where the parcel went"

# What was typed and not sent is listed, read and thrown away by whoever typed it.
keys 2026-11-22T10:00:00Z <<END
type /$owen
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
type half a thought
settle
keys Esc
settle
END
as ana 0 drafts -f json
shows "half a thought"
draft=$(member id <"$dir/out")
as ana 0 drafts show "$draft"
shows "half a thought"
as ada 0 drafts
lacks "half a thought"
as ana 0 drafts discard "$draft"
as ana 0 drafts
lacks "half a thought"

# What can be undone is; what cannot says so.
as ana 0 link $owen loyalty:LF-999999
as ana 0 show $owen -f json -n 1
shows "LF-999999"
as ana 0 undo $owen
as ana 0 show $owen -f json -n 1
lacks "LF-999999"

# The newest of all: a note says that it stays, and neither an older link nor one of the minting is touched.
as ana 0 link $owen loyalty:LF-999998
as ana 0 note $owen "one"
as ana 5 undo $owen
says "a note cannot be undone"
as ana 0 show $owen -f json -n 1
shows "LF-999998"

# By the code that is printed after each write: a link is undone, a note's words are taken away.
as ana 0 link $owen loyalty:LF-999997
code=$(awk 'NR == 2 { print $1 }' "$dir/out")
as ana 0 note $owen "to be taken away"
words=$(awk 'NR == 2 { print $1 }' "$dir/out")
as ana 0 undo "$code"
as ana 0 show $owen -f json -n 1
lacks "LF-999997"
as ada 0 redact "$words" privacy
as ana 1 undo ZZZZZZZZ
says "has the id or code"

# A store that cannot be written, or is of a newer version: a sentence with the next step, and the note waits.
as ana 0 note $owen "before"
as ana 0 store status
cp "$dir/store.db" "$dir/kept.db"
# the version stands in four bytes of the file's head, the most significant first (SQLite's file format, 1.3)
printf '\000\000\000\143' | dd of="$dir/store.db" bs=1 seek=60 conv=notrunc 2>/dev/null
as ana 0 note $owen "typed at a newer store"
says "no later than 1"
as ana 6 store status
dd if="$dir/kept.db" of="$dir/store.db" bs=1 skip=60 seek=60 count=4 conv=notrunc 2>/dev/null
as ana 0 sync
as ana 0 search typed newer
shows "typed at a newer store"

# After a look, too, each file alone is whole: a log that is left would be read into a backup that is put in its place.
as ana 0 show $owen
shows "Owen"
logs=$(find "$dir" -name '*.db-wal' -size +0)
[ -z "$logs" ] || { echo "FAIL a look leaves a log: $logs"; failed; }
finish
