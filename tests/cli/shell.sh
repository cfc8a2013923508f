#!/bin/bash
# dossier shell: the story of direct billing told by it alone, by pipes; and typed on a terminal of its own: questions,
# numbers, drafts, news, candidates, what a dumb terminal gets, and what is kept.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
start --customers 20
drive=${DOSSIER_BUILD:-.}/tests/cli/drive
export LC_ALL=C.UTF-8 TZ=UTC XDG_RUNTIME_DIR="$dir" XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/none" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR INPUTRC
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
  ana: {name: Ana Lima, login: ana, team: support}
  mia: {name: Mia, login: mia, team: support}
  tom: {name: Tom, login: tom, team: shops, role: counter}
  kim: {name: Kim, login: kim, team: social}
  raj: {name: Raj Patel, login: raj, team: billing}
  sue: {name: Sue, login: sue, team: support, role: supervisor}
backends:
$(practice phone chat shop)
store: {path: $dir/store.db}
contacts:
  channels: [phone, chat, counter, social, mail]
  done: [password reset, form sent, call back]
  outcomes: {solved: {status: solved}, waiting: {status: waiting}}
handoffs: {reasons: [rights, technical]}
END
fail() { echo "FAIL $1"; failed; }
# as AGENT STATUS: the lines of standard input as a script; what it says is in out and said
as() {
	XDG_STATE_HOME="$dir/$1" LOGNAME=$1 timeout 60 "$DOSSIER_BIN" ${config---config "$dir/house.yaml"} shell ${3-} >"$dir/out" 2>"$dir/said"
	got=$?
	[ "$got" = "$2" ] || fail "$1: exit $got instead of $2: $(cat "$dir/said")"
}
shows() { grep -qF -- "$1" "$dir/out" || fail "nothing shows \"$1\": $(head -c 3000 "$dir/out")"; }
hides() { grep -qF -- "$1" "$dir/out" && fail "\"$1\" is shown: $(head -c 3000 "$dir/out")"; }
says() { grep -qF -- "$1" "$dir/said" || fail "nothing says \"$1\": $(cat "$dir/said")"; }
# types AGENT STATUS [OPTION...]: steps of standard input, on a terminal
types() {
	agent=$1 wanted=$2
	shift 2
	XDG_STATE_HOME="$dir/$agent" LOGNAME=$agent timeout 100 "$drive" "$DOSSIER_BIN" ${config---config "$dir/house.yaml"} "$@" >"$dir/out" 2>"$dir/said"
	got=$?
	[ "$got" = "$wanted" ] || fail "$agent: exit $got instead of $wanted: $(cat "$dir/said" "$dir/out")"
}
# wraps_up: the steps of a wrap-up by its second outcome and nothing else
wraps_up() {
	cat <<-'END'
	send w\r
	wait none): 
	send \r
	wait none): 
	send 2\r
	wait none): 
	send \r
	wait contact wrapped up
	wait > 
	END
}
owen=owen.castell@example.com

# The story: one session each, and nothing but the shell.
as mia 0 <<END
# Mia has him on the telephone
$owen
contact --channel phone --number +447700900417
case direct billing to the company card
note he's been asking for "weeks", he says
w --done "password reset"
END
shows "CUSTOMER: Owen Castell"
shows "VERIFICATION: NOT VERIFIED; no contact"
shows "contact begun"
shows "direct billing to the company card"
[ ! -s "$dir/said" ] || fail "a story without mistakes says nothing: $(cat "$dir/said")"
grep -q "$(printf '\033')" "$dir/out" && fail "an escape sequence in a pipe"
as tom 0 <<END
$owen
contact --channel counter
w no record of him here
END
as kim 0 <<END
find $owen
contact --channel social
n -
he will not post his date of birth,
and asks who reads this
.
wrap --outcome waiting
END
as ana 0 <<END
$owen
contact --channel mail
w --done "form sent"
p call back --due +2h
h --team billing --reason rights billing adds the card; form B7 is with Raj
END
shows "offered to billing"
as raj 0 <<END
desk
1
timeline
A
brief
cases
END
shows "hand-off"
shows "WANTS: direct billing to the company card"
grep -qE "^TRIED: .*password reset" "$dir/out" || fail "TRIED: $(grep TRIED "$dir/out")"
shows "shop visit"
grep -qE '^PROMISED: call back .*, ana' "$dir/out" || fail "PROMISED: $(grep PROMISED "$dir/out")"
grep -qE '^NEXT: billing adds the card; form B7 is with Raj \(hand-off, ana ' "$dir/out" || fail "NEXT: $(grep NEXT "$dir/out")"
shows "WAITS: hand-off to billing from ana"
shows "he will not post his date of birth"
shows "he's been asking for \"weeks\", he says"
# Kim's outcome made the only open case wait, though he had not chosen it
grep -qE '^1\. waiting .*held by raj.*chosen' "$dir/out" || fail "Raj holds it: $(tail -1 "$dir/out")"

