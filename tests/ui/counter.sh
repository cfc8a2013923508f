#!/bin/sh
# Pops by socket and by store, on workstations that run beside each other; what is said, and what is written.
set -u
backends='phone chat' channels='phone, chat, counter'
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
export XDG_RUNTIME_DIR="$dir/run"
mkdir -m 700 "$dir/run"

# seat NAME AGENT OPTION...: a workstation driven by the script on standard input, its screens and its script in $dir/NAME.*
seat() {
	name=$1 agent=$2
	shift 2
	cat >"$dir/$name.script"
	(cd "$dir" && LOGNAME=$agent HOME="$dir/$agent" timeout 60 "$DOSSIER_BIN" --config house.yaml --keys "$name.script" --size 100x30 "$@" 2>"$name.said") && return 0
	echo "FAIL $name"
	cat "$dir/$name.said"
	failed
	: >"$dir/$name.failed"
}
run() { command "$@" 2>&1; }
# until FILE: it is there, or a seat has failed
until_there() { while [ ! -f "$dir/$1" ] && [ ! -f "$dir/${1%%.*}.failed" ]; do sleep 0.05; done; }
status() { run "$@" >"$dir/out"; echo $?; }

# One call, two workstations of one agent: both announce it, nothing takes the focus, the first to open takes it.
seat left ana <<'END' &
wait Who is on the line
settle
save left.ready
type /half a na
wait Owen Castell calls: ! opens
wait half a na
save left.announced
wait +2: ! opens
keys C-u Esc !
wait ON CALL
wait +447700900417
settle
save left.open
wait 07700900999 calls: ! opens
save left.last
gone calls: ! opens
type :hangup
keys Enter
gone ON CALL
END
left=$!
seat right ana <<'END' &
wait Who is on the line
settle
save right.ready
wait Owen Castell calls: ! opens
save right.first
wait +1: ! opens
save right.announced
wait was opened on
save right.gone
gone calls: ! opens
END
right=$!
until_there left.ready
until_there right.ready
is "sockets are private" "$(stat -c '%a %F' "$dir"/run/dossier/ws-* | sort -u)" "600 socket"
is "the folder is private" "$(stat -c %a "$dir/run/dossier")" 700
is "announced" "$(run ana pop 07700900417 --call CA1)" "announced on 2 workstations"
until_there left.announced
until_there right.first
is "a second one" "$(run ana pop 07700900123 --call CA1b)" "announced on 2 workstations"
until_there right.announced
is "a third one" "$(run ana pop 07700900999 --call CA1c)" "announced on 2 workstations"
until_there right.gone
until_there left.open
is "gone again" "$(run ana pop --hangup --call CA1b)" "taken back: it had not been opened"
until_there left.last
is "and the last" "$(run ana pop --hangup --call CA1c)" "taken back: it had not been opened"
wait $left $right
shows left.announced "half a na"
shows left.open "+447700900417"
is "sockets go with the workstation" "$(ls "$dir/run/dossier" | grep -c ws-)" 0
has "the contact has what the exchange said" "$(run ana --format json contact list --all)" '"call":"CA1"'
rm -f "$dir"/*.ready

# Nobody listens: it is left in the case store, whose workstations find it; the next call waits behind, and ends the first contact when it is opened.
: >"$dir/run/dossier/ws-1-dead" && rm "$dir/run/dossier/ws-1-dead"
is "left in the store" "$(run ana pop 07700900417 --call CA2)" "left in the case store for ana"
seat stored ana <<'END' &
wait Owen Castell calls: ! opens
keys !
wait ON CALL
settle
save stored.first
wait 07700900123 calls: ! opens
save stored.second
keys !
wait UNKNOWN HERE
wait ON CALL
settle
gone calls: ! opens
keys D
wait no wrap-up
settle
save stored.desk
END
stored=$!
until_there stored.first
# another log-in on this host has a runtime folder of its own
mkdir -m 700 "$dir/elsewhere"
is "from another host" "$(XDG_RUNTIME_DIR="$dir/elsewhere" run raj pop 07700900123 --call CA3 --agent ana)" "left in the case store for ana"
wait $stored
shows stored.desk "no wrap-up"
is "said by its status" "$(status raj pop 07700900417 --agent nobody)" 2

# Hung up before it was opened: it goes, by socket and by store; after that, it ends the contact.
seat gone ana <<'END' &
wait Who is on the line
settle
save gone.ready
wait calls: ! opens
save gone.one
wait is gone: hung up
gone calls: ! opens
save gone.two
wait calls: ! opens
keys !
wait ON CALL
settle
save gone.three
gone ON CALL
keys D
END
gone=$!
until_there gone.ready
is "announced again" "$(run ana pop 07700900417 --call CA4)" "announced on 1 workstation"
until_there gone.one
is "hung up" "$(run ana pop --hangup --call CA4)" "taken back: it had not been opened"
until_there gone.two
is "and again" "$(run ana pop 07700900417 --call CA5)" "announced on 1 workstation"
until_there gone.three
is "hung up when it was open" "$(run ana pop --hangup --call CA5)" "the contact is ended; its wrap-up may follow"
wait $gone
is "nobody has that call" "$(status ana pop --hangup --call CA9)" 1

# A caller whose name several have is nobody until one is chosen: who is opened instead has no contact by that call.
cp "$dir/house.yaml" "$dir/phone.yaml"
sed -i "s|^  chat:.*|&\n  shop: {connector: medusa, settings: {url: \"$(url shop)\", email: admin@shop.example.com, password: practice-password}}|" "$dir/house.yaml"
seat several ana <<'END' &
wait Who is on the line
patient
settle
save several.ready
wait calls: ! opens
keys !
wait 2 people match
settle
save several.who
breathe
keys Esc
wait Who is on the line
breathe
type /email:owen.castell@example.com
keys Enter
wait NOT VERIFIED
settle
save several.other
END
several=$!
until_there several.ready
is "announced by a name" "$(run ana pop --call CA5b "name:Owen Castell")" "announced on 1 workstation"
wait $several
mv "$dir/phone.yaml" "$dir/house.yaml"
hasnt "begun with nobody else" "$(cat "$dir/several.other")" "ON CALL"
hasnt "in no list of contacts" "$(run ana --format json contact list --all)" '"call":"CA5b"'

# What comes of a look-up is said to whoever goes on typing elsewhere: nothing is asked, and no key is held for it.
seat unasked ana <<'END'
wait Who is on the line
settle
type 07700900417
keys Enter
wait Owen Castell
settle
keys i
type nobody@example.org
keys Enter /
type half
wait others may share what it was found by
quick x
wait halfx
END

# Whose number it was is settled while they are on the line: the caller's contact is theirs from then on, and is wrapped up as such.
seat settle ana <<'END' &
wait Who is on the line
settle
save settle.ready
wait calls: ! opens
keys !
wait ON CALL
settle
keys =
wait 1 person matches
settle
keys Enter
wait moved
settle
keys w 1 Enter 2
gone ON CALL
settle
save settle.done
END
settle=$!
until_there settle.ready
is "announced to be settled" "$(run ana pop 07700900417 --call CA6)" "announced on 1 workstation"
wait $settle
shows settle.done "wrapped up"
hasnt "one contact, not two" "$(run ana contact list 07700900417)" "CA6"

# A live transfer: its receiver reads the brief first, and accepts by opening.
email=email:owen.castell@example.com
run ana contact start $email --channel phone --call CA7 --number +447700900417 >/dev/null
run ana case open $email "direct billing to the company card" >/dev/null
run ana handoff offer $email --team billing --reason billing --wants "direct billing" --next "add the card" >/dev/null
seat transfer raj <<'END' &
wait ON THE LINE FOR YOU
settle
save transfer.ready
wait calls: ! opens
keys !
wait handed over by ana
save transfer.brief
keys Esc
wait it still waits
wait calls: ! opens
keys ! Enter
wait accepted by this contact
settle
save transfer.done
END
transfer=$!
until_there transfer.ready
is "handed to raj" "$(run raj pop $email --call CA7)" "announced on 1 workstation"
wait $transfer
shows transfer.brief "WANTS     direct billing"
shows transfer.brief "NEXT      add the card"
has "the case is with raj" "$(run raj case list $email)" "raj"

# Signed on, opening a customer is a contact; the next one ends it, and nobody has pressed a key for either.
seat signon raj <<'END'
wait Who is on the line
settle
type :signon
keys Enter
wait 3 counter
keys 3
wait signed on to counter
wait signed on: counter
type /email:owen.castell@example.com
keys Enter
wait CONTACT counter 0:0
settle
type 07700900123
keys Enter
wait UNKNOWN HERE
wait contact begun
settle
keys D
wait no wrap-up
type :signon off
keys Enter
wait signed off
gone signed on: counter
type :signon moon
keys Enter
wait no channel of this house
settle
save signon.desk
END
shows signon.desk "no wrap-up"
has "a visit" "$(run raj timeline $email | head -40)" "visit"

# Who is only compared is nobody's contact yet; who is chosen is.
cp "$dir/house.yaml" "$dir/one.yaml"
awk -v shop="$(practice shop)" '{ print } /^  chat:/ { print shop }' "$dir/one.yaml" >"$dir/house.yaml"
seat aside ana <<'END'
wait Who is on the line
settle
type :signon
keys Enter
wait 3 counter
keys 3
wait signed on: counter
type /name:Owen Castell
keys Enter
wait 2 people match
settle
breathe
keys =
wait whom you chose, and 1 of 1
settle
save aside.compared
keys Esc
wait 2 people match
settle
breathe
keys Enter
wait CONTACT counter 0:0
settle
keys D
wait Who is on the line
settle
type :signon off
keys Enter
wait signed off
END
hasnt "nobody's contact by looking" "$(cat "$dir/aside.compared")" "CONTACT counter"

# A call is of whom it is answered with, though the two of that name were compared first.
seat asked ana <<'END' &
wait Who is on the line
settle
save asked.ready
wait calls: ! opens
keys !
wait 2 people match
settle
breathe
keys =
wait whom you chose, and 1 of 1
settle
keys Esc
wait 2 people match
settle
breathe
keys Enter
wait ON CALL
settle
save asked.opened
END
until_there asked.ready
run ana pop --call CA9 "name:Owen Castell" >"$dir/asked.pop"
wait $!
has "the call is in a contact" "$(run ana --format json contact list "$email")" '"call":"CA9"'
has "and is hung up" "$(run ana pop --hangup --call CA9)" "the contact is ended"
mv "$dir/one.yaml" "$dir/house.yaml"

# The shell's session is signed on by a word; commands of it need no --channel.
is "not signed on" "$(run ana signon)" "signed on to no channel"
is "signed on" "$(run ana signon chat)" "signed on to chat"
is "its file is private" "$(stat -c '%a %F' "$dir"/run/dossier/session-*)" "600 regular file"
has "a contact there" "$(run ana --format json contact start $email)" '"channel":"chat"'
is "of what there is" "$(status ana signon moon)" 2
is "another session is its own" "$(cd "$dir" && LOGNAME=ana HOME="$dir/ana" setsid -w "$DOSSIER_BIN" --config house.yaml signon)" "signed on to no channel"
is "signed off" "$(run ana signon --off)" "signed on to no channel"
is "no file is left" "$(ls "$dir/run/dossier" | grep -c session-)" 0

# Another agent takes over by a badge or a PIN; what was open is parked for the one before, and nobody else sees it.
pin() { printf '%s\n' "$1" | run ana switch --hash; }
hash=$(pin 4711)
has "a hash" "$hash" 'pbkdf2-sha256$'
sed -i "s|^  ana: .*|  ana: {name: Ana Lima, login: ana, team: support, badge: '990001'}|; s|^  raj: .*|  raj: {name: Raj Patel, login: raj, team: billing, badge: '990002', pin: '$hash'}|; s|^handoffs:.*|&\nsession: {lock: 5m}|" "$dir/house.yaml"
seat switch ana --now 2026-11-22T12:00:00Z <<END
$(owen_first)
keys n
wait INTERNAL
breathe
type half of anas note
keys Esc
wait kept as a draft
keys C-a
wait who takes over
gone Owen Castell
save switch.asks
type raj
keys Enter
wait PIN of Raj Patel
type 1111
keys Enter
wait wrong
type raj
keys Enter
type 4711
keys Enter
wait raj·billing
gone Owen Castell
settle
keys Z
wait nobody is parked
breathe
type :drafts
keys Enter
wait no draft waits
gone half of anas note
save switch.raj
keys D
type 990001
keys Enter
wait ana·support
wait Ana Lima works here now
settle
keys Z
wait 1 Owen Castell
keys 1
wait Owen Castell
settle
keys n
wait half of anas note
keys Esc
END
hasnt "nothing of the customer" "$(cat "$dir/switch.asks" "$dir/switch.raj")" "Owen"

# Nobody at the keys: the screen locks, whatever was being written waits behind it, and a colleague's badge switches.
seat lock raj --now 2026-11-22T12:00:00Z <<END
$(owen_first)
keys n
wait INTERNAL
breathe
type still there
pass 200
keys !
pass 200
wait still there!
pass 301
wait locked: Raj Patel
gone Owen Castell
gone still there
save lock.locked
type é
wait *
keys BS
gone *
keys Enter
wait the PIN, then Enter
type 1234
keys Enter
wait wrong
type 1235
keys Enter
wait wrong
type 1236
keys Enter
wait 3 tries; the next in 1 s
type 4711
keys Enter
wait wait 1 s
# a scanner is no way round: the right badge waits, too
paste 990002
wait wait 1 s
scan 990002
wait wait 1 s
pass 2
type 4711
keys Enter
wait still there!
keys C-x C-e
wait no editor is opened here
wait still there!
keys Esc L
wait locked: Raj Patel
paste 111
wait wrong
paste 112
scan 113
wait 3 tries; the next in 1 s
scan 990001
wait wait 1 s
gone works here now
pass 2
type 4711
keys Enter
wait Owen Castell
keys L
wait locked: Raj Patel
paste 990001
wait ana·support
gone Owen
END
hasnt "nothing is readable" "$(cat "$dir/lock.locked")" "Owen"
hasnt "no number either" "$(cat "$dir/lock.locked")" "ON CALL"

# Where Enter alone unlocks, an editor opens; it is locked when that ends, for nothing could cover it before.
cat >"$dir/slow" <<END
#!/bin/sh
touch "$dir/slow.begun"
while [ ! -f "$dir/slow.go" ]; do sleep 0.05; done
END
chmod +x "$dir/slow"
export EDITOR="$dir/slow"
seat edit ana --now 2026-11-22T12:00:00Z <<END &
$(owen_first)
keys n
wait half of anas note
breathe
keys C-x C-e
pass 301
save edit.passed
wait locked: Ana Lima
gone Owen Castell
keys Enter
wait half of anas note
END
edit=$!
until_there edit.passed
touch "$dir/slow.go"
wait $edit

# In the shell it holds for the terminal session; a PIN comes from the terminal or standard input.
find "$dir" -name tries-raj -delete
printf 'x\n' | run ana --now 2026-11-22T12:00:00Z switch raj >"$dir/first"
is "wrong" "$(printf '0000\n' | run ana --now 2026-11-22T12:00:00Z switch raj; echo $?)" "$(sed 's/1 wrong/2 wrong/' "$dir/first")
5"
has "says what counts" "$(cat "$dir/first")" "wrong: nothing that lets Raj Patel take over; upper and lower case count"
has "a control key is no try" "$(printf '\0014711\n' | run ana --now 2026-11-22T12:00:00Z switch raj)" "nothing was tried"
# who asks at once has one guess each before the count is looked at; not more than there are guesses
for i in 1 2 3 4; do printf '000%s\n' $i | run ana --now 2026-11-22T12:00:00Z switch raj >"$dir/at-once.$i" & asked="${asked-} $!"; done
wait $asked
is "one guess was left for all" "$(cat "$dir"/at-once.* | grep -c 'nothing that lets')" 1
is "the others wait" "$(cat "$dir"/at-once.* | grep -c 'too many wrong tries')" 3
find "$dir" -name tries-raj -delete
is "taken over" "$(printf '4711\n' | run ana switch raj)" "raj writes in this session"
has "raj writes" "$(run ana --format json next $email "call him")" '"author":"raj"'
drive=${DOSSIER_BUILD:-.}/tests/cli/drive
# typed TEXT STEP...: a PIN is asked for on a terminal; what the terminal is like afterwards
typed() { for step in "$@"; do echo "$step"; done | "$drive" sh -c 'trap : INT; "$DOSSIER_BIN" switch --hash; echo "ended $?"; stty -a | grep -o -e "-*echo "; echo over' | tr -d '\r'; }
shown=$(typed "wait PIN: " "send 4712" "send \\x03" "wait over")
has "a PIN that is left" "$shown" "ended 130"
has "the terminal is as it was" "$shown" "
echo "
hasnt "and shows nothing" "$shown" "4712"
shown=$(typed "wait PIN: " "send 4712\\r" "wait over")
has "a PIN that is typed" "$shown" 'pbkdf2-sha256$'
hasnt "unseen" "$shown" "4712"
has "one that is too long" "$(head -c 5000 /dev/zero | tr '\0' 4 | run ana switch --hash)" "longer than"
is "whose drafts" "$(run ana drafts | grep -c "half of anas")" 0
is "given back" "$(run ana switch --off)" "ana writes in this session"
is "ana's draft is there" "$(run ana drafts | grep -c "half of anas")" 1
is "nobody of that name" "$(status ana switch mia </dev/null)" 1
sed -i 's|^session:.*|session: {switch: workstation}|' "$dir/house.yaml"
is "a house forbids it" "$(printf '4711\n' | status ana switch raj)" 5
hasnt "no PIN in what is shown" "$(run ana config show)" "pbkdf2"

# A script's line is never read whole when it is too long; the next one is a line again.
has "a line too long" "$({ head -c 300000 /dev/zero | tr '\0' x; printf '\nsignon\nx\000y\nsignon\n'; } | run ana shell | tr '\n' '|')" "at most 65535 bytes|dossier: line 1: exit status 2|signed on to no channel|dossier: a line"

for failed in "$dir"/*.failed; do [ ! -f "$failed" ] || failed; done
finish
