# The story that the mocks of the customer view are drawn from, played by the commands as five agents over some days:
# a house with the practice backends, a till that exports files, and one store. Sourced by tests; tells $house, and
# how to be somebody: by AGENT TIME WORDS...
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
house=$dir/house.yaml
owen=email:owen.castell@example.com
mkdir "$dir/ana" "$dir/raj" "$dir/mia" "$dir/tom" "$dir/sue"

write_house() {
	cat >"$house" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support, aliases: Ana}
  raj: {name: Raj Patel, login: raj, team: billing}
  mia: {name: Mia Berg, login: mia, team: support}
  tom: {name: Tom Reed, login: tom, team: leeds}
  sue: {name: Sue Hall, login: sue, team: support, role: supervisor}
backends:
$(practice phone chat shop)
  # without the host: that it must have: what cannot be asked stands on the first line, as in the mocks
  social: {connector: mastodon, settings: {url: "$(url social)", token: practice-social-token}}
  till: {connector: till-export}
store: {path: $dir/store.db}
contacts:
  channels: [phone, chat, counter, social, mail]
  done: [password reset, form sent, callback]
  outcomes: {solved: {status: solved}, waiting: {status: waiting}}
handoffs: {reasons: [billing, technical]}
END
	chmod 600 "$house"
}

# by AGENT TIME COMMAND...
by() {
	agent=$1 at=$2
	shift 2
	LOGNAME=$agent HOME="$dir/$agent" timeout 60 "$DOSSIER_BIN" --config "$house" --now "$at" "$@" >"$dir/out" 2>"$dir/said" && return 0
	echo "FAIL $agent: $*: $(cat "$dir/said")"
	failed
}

# as AGENT TIME SIZE [OPTIONS...]: the script on standard input drives the screen; its pictures are in $dir
as() {
	agent=$1 at=$2 size=$3
	shift 3
	cat >"$dir/script"
	(cd "$dir" && LOGNAME=$agent HOME="$dir/$agent" timeout 60 "$DOSSIER_BIN" --config "$house" --keys script --size "$size" --now "$at" "$@" 2>said) && return 0
	echo "FAIL $agent at $at, $size"
	cat "$dir/said"
	failed
}


# dealt AGENT TIME CHANNEL-KEY STEPS: a contact with Owen, found by his number, in which that was done
dealt() {
	as "$1" "$2" 100x30 <<-END
	patient
	type 07700900417
	keys Enter
	wait 2 people match
	breathe
	keys Enter
	wait Owen Castell
	settle
	type :contact
	keys Enter $3
	wait contact begun
	settle
	$4
	END
}

# What happened before 22 November, 12:41: resets that helped with nothing, a visit that left no record, then Ana.
play() {
	start --customers 20
	write_house
	cat >"$dir/till.csv" <<-END
	Shop;Receipt;Time;Customer;E-mail;Phone;Loyalty no;Total;State;Articles
	Leeds;7001;2026-11-19T15:30:00Z;Tom Moss;tom.moss@example.org;07700 900417;L-7;12.50;paid;1 umbrella
	END
	by sue 2026-11-22T09:00:00Z feed load till "$dir/till.csv"
	reset='keys w 1 Enter Enter
wait wrapped up
settle'
	dealt mia 2026-11-12T11:49:00Z 1 "$reset"
	dealt mia 2026-11-15T09:03:00Z 1 "keys c
type direct billing to the company card
keys Enter
wait those with a tick
keys Enter
wait WANTS     direct billing
settle
$reset"
	dealt raj 2026-11-18T16:27:00Z 1 "$reset"
	dealt tom 2026-11-21T16:20:00Z 3 "keys w
type no record of him here
keys Enter Enter
wait wrapped up
settle"
	dealt ana 2026-11-22T09:15:00Z 1 "keys v 1
wait verified
settle
keys e
type form B7 is with Raj
keys Enter
wait NEXT      form B7
settle
keys p
type call back
keys Enter
type 14:00
keys Enter
wait PROMISED  call back
keys w 2 Enter Enter
wait wrapped up
settle"
	dealt mia 2026-11-22T12:38:00Z 1 "keys w 1 Enter Enter
wait wrapped up
settle
save last"
	# of others: a promise of Ana's that passed, and what billing hands to her team
	as ana 2026-11-22T10:00:00Z 100x30 <<-END
	type /email:ingrid.solheim@example.org
	keys Enter
	wait Ingrid Solheim
	settle
	keys p
	type send the label
	keys Enter
	type 11:30
	keys Enter
	wait PROMISED  send the label
	settle
	END
	for case in "2026-11-22T12:10:00Z a label that came off" "2026-11-22T12:20:00Z an invoice"; do
		as raj "${case%% *}" 100x30 <<-END
		type /email:ingrid.solheim@example.org
		keys Enter
		wait Ingrid Solheim
		settle
		type :case.open
		keys Enter
		type ${case#* }
		keys Enter
		wait WANTS     ${case#* }
		settle
		keys h 1 1
		wait should do
		type have a look
		keys Enter
		wait Enter sends it
		keys Enter
		wait offered
		settle
		END
	done
}

# as_kept NAME: the screen of that name is as it was kept. "write" keeps it as it is, to be read. Codes differ each time.
kept=$DOSSIER_SRC/tests/ui/expected
as_kept() {
	[ -f "$dir/$1" ] || { failed; return; }
	sed 's/\(case [0-9]*\/[0-9]* [·-] \)[0-9A-Z]\{4\} /\1K7F2 /; s/│ case     [0-9A-Z]\{4\}$/│ case     K7F2/' "$dir/$1" >"$dir/$1.said"
	if [ "${write:-}" ]; then
		cp "$dir/$1.said" "$kept/$1.txt"
	elif ! diff -u "$kept/$1.txt" "$dir/$1.said"; then
		echo "FAIL $1 is not as it was"
		failed
	fi
}
