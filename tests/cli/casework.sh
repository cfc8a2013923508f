#!/bin/bash
# The story of direct billing, played by commands as five agents on four channels; what a repeat, a colleague's
# claim, two processes at once and a script do; and what is said when something is wrong with whom, what or the store.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
[ -x "$DOSSIER_BIN-sandbox" ] || { echo "dossier-sandbox is not built"; exit 77; }
dir=$(mktemp -d)
export XDG_RUNTIME_DIR="$dir" XDG_STATE_HOME="$dir/state" XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/none" DOSSIER_DATADIR="$DOSSIER_SRC"
export LC_ALL=C.UTF-8
trap '"$DOSSIER_BIN" sandbox stop 2>/dev/null; chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
mkdir -m 700 "$dir/dossier"
fails=0
fail() { echo "FAIL $1"; fails=$((fails + 1)); }
# as AGENT STATUS WORDS...: what it says is in out and said
as() {
	local agent=$1 wanted=$2 got
	shift 2
	LOGNAME=$agent timeout 60 "$DOSSIER_BIN" --sandbox "$@" >"$dir/out" 2>"$dir/said"
	got=$?
	[ "$got" = "$wanted" ] || fail "$agent: exit $got instead of $wanted: $*: $(cat "$dir/said")"
}
says() { grep -qF -- "$1" "$dir/said" || fail "nothing says \"$1\": $(cat "$dir/said")"; }
shows() { grep -qF -- "$1" "$dir/out" || fail "nothing shows \"$1\": $(head -c 2000 "$dir/out")"; }
id_of() { sed -n 's/^{"v":1,"status":"[a-z ]*","id":"\([^"]*\)".*/\1/p' "$dir/out"; }
"$DOSSIER_BIN" sandbox start >/dev/null 2>&1
owen=email:owen.castell@example.com

# Mia on the telephone, Tom at the counter, Kim on the social network, Ana by mail, Raj in billing.
as mia 0 contact start $owen --channel phone --number +447700900417
as mia 0 case open $owen "direct billing to the company card" --owner ana
as mia 0 contact end last --done "password reset"
as tom 0 contact start $owen --channel counter
as tom 0 contact end last "no record of him here"
as kim 0 contact start $owen --channel social
as kim 0 note $owen "he will not post his date of birth"
as kim 0 contact end last --outcome "will come back"
as ana 0 contact start $owen --channel mail
as ana 0 contact end last --done "form sent"
as ana 0 promise make $owen "call back" --due +2h
as ana 0 handoff offer $owen --team billing --reason rights "billing adds the card; form B7 is with Raj" -f json
offer=$(id_of)
[ -n "$offer" ] || fail "an offer has an id: $(cat "$dir/out")"
as raj 0 desk
shows "owen.castell@example.com"
as raj 0 show $owen -n 12
grep -qE '^WANTS     direct billing to the company card +case 1/1 · [0-9A-Z]{4} · open · mia · 0 days · owner ana$' "$dir/out" || fail "WANTS: $(head -5 "$dir/out")"
grep -qE '^TRIED     .*password reset, came back after it' "$dir/out" || fail "TRIED: $(head -5 "$dir/out")"
grep -qE '^TRIED     .*shop visit' "$dir/out" || fail "the visit: $(head -5 "$dir/out")"
grep -qE '^PROMISED  call back .*, ana, in 1 h 59 min +[0-9]+ contacts · [0-9]+ channels' "$dir/out" || fail "PROMISED: $(head -5 "$dir/out")"
grep -qE '^NEXT      billing adds the card; form B7 is with Raj +hand-off, ana [0-9:]+$' "$dir/out" || fail "NEXT: $(head -6 "$dir/out")"
shows "he will not post his date of birth"
shows "no record of him here"
as raj 0 handoff accept last
as raj 1 handoff accept last
says "dossier desk"
as ana 5 handoff accept "$offer"                # another won
as raj 0 show $owen -n 1 -f json
shows '"wants":"direct billing to the company card"'
shows '"holder":"raj"'
shows '"transfers":1'
as raj 0 case history $owen
shows "handoff.accept"

# A live transfer: who of the team gets the call accepts by it, and its giver by nothing.
ingrid=email:ingrid.solheim@example.org
as ana 0 contact start $ingrid --channel phone
as ana 0 handoff offer $ingrid --team billing --reason rights --wants "an invoice" "send it" -f json
as raj 0 contact start $ingrid --channel phone
shows "the hand-off is accepted by it"
as raj 0 show $ingrid -n 1 -f json
shows '"holder":"raj"'

# A repeat does nothing; another's id is nobody's to use; nothing is written by a dry run.
id=01926b6c-7c2a-7d1e-8f00-0123456789ab
as ana 0 note $owen "once" --id $id
as ana 0 note $owen "once" --id $id
shows "already there"
as ana 5 next $owen "once" --id $id
as ana 5 note $owen "twice" --id $id
as ana 0 note $owen "never" --dry-run
shows '"text":"never"'
as ana 1 search never
as ana 0 search once
[ "$(wc -l <"$dir/out")" = 1 ] || fail "once is there once: $(cat "$dir/out")"
printf 'first line\nsecond line\n' | LOGNAME=ana "$DOSSIER_BIN" --sandbox note $owen - >/dev/null || fail "a note from standard input"
as ana 0 search second
shows "first line"

# Two processes at once, and a reader that goes away.
for i in 1 2 3 4; do
	LOGNAME=ana "$DOSSIER_BIN" --sandbox note $owen "both$i" >/dev/null 2>&1 &
	LOGNAME=mia "$DOSSIER_BIN" --sandbox note $owen "both$i" >/dev/null 2>&1 &