# Numbers mean what was listed last; a row whole; into a case; taken back.
as raj 0 <<END
$owen
f he will not
1
row 1
m 1
u
timeline --kind call -n 2 --format json
brief
END
shows "and asks who reads this"
shows '"v":1'
shows '"kind":"call"'
grep -qE '^1\. .*note.*he will not post.*kim, notes$' "$dir/out" || fail "a row in words: $(head -12 "$dir/out")"

# A word that is a kind asks for that kind, as on the screen: rows show it and do not hold it as text.
as raj 0 <<END
$owen
f chat
f --kind chat reset
f chat reset
f chat "no such words"
END
grep -qE '^8\. .*chat' "$dir/out" || fail "f chat: $(cat "$dir/out")"
[ "$(grep -c '^1\. .* chat in.*fourth reset' "$dir/out")" = 2 ] || fail "f chat reset: $(cat "$dir/out")"
grep -qE '^none of the [0-9]+ rows of the timeline matches' "$dir/out" || fail "no row matches: $(tail -1 "$dir/out")"

# Mistakes: told with their line, the worst is the status; what comes after a customer who is not found is not for the one before.
as ana 8 <<END
$owen
promise x --due "when pigs fly"
Owen Castell
note this is for nobody
nobody@example.net
END
says "line 2: exit status 2"
says "line 3: exit status 8"
says "line 4: exit status 2"
says "line 5: exit status 1"
shows "2 people match"
grep -qE '^2\. Owen Castell, ' "$dir/out" || fail "candidates are numbered: $(cat "$dir/out")"
as ana 1 <<END
search this is for nobody
END
hides "this is for nobody"
as ana 8 <<END
Owen Castell
1
next he is number one
back
back
END
shows "CUSTOMER: Owen Castell"
# A number that no row has is a slip: whoever is open stays so. Longer ones, and what follows "find", are looked for.
as ana 1 <<END
$owen
f he will not
99
999
brief
0
note still his, after the slip
find 99
12345
END
says "line 3: exit status 1"
says "line 4: exit status 1"
says "the last listing has no 999, it ends with 1;"
[ "$(grep -c "exit status 1" "$dir/said")" = 5 ] || fail "slips: $(cat "$dir/said")"
[ "$(grep -c 'looks for somebody' "$dir/said")" = 3 ] || fail "longer numbers are looked for: $(cat "$dir/said")"
[ "$(grep -c "CUSTOMER: Owen Castell" "$dir/out")" = 2 ] || fail "a slip closes a customer: $(cat "$dir/out")"
as sue 0 <<END
search after the slip
END
shows "still his"
as ana 1 <<END
5
END
says "nothing is listed that 5 could be; \"find 5\" looks"
# Two who are one: linked by their number, and parted again.
as ana 8 <<END
Owen Castell
1
link 2
undo
cases
END
grep -A30 '^the two are one' "$dir/out" | grep -q '^CUSTOMER: Owen Castell' || fail "whom they are linked with is part of them: $(cat "$dir/out" "$dir/said")"
as ana 2 <<END
$owen
note +447700900123 is not his
END
says "names somebody"
# Found by what others may share: nothing is written before it was made sure.
as ana 5 <<END
+447700900417
note too early
compare yes
note in time
END
says "line 2: exit status 5"
as sue 1 <<END
search early
search in time
report views --of $owen
help handoff
END
hides "too early"
shows "in time"
shows "show"
shows "its key is h"
# Who logs in to nothing else: the house's own file, no other, and no command beside it
mkdir -p "$dir/etc"
cp "$dir/house.yaml" "$dir/etc/dossier.yaml"
as ana 5 --restricted </dev/null
says "--config: not with --restricted"
config='' DOSSIER_SYSCONFDIR="$dir/etc" as ana 2 --restricted <<END
apply -
batch find -
END
says "restricted"
says "outside of this shell"
yes brief | head -n 3000 | { cat; } | XDG_STATE_HOME="$dir/ana" LOGNAME=ana "$DOSSIER_BIN" --config "$dir/house.yaml" shell $owen 2>"$dir/said" | head -n 1 >/dev/null
[ ! -s "$dir/said" ] || fail "a broken pipe is quiet: $(head -3 "$dir/said")"

