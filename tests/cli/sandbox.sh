#!/bin/sh
# dossier --sandbox and dossier sandbox start, stop, reset: one of our own, in a runtime folder of our own.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
[ -x "$DOSSIER_BIN-sandbox" ] || { echo "dossier-sandbox is not built"; exit 77; }
dir=$(mktemp -d)
export XDG_RUNTIME_DIR="$dir" XDG_STATE_HOME="$dir/state" DOSSIER_DATADIR=$(cd "$DOSSIER_SRC" && pwd)
trap '"$DOSSIER_BIN" sandbox stop 2>/dev/null; rm -rf "$dir"' EXIT
mkdir -m 700 "$dir/dossier"
fails=0
fail() { echo "FAIL $1"; fails=$((fails + 1)); }

"$DOSSIER_BIN" sandbox stop 2>/dev/null; [ $? = 1 ] || fail "stop without one is not found"
"$DOSSIER_BIN" --sandbox find email:owen.castell@example.com >"$dir/found" || fail "find in a sandbox that it starts"
grep -q "Owen Castell" "$dir/found" || fail "Owen is found"
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$dir/dossier/sandbox.json")
"$DOSSIER_BIN" sandbox start >"$dir/started" || fail "start"
grep -q "trousers" "$dir/started" || fail "start tells the stories"
[ "$pid" = "$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$dir/dossier/sandbox.json")" ] || fail "the same one goes on"
# what may have been meant where nobody is found
meant() {
	"$DOSSIER_BIN" --sandbox find "$2" >/dev/null 2>"$dir/said"
	[ $? = 1 ] || fail "find $2 finds nobody"
	if [ -n "$1" ]; then grep -qF "$1" "$dir/said"; else [ "$(wc -l <"$dir/said")" = 1 ]; fi || fail "find $2 says: $(cat "$dir/said")"
}
meant "did you mean loyalty:C-9999?" loyality:C-9999
meant "the family name is needed" Owen
meant "" foo:bar
meant "" "Nemo Nobody"
meant "" loyalty:C-9999
# the stories: each step of each can be typed as it stands
"$DOSSIER_BIN" sandbox story >"$dir/stories" || fail "story"
grep -q "^direct billing" "$dir/stories" && grep -q "^trousers" "$dir/stories" || fail "stories: $(cat "$dir/stories")"
"$DOSSIER_BIN" sandbox story Direct billing >"$dir/story" || fail "story direct billing"
"$DOSSIER_BIN" sandbox story direct-billing | cmp -s - "$dir/story" || fail "story direct-billing"
grep -q "tel:+447700900417" "$dir/story" || fail "whom the story is about: $(cat "$dir/story")"
"$DOSSIER_BIN" sandbox story nonesuch >/dev/null 2>&1; [ $? = 1 ] || fail "no such story"
"$DOSSIER_BIN" completion --list -- --sandbox backends ping "" | grep -qx shop || fail "completion of its backends"
"$DOSSIER_BIN" completion --list -- --sandbox contact end last --outcome "" | grep -qx solved || fail "completion of its outcomes"
"$DOSSIER_BIN" completion --list -- sandbox story "" | grep -qx direct-billing || fail "completion of stories"
for story in billing trousers; do
	"$DOSSIER_BIN" sandbox story $story | sed -n 's/^[0-9]*\. dossier //p' >"$dir/steps"
	[ "$(wc -l <"$dir/steps")" -ge 5 ] || fail "steps of $story"
	while read -r step; do
		eval "\"$DOSSIER_BIN\" $step" >"$dir/step" 2>"$dir/said" </dev/null || fail "$step: $? $(cat "$dir/said")"
		[ -s "$dir/step" ] || fail "$step says nothing"
	done <"$dir/steps"
