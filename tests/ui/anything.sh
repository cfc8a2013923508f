#!/bin/sh
# Every view with text of any kind (harmful, wide, from right to left, combining, very long), with nobody's history and
# with 100,000 rows, small to large, in colours and without, compared with the screens that were read and kept.
# "anything.sh write" writes what they are now.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
DOSSIER_SRC=$(cd "$DOSSIER_SRC" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir" LOGNAME=ana
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
kept=$DOSSIER_SRC/tests/ui/expected
write=
[ "${1:-}" = write ] && write=1
fails=0
fail() { echo "FAIL $*"; fails=$((fails + 1)); }

mkdir "$dir/replies"
cp -r "$DOSSIER_SRC/tests/ui/anything" "$dir/replies/any"
chmod -R u+w "$dir/replies"
awk 'BEGIN {
	printf "request: GET /list?customer=M1\nstatus: 200\ncontent-type: application/json\n\n{\"items\":[\n"
	split("call chat email social visit note order ticket", kind, " ")
	split("a hat,the bill,an umbrella", thing, ",")
	for (i = 0; i < 100000; i++)
		printf "%s{\"id\":\"m%d\",\"kind\":\"%s\",\"way\":\"in\",\"at\":\"20%02d-%02d-%02dT%02d:%02d:00Z\",\"title\":\"thing %d about %s\",\"agent\":\"%s\"}",
			i ? ",\n" : "", i, kind[i % 8 + 1], 26 - int(i / 9000), 10 - int(i / 900) % 10, 28 - int(i / 30) % 28, 23 - i % 24, i % 60, i, thing[i % 3 + 1], i % 2 ? "Raj Patel" : "Mia Berg"
	print "\n]}"
}' >"$dir/replies/any/0010-list-m1.txt"
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents: {ana: {name: Ana Lima, login: ana, team: support}}
backends: {any: {connector: $DOSSIER_SRC/tests/ui/any-text.yaml, settings: {url: "http://127.0.0.1:1"}}}
store: {path: $dir/store.db}
contacts: {channels: [phone, chat]}
END
chmod 600 "$dir/house.yaml"

# screens NAME SIZE [OPTIONS...]: the script on standard input; what it saves as X is NAME-SIZE-X
screens() {
	name=$1 size=$2
	shift 2
	cat >"$dir/script"
	rm -rf "$dir/shots" && mkdir "$dir/shots"
	(cd "$dir/shots" && timeout 60 "$DOSSIER_BIN" --replay "$dir/replies" --config "$dir/house.yaml" --keys "$dir/script" --size "$size" \
		--now 2026-11-22T12:41:00Z "$@" 2>"$dir/said") || { fail "$name $size"; head -n 40 "$dir/said" | cut -c1-120; }
	for shot in "$dir"/shots/*; do
		base=$(basename "$shot")
		to=$name-$size-$base.txt
		case $base in
		*.svg) case ${pictures:-} in *"$base"*) to=$name-$size-$base ;; *) continue ;; esac ;;
		*)
			# whatever came in: no row is wider than the terminal, and no control or bidirectional character got out
			[ "$(wc -L <"$shot")" -le "${size%x*}" ] || fail "$to is wider than $size"
			! LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$shot" || fail "$to: a control character"
			;;
		esac
		if [ "$write" ]; then
			cp "$shot" "$kept/$to"
		elif ! diff -u "$kept/$to" "$shot"; then
			fail "$to is not as it was"
		fi
	done
}

every='patient
settle
save home
type 07700900555
keys Enter
wait people match
breathe
save find
keys Enter
settle
save customer
keys Enter
save detail
keys Esc =
settle
save compare
keys Esc Tab
save cases
keys Tab
save orders
keys Tab
save notes
keys Tab
save profile
keys Tab f
type kind:chat
wait kind:chat
settle
save filter
keys Esc ?
save help
keys Esc n
wait no case store
breathe
keys /
type مرحبا 日本語 é👩
wait 日本語
save field
keys C-u Esc
type ::note
save palette
keys Esc
type :backends
keys Enter
settle
save backends
keys Esc
type :drafts
keys Enter
settle
save drafts'
for size in 60x16 80x24 100x30 200x50; do
	screens any $size <<-END
	$every
	END
done
# colours and none: the picture has them
pictures="customer.svg"
for color in always never; do
	screens "any-$color" 80x24 --color $color <<-'END'
	type /wide@example.com
	keys Enter
	wait timeline
	settle
	save customer
	END
done
pictures=
screens empty 80x24 <<'END'
type /empty@example.com
keys Enter
wait Eve Empty
settle
save customer
keys Enter j G
type fx
settle
save filter
END
screens nobody 80x24 <<'END'
type 07700900556
keys Enter
wait 556
settle
save customer
END
for size in 80x24 200x50; do
	screens many $size <<-'END'
	type /many@example.com
	keys Enter
	wait timeline 100000
	settle
	save customer
	keys G
	save bottom
	keys g Space Space j j j Enter
	save detail
	keys Esc g f
	type kind:chat umbrella
	wait kind:chat umbrella
	settle
	save filter
	END
done
[ "$fails" = 0 ] && echo "screens are as they were"
exit "$((fails > 0))"