# Typed on a terminal that can nothing: no escape sequence, what is missing is asked for, by number or word.
export TERM=dumb
LC_ALL=C types ana 0 shell <<END
wait dossier> 
send $owen\r
wait NOT VERIFIED
wait Owen Castell> 
send v\r
wait how did the customer come?
wait 1. phone
wait Enter: none
send 1\r
wait contact begun
wait 1. stated
wait verified: 
send sta\t
wait stated
send \r
wait Owen Castell> 
send n\r
wait ends
send typed line by line\r
send and ended by a dot\r
send .\r
wait note saved
wait > 
send w\r
wait 1. password reset
wait none): 
send 1,3\r
wait 1. solved
wait none): 
send \r
wait none): 
send \r
wait contact wrapped up
wait > 
send h\r
wait 2. shops
wait take it (Enter: none): 
send billing\r
wait goes on: 
send 1\r
wait Enter offers it
send \r
wait offered to
wait > 
send tim\t
wait timeline
send \r
wait typed line by line
wait > 
send quit\r
END
grep -q "$(printf '\033')" "$dir/out" && fail "an escape sequence on a dumb terminal"
shows "line by line"

# Ctrl-C leaves a question and keeps a draft; so does a death; the draft is offered and gone on with.
types mia 137 --plain $owen <<END
wait Owen Castell> 
send p\r
wait customer: 
send call him about the form
wait the form
send \x03
wait kept; "drafts 1"
wait > 
send drafts 1\r
wait call him about the form
send s\r
wait by when: 
send tomorrow 9:00\r
wait promised by
wait > 
send n\r
wait ends
send half a no
wait half a no
until XDG_STATE_HOME=$dir/mia LOGNAME=mia $DOSSIER_BIN --config $dir/house.yaml drafts | grep -q 'half a no'
signal 9
END
types mia 0 --plain $owen <<END
wait DRAFT: 
wait half a no
wait > 
send drafts 1\r
wait half a no
send te, ended\r
send .\r
wait note saved
wait > 
send \x04
END
as mia 0 <<END
$owen
timeline -n 3
drafts
END
shows "half a no"
shows "no draft waits"

# What comes in meanwhile is told between two commands, in one line.
types raj 0 shell <<END
wait dossier> 
send help kb\r
wait its key is b
wait > 
run printf '$owen\nh --team billing --reason technical look again\n' | XDG_STATE_HOME=$dir/tom LOGNAME=tom $DOSSIER_BIN --config $dir/house.yaml shell >/dev/null
again help stock\r
wait news: 
wait > 
send news\r
wait 2. offered to you
wait > 
send x\r
wait CUSTOMER: Owen Castell
wait > 
send z\r
wait is parked
wait > 
send recall 1\r
wait CUSTOMER: Owen Castell
wait > 
send quit\r
END

