#!/bin/sh
# Every view, and what opens over one, at three sizes: the text, and in which colours it stands, compared with what was
# read and kept; without colour the text must be the same, since nothing is told by colour alone. What people wrote is
# wide, from right to left, long, or wants to be an escape sequence. "every.sh write" writes what they are now.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
DOSSIER_SRC=$(cd "$DOSSIER_SRC" && pwd)
kept=$DOSSIER_SRC/tests/ui/expected
write=
[ "${1:-}" = write ] && write=1
start --customers 20
export LC_ALL=C.UTF-8 TZ=UTC XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME VISUAL EDITOR
# what the story leaves: each size begins with a copy of it
seat=$dir/seat
mkdir -p "$seat/ana" "$seat/raj" "$seat/sue" "$dir/shots"
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support}
  raj: {name: راج 佐藤 Patel, login: raj, team: billing}
  sue: {name: Sue Hall, login: sue, team: support, role: supervisor}
backends:
$(practice shop till chat)
  paper: {connector: till-export}
store: {path: $seat/store.db}
contacts:
  channels: [phone, chat]
  done: [password reset, callback]
  outcomes: {solved: {status: solved}, waiting: {status: waiting}}
handoffs: {reasons: [billing, technical]}
END
chmod 600 "$dir/house.yaml"

# as AGENT TIME SIZE [OPTIONS...]: the script on standard input, its screens in $dir/shots
as() {
	agent=$1 at=$2 size=$3
	shift 3
	cat >"$dir/script"
	(cd "$dir/shots" && LOGNAME=$agent HOME="$seat/$agent" timeout 60 "$DOSSIER_BIN" --config ../house.yaml --keys ../script \
		--size "$size" --now "$at" "$@" 2>../said) && return 0
	echo "FAIL $agent at $at, $size $*"
	cat "$dir/said"
	failed
	return 1
}

# A paper till's customer has Ingrid's number, and a name that wants to be an escape sequence.
{
	echo 'Shop;Receipt;Time;Customer;E-mail;Phone;Loyalty no;Total;State;Articles'
	printf '東京 Ginza;7001;2026-11-19T15:30:00Z;"\033]0;x\007\033[2J\342\200\256مرحبا\342\200\254 田中 Anna\314\201\314\201\314\201";odd@example.org;'
	printf '07700 900862;L-7;12.50;paid;1 傘 👩‍👧 مظلة \033[31mred %0300d\n' 0
} >"$dir/paper.csv"
LOGNAME=sue HOME="$seat/sue" "$DOSSIER_BIN" --config "$dir/house.yaml" feed load paper "$dir/paper.csv" >"$dir/said" 2>&1 ||
	is "the paper till" "$(cat "$dir/said")" ""

ingrid='type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle'
as raj 2026-11-21T16:00:00Z 100x30 <<END
$ingrid
type :contact
keys Enter 1
wait contact begun
settle
keys c
type 傘が壊れた: المظلة مكسورة ولا أحد يرد على رسائلي منذ أسبوعين، أريد استرداد المبلغ
keys Enter
wait those with a tick
keys Enter
wait WANTS     傘
breathe
keys e
type the till pays back, 払い戻し, form B7
keys Enter
wait NEXT      the till
breathe
keys w 1 Enter 2
wait wrapped up
settle
keys p
type call back, قريبا
keys Enter
type +2h
keys Enter
wait PROMISED  call back
settle
type :notice
keys Enter
wait INTERNAL notice
type 梅田店は火曜日休み. The Leeds shop is closed on Tuesday for stock-taking, and nobody answers its telephone before ten.
keys Enter
wait for which
settle
keys 1
wait until when
type +5d
keys Enter
wait notice shown
gone it waits here
settle
END
as raj 2026-11-22T09:00:00Z 100x30 <<END
$ingrid
keys h 1 1
wait Enter sends it
keys Enter
wait offered
settle
END
as ana 2026-11-22T09:15:00Z 100x30 <<END
$ingrid
type :contact
keys Enter 1
wait contact begun
settle
keys p
type send a label, 送り状
keys Enter
type 11:30
keys Enter
wait PROMISED
settle
keys w 2 Enter Enter
wait wrapped up
settle
keys n
wait INTERNAL
type half a sentence, 半分の文, نصف جملة
keys Esc
wait kept as a draft
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys z
wait parked
settle
END
[ "$(failures)" = 0 ] || finish
stood=$dir/stood
cp -a "$seat" "$stood"

