#!/bin/sh
# Views beside the customer's, over the practice backends at a fixed time: stock, knowledge, orders, notices.
# "views.sh write" writes what they are now, to be read before it is kept.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"

start --customers 20
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
DOSSIER_SRC=$(cd "$DOSSIER_SRC" && pwd)
kept=$DOSSIER_SRC/tests/ui/expected
export DOSSIER_DATADIR="$DOSSIER_SRC"
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support}
  tom: {name: Tom Pike, login: tom, team: shops, site: broadmead, role: counter}
backends:
  shop: {connector: medusa, rate: unlimited, settings: {url: "$(url shop)", email: admin@shop.example.com, password: practice-password}}
  till: {connector: square, rate: unlimited, settings: {url: "$(url till)", token: practice-till-token}}
  chat: {connector: intercom, rate: unlimited, settings: {url: "$(url chat)", token: practice-chat-token}}
store: {path: $dir/store.db}
END
mkdir "$dir/ana" "$dir/tom"

# views AGENT NAME SIZE [OPTIONS...]: the script on standard input; what it saves as X.screen is NAME-SIZE-X.txt
views() {
	shoot "$@" || return 0
	name=$2 size=$3
	for shot in "$dir"/*.screen; do
		[ -e "$shot" ] || { echo "FAIL $name $size saved nothing"; fails=$((fails + 1)); break; }
		to=$name-$size-$(basename "$shot" .screen).txt
		# ports differ from run to run
		sed -i 's/127\.0\.0\.1:[0-9]*/127.0.0.1:00000/g' "$shot"
		if [ "${write:-}" ]; then
			cp "$shot" "$kept/$to"
		elif ! diff -u "$kept/$to" "$shot"; then
			echo "FAIL $to"
			fails=$((fails + 1))
		fi
		rm -f "$shot" "$shot.svg"
	done
}
# shoot AGENT NAME SIZE [OPTIONS...]: the same without looking at what it saves
shoot() {
	agent=$1 name=$2 size=$3
	shift 3
	cat >"$dir/script"
	(cd "$dir" && LOGNAME=$agent HOME="$dir/$agent" timeout 60 "$DOSSIER_BIN" --config house.yaml --keys script --size "$size" \
		--now 2026-11-22T12:00:00Z "$@" 2>said) && return 0
	echo "FAIL $name $size"
	cat "$dir/said"
	fails=$((fails + 1))
	return 1
}
[ "${1:-}" = write ] && write=1

stock='settle
keys s
type CHINO-3230
keys Enter
settle
save stock.screen
keys j Enter
settle
save line.screen
keys Esc
type fbris
settle
save filter.screen
keys Enter G Enter
settle
save also.screen
keys s C-u
type no such thing
keys Enter
settle
save none.screen
keys ?
save help.screen'
for size in 60x16 80x24 100x30 200x50; do
	views tom stock $size <<END
$stock
END
done
views tom stock-mono 80x24 --color never <<END
$stock
END
LC_ALL=C
views tom stock-ascii 80x24 <<END
$stock
END
LC_ALL=C.UTF-8

# over a customer: the item of the chosen order, a discrepancy of the row, and back to the row that was chosen
views tom stock-of 80x24 <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys Tab Tab
settle
keys s
save ask.screen
keys Enter
settle
save stock.screen
keys d
save report.screen
type the shelf is empty
keys Enter
wait reported
gone it waits here
keys Esc
settle
save back.screen
END

# what they want is what is looked for; an article whole, and what no article holds
for size in 80x24 100x30 200x50; do
	views ana kb $size <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys b
save ask.screen
keys Enter
settle
save found.screen
keys b C-u
type direct billing
keys Enter
settle
keys Enter
save article.screen
keys Esc
type :kb zeppelin
keys Enter
settle
save none.screen
keys Esc
settle
END
done

# what a customer bought, how far it is, and one order whole
for size in 60x16 80x24 100x30 200x50; do
	views ana bought $size <<'END'
type /email:ingrid.solheim@example.org
keys Enter
settle
type :orders
keys Enter
settle
save orders.screen
keys j Enter
settle
save order.screen
keys Esc
type fchino
settle
save filter.screen
keys C-u
type zeppelin
settle
save none.screen
keys Esc S-Tab S-Tab
settle
save timeline.screen
END
done

# notices: none, one for my team that was written here, one for another, one whole
for size in 80x24 100x30; do
	rm -rf "$dir/store.db"* "$dir/ana/.local"
	views ana notices $size <<'END'
type :notices
keys Enter
settle
save none.screen
type :notice
keys Enter
wait INTERNAL notice
type The Leeds shop is closed on Tuesday for stock-taking. Pick-ups wait until Wednesday;
keys M-Enter
type tell whoever asks.
keys Enter
wait for which
settle
save for.screen
keys 1
wait until when
save until.screen
type +5d
keys Enter
wait notice shown
gone it waits here
settle
keys k
save told.screen
keys Enter
save one.screen
END
done

# one side is away, and what the other says is not to be trusted
control /faults -d '{"backend":"shop","hostile":"on"}' >/dev/null
control /faults -d '{"backend":"till","fail":1}' >/dev/null
shoot tom stock-bad 80x24 <<'END'
type :stock CHINO-3230
keys Enter
settle
save bad
keys j
save also
END
for shot in bad also; do
	has "$shot: the till is missing" "$(cat "$dir/$shot")" "till is missing here: till: GET"
	is "$shot: no escape" "$(LC_ALL=C tr -d -c '\000-\011\013-\037' <"$dir/$shot" | wc -c | tr -d ' ')" 0
	is "$shot: no column moved" "$(grep -c '   —   \(sellable\|reserved\)$' "$dir/$shot")" 9
done
control /faults -d '{"backend":"all","hostile":"off","fail":0}' >/dev/null
finish
