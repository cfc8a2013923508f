#!/bin/sh
# How many keys the commonest jobs take: they are done with exactly the keys that are counted here, in as few as the
# manual promises.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

# job AGENT NAME MOST KEYS...: "before" brings to where it begins, "after" says that it is done. KEYS are named keys;
# text:WORDS is what somebody wants to say, which costs what it costs; digits:NUMBER are counted one by one.
job() {
	who=$1 name=$2 most=$3 counted=0 extra=
	shift 3
	printf '%s\nsettle\nbreathe\n' "$before" >"$dir/script"
	for key in "$@"; do
		case $key in
		text:*) printf 'type %s\n' "${key#text:}" >>"$dir/script" ;;
		digits:*)
			printf 'type %s\n' "${key#digits:}" >>"$dir/script"
			extra="its digits and "
			;;
		*)
			printf 'keys %s\n' "$key" >>"$dir/script"
			counted=$((counted + 1))
			;;
		esac
	done
	printf '%s\nsettle\n' "$after" >>"$dir/script"
	screen "$who" script 2>"$dir/said" || { echo "FAIL $name"; head -n 40 "$dir/said"; failed; }
	[ "$counted" -le "$most" ] || { echo "FAIL $name takes $counted keys, not $most"; failed; }
	grep -qx "\.It $name Ta $extra$counted" "$DOSSIER_SRC/man/dossier.1" ||
		{ echo "FAIL dossier(1) does not say that $name takes $extra$counted keys"; failed; }
	echo "$name: $extra$counted"
}
owen='type /email:owen.castell@example.com
keys Enter
wait Owen Castell'

before='settle' after='wait [timeline
wait Owen Castell' job ana "a number to its timeline" 1 digits:07700900417 Enter
before=$owen after='wait note saved
wait the kettle leaks' job ana "a note" 2 n "text:the kettle leaks" Enter

# a case whose wants and next stand, and a call
as ana "a case" <<END
$owen
settle
breathe
keys c
type direct billing to the company card
keys Enter
wait those with a tick
keys Enter
wait WANTS     direct billing
breathe
keys e
type form is with billing
keys Enter
wait NEXT      form is with billing
END
before="$owen
settle
breathe
type :contact
keys Enter
wait 1 phone
keys 1
wait contact begun" after='gone ON CALL
wait wrapped up' job ana "the wrap-up of an ordinary call" 4 w 1 Enter 2
before=$owen after='wait offered' job ana "a hand-off whose brief stands" 4 h 2 1 Enter
before='wait 1 to accept' after='wait accepted
gone 1 to accept' job raj "accepting a hand-off" 1 A

# two of one name were said to be one: that was wrong
before='patient
type /name:Owen Castell
keys Enter
wait 2 people match
breathe
keys Enter
settle
breathe
keys =
wait one person or two
breathe
keys Enter
wait the two are one customer now' after='wait the two are two customers now' job ana "undoing a wrong link" 1 u

# verified in a call, who calls again from the same number
ingrid='type 07700900862
keys Enter
wait Ingrid Solheim
settle
breathe
keys =
wait 1 person matches
breathe
keys Enter
wait NOT VERIFIED
settle
breathe
type :contact
keys Enter
wait 1 phone
keys 1
wait contact begun'
as ana "verified" <<END
$ingrid
breathe
keys v 1
wait verified: stated
settle
breathe
keys w Enter Enter
wait wrapped up
END
before="$ingrid
wait here: v v" after='wait carried' job ana "carrying on a verification" 2 v v
finish