cat >"$dir/every" <<'END'
patient
settle
save desk
type 07700900862
keys Enter
wait people match
breathe
save find
keys Enter
wait Ingrid Solheim
settle
save customer
keys Enter
save detail
keys Esc =
settle
save compare
keys Esc Tab
save cases
keys Enter
save case
keys Esc Tab
save orders
keys Enter
save order
keys Esc Tab
save notes
keys Tab
save profile
keys Tab
type ffrom:chat
keys Enter
settle
type :raw
keys Enter
settle
save raw
keys q a
settle
save act
keys Esc n
wait INTERNAL
wait half a sentence
breathe
save note
keys Esc
wait kept as a draft
keys c
settle
save case-form
keys Esc h
settle
save handoff
keys Esc a 4
wait TO THE CUSTOMER
type お待ちください, من فضلك
wait من فضلك
save outward
keys Enter
wait sends it TO THE CUSTOMER
save outward-again
breathe
keys Esc
wait Enter reads it
breathe
keys Esc
wait kept as a draft
breathe
keys f
wait words kind:
save filter
keys Esc s
settle
keys C-u
type CHINO-3230
keys Enter
settle
save stock
keys Enter
save item
keys Esc
settle
keys Esc
type :kb card
keys Enter
settle
save knowledge
keys Enter
save article
keys Esc q
type :notices
keys Enter
settle
save notices
keys Enter
save notice
keys Esc q
type :drafts
keys Enter
settle
save drafts
keys Esc Z
settle
save parked
keys Esc
type :backends
keys Enter
settle
save backends
keys Esc ?
save help
keys Esc
type ::
save palette
keys Esc
type :lock
keys Enter
save lock
END
# every SIZE MODE: the house as the story left it
every() {
	rm -rf "$seat" "$dir/shots"
	cp -a "$stood" "$seat"
	mkdir "$dir/shots"
	as ana 2026-11-22T12:41:00Z "$1" --color "$2" <"$dir/every"
	# names that differ each time
	code=$(sed -n 's/.*case 1\/1 · \([0-9A-Z]*\).*/\1/p' "$dir/shots/customer")
	sed -i "s/127\.0\.0\.1:[0-9]*/127.0.0.1:00000/g; s/${code:-no code}/K7F2/g" "$dir"/shots/*
}
keep() {
	if [ "$write" ]; then
		cp "$1" "$kept/$2"
	elif ! diff -u "$kept/$2" "$1"; then
		is "$2 is as it was" no yes
	fi
}
for size in 80x24 100x30 200x50; do
	every $size always
	for shot in "$dir"/shots/*.svg; do
		view=$(basename "$shot" .svg)
		awk -f "$DOSSIER_SRC/tests/ui/looks.awk" "$shot" >"${shot%.svg}.looks"
		keep "${shot%.svg}" every-$size-$view.txt
		keep "${shot%.svg}.looks" every-$size-$view.looks
		# whatever came in: no row is wider than the terminal, and no control or bidirectional character got out
		[ "$(wc -L <"${shot%.svg}")" -le "${size%x*}" ] || is "$size $view" "wider than that" fits
		! LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "${shot%.svg}" ||
			is "$size $view" "a control character" none
	done
	mv "$dir/shots" "$dir/colours"
	every $size never
	for shot in "$dir"/shots/*.svg; do
		view=$(basename "$shot" .svg)
		awk -f "$DOSSIER_SRC/tests/ui/looks.awk" "$shot" >"${shot%.svg}.looks"
		diff -u "$dir/colours/$view" "${shot%.svg}" || is "$size $view without colour says" other "the same"
		keep "${shot%.svg}.looks" every-mono-$size-$view.looks
	done
	rm -rf "$dir/colours"
done
finish
