#!/bin/sh
# :raw shows what the backend or the store really said of a row; where the house closes fields, nothing closed is readable there.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
start --customers 50 --seed 7
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" LOGNAME=ana XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support}
backends:
$(practice till chat)
store: {path: $dir/store.db}
END
sed 's/^store:/masks: [{field: row.text, level: 2}, {field: identity.email, level: 2}]\nstore:/' "$dir/house.yaml" >"$dir/closed.yaml"

# as HOUSE NAME: the script on standard input, its screens in $dir/NAME
as() {
	cat >"$dir/script"
	(cd "$dir" && timeout 60 "$DOSSIER_BIN" --config "$1.yaml" --keys script --size 80x24 --now 2026-11-22T12:00:00Z 2>said) && return 0
	echo "FAIL $2"
	cat "$dir/said"
	failed
}
shows() { has "$1" "$(cat "$dir/$1" 2>/dev/null)" "$2"; }
shows_not() { hasnt "$1" "$(cat "$dir/$1" 2>/dev/null)" "$2"; }
to_chat='type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
type fout of 32
keys Enter
settle
type :raw
keys Enter
wait as it came
settle'

as house open <<END
$to_chat
save open
type femail
keys Enter
settle
save filtered
keys Enter
save line
keys Esc q
wait timeline
keys f Esc
settle
keys n
type seen at the till
keys Enter
wait note saved
wait seen at the till
settle
keys g
type :raw
keys Enter
settle
save entry
END
shows open "chat conversations.parts"
shows open '"part_type":"comment"'
shows open 'The shop is out of 32'
shows filtered '"email":"ingrid.solheim@example.org"'
shows_not filtered '"part_type"'
shows entry '"type":"note"'
shows entry 'seen at the till'

as closed closed <<END
type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
type ffrom:chat
keys Enter
settle
type :raw
keys Enter
wait as it came
settle
save masked
keys q
type ffrom:dossier
keys Enter
settle
type :raw
keys Enter
settle
save closed
END
shows masked '"body":"(masked)"'
shows masked '"type":"(masked)"'
shows_not masked "out of 32"
shows_not masked "example.org"
shows closed "its words are closed here"
shows_not closed "seen at the till"

finish