done
wait
for i in 1 2 3 4; do
	as ana 0 search both$i
	[ "$(wc -l <"$dir/out")" = 2 ] || fail "both$i: $(cat "$dir/out")"
done
LOGNAME=ana "$DOSSIER_BIN" --sandbox case history $owen 2>"$dir/said" | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" = 0 ] && [ ! -s "$dir/said" ] || fail "a broken pipe is quiet: $(cat "$dir/said")"

# Many at once, and again.
cat >"$dir/many" <<END
{"op": "note", "who": "$owen", "id": "01926b6c-7c2a-7d1e-8f00-0123456789b0", "text": "from a script"}
{"op": "promise.make", "who": "$owen", "id": "01926b6c-7c2a-7d1e-8f00-0123456789b1", "text": "a letter", "due": "+3d"}
{"op": "nonsense", "who": "$owen", "id": "01926b6c-7c2a-7d1e-8f00-0123456789b2"}
{"op": "note", "who": "nobody@example.net", "id": "01926b6c-7c2a-7d1e-8f00-0123456789b3", "text": "x"}
not JSON
END
as ana 3 apply "$dir/many"
says "2 done, 0 already there, 3 not done"
shows "1: "
as ana 3 apply "$dir/many"
says "0 done, 2 already there, 3 not done"
as ana 0 promise list $owen
shows "a letter"

# Who, what, and who may.
as ana 8 note "Owen Castell" x
shows "Owen Castell"
says "2 people"
as ana 5 note tel:+447700900417 x
says "--compared"
as ana 1 note nobody@example.net x
as ana 1 note $owen x --case ZZZZZZZZ
as ana 1 case show case:ZZZZZZZZ
as ana 5 redact $id typo
says "supervisor"
as ana 2 promise make $owen "x" --due "when pigs fly"
as ana 2 note $owen x y --text z
as ana 2 note $owen
as ana 5 erase $owen --yes
says "ada has it"
as sue 0 redact $id typo
as ana 1 search once
as ana 0 case list
shows "direct billing"
as ana 0 case list -f json
shows '"cases":[{'
as sue 0 report views --of $owen
shows "show"
as ana 5 report views --of $owen
as ana 0 export $owen
shows '"entries":['
printf '%s\n' $owen nobody@example.net | LOGNAME=ana "$DOSSIER_BIN" --sandbox batch brief >"$dir/out" 2>"$dir/said" || fail "batch brief: $(cat "$dir/said")"
shows '"brief":{"case":'

# Two who were made one by mistake: what was written meanwhile is named when they are parted, and moved.
ingrid=email:ingrid.solheim@example.org
as ana 0 note $ingrid "wants another length"
as ana 0 link $owen --other $ingrid
as ana 0 note $owen "written while they were one"
as ana 0 unlink $owen --other $ingrid
shows "Written while the two were one"
shows "written while they were one"
grep -q "wants another length" "$dir/out" && fail "what was written before is not named: $(cat "$dir/out")"
code=$(sed -n 's/^  \([0-9A-Z]\{8\}\)  .*written while they were one.*/\1/p' "$dir/out")
# it stays with one of the two until it is moved
as ana 0 timeline $ingrid
holds=$owen other=$ingrid
grep -q "written while they were one" "$dir/out" && holds=$ingrid other=$owen
as ana 0 assign $other "$code"
as ana 0 timeline $other
shows "written while they were one"
as ana 0 timeline $holds
grep -q "written while they were one" "$dir/out" && fail "what was moved shows on one side only: $(cat "$dir/out")"

# What a solved case took is not left out of the brief unsaid.
namesake=o.castell.cardiff@example.net
as ana 0 contact start $namesake --channel phone
as ana 0 case open $namesake "a lid that fits"
as ana 0 contact end last --done "form sent"
as ana 0 case close $namesake
as ana 0 show $namesake
grep -qE "^EFFORT    nothing since case [0-9A-Z]{4} was solved$" "$dir/out" || fail "effort: $(head -8 "$dir/out")"

# A handle is linked with whoever is behind it now; one that nobody has yet is linked alone.
handle=mastodon:@owen_castell@social.example.org
as ana 0 timeline $owen --kind social
grep -q "@owen_castell" "$dir/out" && fail "nobody has linked the handle yet: $(cat "$dir/out")"
as ana 0 link $owen $handle
shows "$handle linked, with the record that is behind it now"
as ana 0 timeline $owen --kind social
shows "@owen_castell"
as ana 0 link $owen mastodon:@nobody.yet@social.example.org
shows "mastodon:@nobody.yet@social.example.org linked"
grep -q "behind it" "$dir/out" && fail "nobody is behind it: $(cat "$dir/out")"

# The store is away, read-only, of a newer version, corrupt: what was typed waits, or is refused with a reason.
store=$dir/dossier/sandbox-store/store.db
as ana 0 doctor
shows "case store"
as ana 0 sync
as ana 0 store status
shows "version"
mv "$store" "$store.away"
echo "this is no database, and longer than the head of one would be: it is only here to be refused" >"$store"
rm -f "$store-wal" "$store-shm"
LOGNAME=ana timeout 60 "$DOSSIER_BIN" --sandbox note $owen "typed while it was broken" >"$dir/out" 2>"$dir/said"
status=$?
[ $status = 0 ] || fail "a note waits while the store is broken: exit $status: $(cat "$dir/said")"
as ana 6 store status
as ana 0 outbox list
shows "typed while it was broken"
rm -f "$store"
mv "$store.away" "$store"
as ana 0 sync
as ana 0 search typed while
shows "typed while it was broken"

as ada 0 erase $owen --yes
says "still holds this customer"
as ana 1 search direct billing
[ "$fails" = 0 ]