done
"$DOSSIER_BIN" sandbox story billing --format ndjson | grep -q '"steps":\[{"type":"find' || fail "a story in NDJSON"
# each record that was found leads back to the same person, and to nobody else
for who in email:ingrid.solheim@example.org email:owen.castell@example.com; do
	"$DOSSIER_BIN" --sandbox find "$who" --format json >"$dir/found"
	name=$(sed 's/.*"candidates":\[{[^{]*"name":"\([^"]*\)".*/\1/' "$dir/found")
	records=$(grep -o 'rec:[a-z]*/[^"]*' "$dir/found" | sort -u)
	[ "$(echo "$records" | wc -l)" -ge 2 ] || fail "records of $who: $records"
	for record in $records; do
		"$DOSSIER_BIN" --sandbox find "$record" --format json >"$dir/one" || fail "find $record"
		[ "$(grep -o '"name":"'"$name"'"' "$dir/one" | wc -l)" -ge 1 ] || fail "$record is $name"
	done
done
"$DOSSIER_BIN" --sandbox find rec:social/0 >/dev/null 2>&1; [ $? = 1 ] || fail "a record that is not there"
printf 'email:owen.castell@example.com\nemail:ingrid.solheim@example.org\n' |
	"$DOSSIER_BIN" --sandbox batch show >"$dir/batch" 2>"$dir/counts" || fail "batch"
grep -q "2 done: 2 found" "$dir/counts" || fail "both are found: $(cat "$dir/counts")"
"$DOSSIER_BIN" sandbox reset || fail "reset"
# what was written goes with the practice backends, whether they were reset, ended or died
writes() { "$DOSSIER_BIN" --sandbox note email:owen.castell@example.com "$1" >/dev/null || fail "note $1"; }
written() { "$DOSSIER_BIN" --sandbox timeline email:owen.castell@example.com | grep -c "$1"; }
writes "before the reset"
[ "$(written "before the reset")" = 1 ] || fail "a note is kept while they run"
"$DOSSIER_BIN" sandbox reset || fail "reset"
[ "$(written "before the reset")" = 0 ] || fail "a note is gone after a reset"
writes "before the end"
"$DOSSIER_BIN" sandbox stop || fail "stop"
[ ! -e "$dir/dossier/sandbox-store" ] || fail "the case store is gone after stop"
writes "before a death"
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$dir/dossier/sandbox.json")
kill -9 "$pid"
while grep -qs "^State:[^ZX]*$" "/proc/$pid/status"; do sleep 0.02; done
[ "$(written "before a")" = 0 ] || fail "a new start forgets"
# those who start it at once use one and the same, and none forgets what another wrote
for round in 1 2 3; do
	"$DOSSIER_BIN" sandbox stop 2>/dev/null
	starts=
	for i in 1 2 3 4; do "$DOSSIER_BIN" --sandbox note email:owen.castell@example.com "at once $round.$i" >/dev/null 2>>"$dir/at-once" & starts="$starts $!"; done
	for one in $starts; do wait "$one" || fail "round $round: one who starts it at once: $(cat "$dir/at-once")"; done
	[ "$(written "at once")" = 4 ] || fail "round $round: notes of those who start it at once: $(written "at once")"
done
case $(stat -c %a "$dir/dossier/sandbox.yaml") in 600) ;; *) fail "the configuration is not private" ;; esac
"$DOSSIER_BIN" sandbox stop || fail "stop"
[ -e "$dir/dossier/sandbox.json" ] && fail "it is gone after stop"
"$DOSSIER_BIN" sandbox reset 2>/dev/null; [ $? = 1 ] || fail "reset without one is not found"
# A number that belongs to another program by now is left alone.
printf '{"v":1,"pid":%d,"control":"http://127.0.0.1:1","backends":[],"stories":[]}' $$ >"$dir/dossier/sandbox.json"
"$DOSSIER_BIN" sandbox stop 2>/dev/null; [ $? = 1 ] || fail "another program is not stopped"
rm -f "$dir/dossier/sandbox.json"

