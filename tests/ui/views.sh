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
$(practice shop till chat)
store: {path: $dir/store.db}
END
mkdir "$dir/ana" "$dir/tom"

# views AGENT NAME SIZE [OPTIONS...]: the script on standard input; what it saves as X.screen is NAME-SIZE-X.txt
views() {
	shoot "$@" || return 0
	name=$2 size=$3
	for shot in "$dir"/*.screen; do
		[ -e "$shot" ] || { echo "FAIL $name $size saved nothing"; failed; break; }
		to=$name-$size-$(basename "$shot" .screen).txt
		# ports differ from run to run
		sed -i 's/127\.0\.0\.1:[0-9]*/127.0.0.1:00000/g' "$shot"
		if [ "${write:-}" ]; then
			cp "$shot" "$kept/$to"
		elif ! diff -u "$kept/$to" "$shot"; then
			echo "FAIL $to"
			failed
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
	failed
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
wait another word
wait INTERNAL discrepancy about 
save report.screen
keys 1
wait what is wrong
type the shelf is empty
keys Enter
wait reported
gone it waits here
keys Esc
settle
save back.screen
END

# a row of stock that is reported takes its site and what both sides say along, and is never empty; the desk names it
views ana stock-row 80x24 <<'END'
keys s C-u
type CHINO-3230
keys Enter
wait Bristol Broadmead
settle
type fBroadmead
keys Enter
settle
keys d
wait another word
keys 1
wait what is wrong
breathe
keys Enter
settle
save empty.screen
type rail is bare
keys Enter
wait reported
gone it waits here
settle
keys D
wait rail is bare
settle
save desk.screen
END
list=$(LOGNAME=ana "$DOSSIER_BIN" --config "$dir/house.yaml" discrepancy list --format json)
case $list in
*'"site":"broadmead"'*'"says":"Larkfield Bristol Broadmead: web 4, shop 1'*) ;;
*) echo "FAIL what is reported: $list"; failed ;;
esac

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
keys Enter
wait for which team
settle
save team.screen
keys S-Tab
wait for which site
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

# a code scanned in every view leads to its item, in a text it stays without its Enter
cp "$dir/house.yaml" "$dir/unmarked.yaml"
cat >>"$dir/house.yaml" <<'END'
scanner: {prefix: "\x02", suffix: "\x03"}
identities:
  - {type: loyalty, pattern: "29[0-9]{11}"}
END
shoot tom scans 80x24 <<'END'
settle
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
settle
keys Esc
wait Who is on the line?
keys ?
wait keys of
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
keys Esc Esc
wait Who is on the line?
type ::back
wait backends
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
keys Esc
wait Who is on the line?
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
settle
type :kb card
keys Enter
wait Paying by card
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
keys Esc
wait Paying by card
type :notices
keys Enter
wait :notice writes one
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
keys Esc
wait :notice writes one
type :backends
keys Enter
wait r asks them anew
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
keys Esc Esc Esc Esc Esc
wait Owen Castell
keys n
wait INTERNAL note
type has no size
scan 2004700000238
wait has no size2004700000238
settle
save note
keys Esc
settle
scan 2912345678906
wait scanned:
save both
keys 2
wait nobody knows how many of "2912345678906"
END
has "a scan in a note is text" "$(cat "$dir/note")" "Enter saves"
has "the house's pattern is offered first" "$(cat "$dir/both")" "1 find 2912345678906"
has "and the item" "$(cat "$dir/both")" "2 stock of 2912345678906"
# without marks a code is digits and Enter: faster than anybody types it is an item's
mv "$dir/unmarked.yaml" "$dir/house.yaml"
shoot tom unmarked 80x24 <<'END'
settle
scan 2004700000238
wait 2004700000238  Fenside Chino 32/30
settle
scan 07700900417
wait Owen Castell
settle
scan 96385074
wait scanned:
save both
keys Esc
type 200470
breathe
type 0000238
breathe
keys Enter
wait scanned:
keys 1
wait 2004700000238  Fenside Chino 32/30
END
has "a short code may be an order" "$(cat "$dir/both")" "find 96385074"

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
	is "$shot: no column moved" "$(grep -c ' — \(sellable\|reserved\)$' "$dir/$shot")" 9
done
control /faults -d '{"backend":"all","hostile":"off","fail":0}' >/dev/null
finish