# A question, its answer by number, and a caller who is announced: nothing opens by itself.
as ana 0 <<END
$owen
ask --team billing may he have the card today?
backends
END
shows "chat: fresh, "
types raj 0 shell <<END
wait dossier> 
send desk\r
wait 1. a customer waits
wait > 
send answer 1 yes, until 6\r
wait answered
wait > 
run XDG_STATE_HOME=$dir/raj LOGNAME=raj $DOSSIER_BIN --config $dir/house.yaml pop $owen --call c1 --number +447700900417 >/dev/null
send help stock\r
wait news: +447700900417 calls
wait > 
send !\r
wait CUSTOMER: Owen Castell
wait contact begun
wait > 
send brief\r
wait contact by phone, live
wait > 
send w\r
wait none): 
send 2\r
wait none): 
send 2\r
wait none): 
send \r
wait wrapped up
wait > 
send quit\r
END
as ana 0 <<END
$owen
question list --all
END
shows "yes, until 6"

# Found by a number alone: the caller's contact is asked for once, a wrong answer leaves it theirs, a right one makes it the
# customer's, and it is wrapped up as what it is.
types sue 0 shell <<END
wait dossier> 
send +44 7700 900862\r
wait others may share
wait > 
send v\r
wait how did the customer come?
wait none): 
send 1\r
wait contact begun
wait how the customer was verified: 
send compare\r
wait : 
send name\r
wait : 
send nobody at all\r
wait no match
wait > 
send brief\r
wait contact by phone, live for
wait > 
send v\r
wait how the customer was verified: 
send 1\r
wait verified: stated
wait > 
send brief\r
wait VERIFICATION: verified: stated
wait > 
$(wraps_up)
send quit\r
END
[ "$(grep -c "contact begun" "$dir/out")" = 1 ] || fail "one contact, not several: $(cat "$dir/out")"
# A caller whom nobody settled, gone without a wrap-up: it is that one which is wrapped up; and who was compared is who called.
types sue 0 shell <<END
wait dossier> 
send +44 7700 900417\r
wait others may share
wait > 
send contact --channel phone\r
wait contact begun
wait > 
send contact hangup\r
wait > 
$(wraps_up)
send contact --channel phone\r
wait contact begun
wait > 
send compare yes\r
wait made sure
wait moved
wait > 
$(wraps_up)
send quit\r
END
hides "how did the customer come?"

# The line goes: what was half typed is a draft, and the program ends.
types kim 0 --plain $owen <<END
wait > 
send n\r
wait ends
send gone with\x20
until XDG_STATE_HOME=$dir/kim LOGNAME=kim $DOSSIER_BIN --config $dir/house.yaml drafts | grep -q 'gone with'
send the li
wait the li
signal 1
END
as kim 0 <<END
drafts
END
shows "gone with the li"
# what to do with one is said where it is not done, and one is thrown away by its number
as kim 1 <<END
drafts 1 other words
END
says '"drafts 1" alone goes on with it, and asks for its words; "drafts discard 1" throws it away'
as kim 2 <<END
drafts 1
END
says '"drafts discard" and its number throws it away'
as kim 0 <<END
drafts
drafts discard 1
drafts
END
shows "no draft waits"

# A slow backend delays nothing: what is known is told, the rest when it is there.
control /faults -d '{"backend":"phone","latency":"2500ms"}' >/dev/null
types raj 0 shell <<END
wait dossier> 
send $owen\r
wait WANTS: direct billing
wait still asked
wait > 
send note while it is asked\r
wait note saved
wait > 
again help kb\r
wait all backends have answered
wait > 
send more\r
wait 1. 
wait > 
send quit\r
END
control /faults -d '{"backend":"phone","latency":0}' >/dev/null