# An uninstalled program finds its data by itself, wherever it is called from.
here=$(dirname "$(readlink -f "$DOSSIER_BIN")")
if [ -f "$here/config.status" ] && [ -d "$here/../connectors" ]; then
	(cd "$dir" && env -u DOSSIER_DATADIR "$here/dossier" --sandbox find email:owen.castell@example.com) >"$dir/found" 2>"$dir/said" ||
		fail "find without DOSSIER_DATADIR: $(cat "$dir/said")"
	grep -q "Owen Castell" "$dir/found" || fail "Owen is found without DOSSIER_DATADIR"
	"$DOSSIER_BIN" sandbox stop || fail "stop"
else
	echo "SKIP data found by an uninstalled program: this build does not stand below its source"
fi

# Whoever waits for a turn is told for whom: by its process, where it signed and lives.
# waits SIGNED WORDS
waits() {
	: >"$dir/hold"
	: >"$dir/said"
	flock "$dir/dossier/sandbox.turn" sh -c 'echo "$1" | sed "s/self/$$/" >"$2/dossier/sandbox.turn"; echo $$ >"$2/holder"; while [ -e "$2/hold" ]; do sleep 0.02; done' - "$1" "$dir" &
	until [ -s "$dir/holder" ]; do sleep 0.02; done
	timeout 60 "$DOSSIER_BIN" sandbox stop 2>"$dir/said" &
	until grep -q waiting "$dir/said" || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
	rm "$dir/hold"
	wait
	grep -qF "$(echo "$2" | sed "s/self/$(cat "$dir/holder")/")" "$dir/said" || fail "signed $1, whom it waits for: $(cat "$dir/said")"
	rm "$dir/holder"
}
if command -v flock >/dev/null; then
	waits self "waiting for process self, another dossier that starts, ends or resets the sandbox"
	waits "" "waiting for another dossier that"
	waits "-1 or so" "waiting for another dossier that"
else
	echo "SKIP whom it waits for: no flock(1)"
fi
"$DOSSIER_BIN" sandbox stop 2>"$dir/said"
grep -q waiting "$dir/said" && fail "nobody is waited for"

# ./bootstrap demo with its build at hand; a note stands for what is done at the workstation.
mkdir -p "$dir/tree/build"
bin=$(readlink -f "$DOSSIER_BIN")
cat >"$dir/tree/build/dossier" <<END
#!/bin/sh
[ "\$*" = --sandbox ] || exec "$bin" "\$@"
exec "$bin" --sandbox note email:owen.castell@example.com "at the workstation"
END
chmod +x "$dir/tree/build/dossier"
sed '/^case ${1:-} in/,$d' "$DOSSIER_SRC/bootstrap" >"$dir/tree/demo"
echo demo >>"$dir/tree/demo"
runs() { [ -e "$dir/dossier/sandbox.json" ]; }
sh "$dir/tree/demo" </dev/null >"$dir/demo" 2>&1 || fail "demo without a terminal: $(cat "$dir/demo")"
grep -q "WANTS" "$dir/demo" || fail "demo shows a customer: $(cat "$dir/demo")"
runs && fail "demo without a terminal ends what it started"
"$DOSSIER_BIN" sandbox start >/dev/null || fail "start"
sh "$dir/tree/demo" </dev/null >"$dir/demo" 2>&1 || fail "demo on a running one: $(cat "$dir/demo")"
runs || fail "demo leaves alone what ran before it"
"$DOSSIER_BIN" sandbox stop || fail "stop"
if command -v script >/dev/null; then
	echo | timeout 60 script -qec "sh '$dir/tree/demo'" /dev/null >"$dir/demo" || fail "demo on a terminal: $(cat "$dir/demo")"
	grep -q "sandbox stop  *ends them" "$dir/demo" || fail "demo says how it ends: $(cat "$dir/demo")"
	runs || fail "the practice backends go on after the workstation"
	[ "$(written "at the workstation")" = 1 ] || fail "what was done at the workstation is there"
	"$DOSSIER_BIN" sandbox stop || fail "stop"
else
	echo "SKIP the demo on a terminal: no script(1)"
fi
[ "$fails" = 0 ]