# Rows of a backend that fails now are those that it gave before, and say of when they are.
as raj 0 <<END
$owen
END
control /faults -d '{"backend":"phone","fail":1}' >/dev/null
as raj 3 <<END
$owen
timeline
END
grep -qE "^BACKEND phone: .*; its rows here are as of [0-9]{2}:[0-9]{2}" "$dir/out" || fail "a backend's age: $(cat "$dir/out")"
grep -qE "^phone failed: its rows are as of [0-9]{2}:[0-9]{2}" "$dir/out" || fail "the age of rows: $(cat "$dir/out")"
shown() { XDG_STATE_HOME="$dir/raj" LOGNAME=raj "$DOSSIER_BIN" --config "$dir/house.yaml" "$@" $owen 2>"$dir/said"; }
shown show | grep -qE "^phone failed: its rows are as of [0-9]{2}:[0-9]{2}" || fail "show: $(cat "$dir/said")"
shown timeline | grep -qE "^phone failed: its rows are as of [0-9]{2}:[0-9]{2}" || fail "timeline: $(cat "$dir/said")"
shown timeline --format csv | grep -q "as of" && fail "no row of a table is about the backend"
says "phone: its rows are as of "
control /faults -d '{"backend":"phone","fail":0}' >/dev/null
as raj 0 <<END
$owen
timeline
END
hides "as of"
control /faults -d '{"backend":"shop","latency":"20s"}' >/dev/null
asked() { control '' | sed 's/.*"shop":{[^}]*"requests":\([0-9]*\).*/\1/'; }
before=$(asked)
# and nobody has to wait for what they do not want to know any more
types raj 0 shell <<END
wait dossier> 
send Quentin Nowhere\r
until ! curl -sS $(url control)/control | grep -q '"shop":{[^}]*"requests":$before[,}]'
send \x03
wait left; nobody is open
wait dossier> 
send quit\r
END
control /faults -d '{"backend":"all","latency":0}' >/dev/null

# A customer who was found by a name stays a choice; the history names nobody; a restricted session has none.
types kim 0 --plain <<END
wait dossier> 
send Owen Castell\r
wait 2. Owen Castell
wait > 
send 2\r
wait CUSTOMER: Owen Castell
wait > 
send orders\r
wait > 
send note a secret of $owen\r
wait > 
send report views --of "Owen Castell"\r
wait > 
send help owen\r
wait > 
send f owen\r
wait > 
send quit\r
END
grep -qx orders "$dir/kim/dossier/shell_history" || fail "the history has what names nobody"
grep -qiE 'owen|secret' "$dir/kim/dossier/shell_history" && fail "the history names somebody"
[ "$(stat -c %a "$dir/kim/dossier/shell_history")" = 600 ] || fail "the history is for one alone"
config='' DOSSIER_SYSCONFDIR="$dir/etc" types tom 0 --plain --restricted <<END
wait dossier> 
send desk\r
wait > 
send quit\r
END
[ ! -e "$dir/tom/dossier/shell_history" ] || fail "a restricted session keeps no history"

# "dossier" alone, where no screen can be painted, says so in one line and goes on.
types tom 0 <<END
wait line by line instead
wait dossier> 
send quit\r
END

# A command alone asks on a terminal for the text that it lacks; elsewhere it says what is missing.
types tom 0 note $owen <<'END'
wait Ctrl-D on a line of its own ends it
send he left his umbrella\rat the till\r
send \x04
wait note saved
END
LOGNAME=tom XDG_STATE_HOME="$dir/tom" "$DOSSIER_BIN" --config "$dir/house.yaml" timeline $owen --kind note >"$dir/out" 2>"$dir/said"
shows "he left his umbrella"
shows "at the till"
LOGNAME=tom XDG_STATE_HOME="$dir/tom" "$DOSSIER_BIN" --config "$dir/house.yaml" note $owen </dev/null >"$dir/out" 2>"$dir/said" && fail "a note without a text"
says "text is missing"
# A new case is offered the contacts that no case has: those that are named stay out, and one word takes it all back.
types ana 0 shell <<'END'
wait dossier> 
send email:ingrid.solheim@example.org\r
wait Ingrid Solheim> 
send case trousers\r
wait contacts that no case has yet:
wait 1. 
wait leave those out: 
send 99\r
wait numbers from 1 to
wait leave those out: 
send \x03
wait kept
wait Ingrid Solheim> 
send case trousers\r
wait leave those out: 
send 1\r
wait opened: trousers
wait Ingrid Solheim> 
send u\r
wait the case is taken back
wait Ingrid Solheim> 
send case trousers again\r
wait leave those out: 
send \r
wait opened with 1 loose contact: trousers again
wait Ingrid Solheim> 
send u\r
wait the case is taken back
wait Ingrid Solheim> 
send case none of them --rows none\r
wait opened: none of them
wait Ingrid Solheim> 
send quit\r
END

[ "$(failures)" = 0 ]
