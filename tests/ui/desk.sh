#!/bin/sh
# The desk says whom each thing is about, and opening its rows is no contact; the first line says with whom one is
# under way; what an earlier case knew stays in sight.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
sed -i 's/^  channels: .*/  channels: [phone, chat, counter]/' "$dir/house.yaml"
owen=email:owen.castell@example.com
ingrid=email:ingrid.solheim@example.org
now=2026-11-22T12:00:00Z
for who in $owen $ingrid; do
	command ana --now $now promise make "$who" --due 2026-11-22T14:00:00Z "call back" >/dev/null || failed
done
command ana --now $now case open $owen "direct billing" >/dev/null
command ana --now $now notice --team support --until 2026-11-23T12:00:00Z "the lift is out" >/dev/null
contact=$(command ana --now $now --format json contact start $owen --channel chat --call CH1 | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
command ana --now $now contact end "$contact" --done password-reset >/dev/null

# whom, at every size, and masked as the house masks
for size in 60x16 80x24 100x30; do
	as ana "the desk at $size" <<-'END'
	wait promise in
	settle
	save desk
	END
	shows desk "promise in 2 h"
	has "whom a promise is about, $size" "$(cat "$dir/desk")" "Owen Castell"
	has "whose notice, $size" "$(grep "notice for" "$dir/desk")" " support "
	hasnt "no reason is cut, $size" "$(cut -c 1-24 "$dir/desk")" "…"
done
size=80x24
printf 'masks: [{field: profile.names, level: 1}, {field: identity.email, level: 1}, {field: identity.tel, level: 1}]\n' >"$dir/masks"
cp "$dir/house.yaml" "$dir/open.yaml"
cat "$dir/masks" >>"$dir/house.yaml"
as ana "a masked desk" <<'END'
wait promise in
settle
save masked
END
lacks masked "Owen"
lacks masked "owen.castell"
shows masked "a customer"
cp "$dir/open.yaml" "$dir/house.yaml"

# A promise for later is kept early on its own row, and by no key elsewhere.
command ana --now $now promise make $owen --due 2026-11-25T12:00:00Z "send the form" >/dev/null
as ana "kept early" <<'END'
wait send the form
settle
keys G k k
settle
keys p
settle
save asked
keys Esc
settle
save open
keys p
type by e-mail
keys Enter
settle
save kept
END
shows asked "Owen Castell: send the form"
shows open "send the form"
shows kept "promise kept"
lacks kept "send the form"
# signed on: a row of the desk is looked at; who is found is a contact
contacts() { command ana --now $now --format ndjson contact list $ingrid | grep -c '"channel":"counter"'; }
as ana "signed on" <<'END'
wait promise in
settle
type :signon counter
keys Enter
wait signed on: counter
keys j
settle
keys Enter
wait NOT VERIFIED
settle
save looked
keys D
wait promise in
type /email:ingrid.solheim@example.org
keys Enter
wait CONTACT counter
settle
save begun
keys Tab Tab Tab
settle
save notes
END
shows looked "signed on: counter"
lacks looked "contact begun"
lacks looked "CONTACT counter"
has "a tab without notes says how to write one" "$(cat "$dir/notes")" "no note yet; n writes one"
is "who is found is a contact" "$(contacts)" 1
shows begun "w wrap up"

# The case that was opened first is in sight beside a new one, which has nothing yet.
as ana "two cases" <<'END'
wait promise in
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys c 1
wait what the customer wants
type the kettle leaks
keys Enter
wait WANTS     the kettle leaks
settle
save second
keys [
wait WANTS     direct billing
settle
save first
END
shows second "TRIED     nothing for this; [ leads to: direct billing"
shows second "PROMISED  call back"
shows first "password-reset"

# What a customer's rows were filtered by stands again for whoever comes back by Esc or F9, and for nobody else; Esc in
# the filter says how to have it back.
as ana "a filter that was left" <<'END'
wait promise in
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
type :contact
keys Enter 1
wait ON CALL
settle
type fbilling
keys Enter
wait billing: 
save filtered
keys D
wait Esc caller
type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
save other
keys D
wait Esc caller
keys Esc
wait Owen Castell
settle
save back
keys Esc F9
wait Owen Castell
settle
save again
keys f Esc
wait all rows again; f Up has "billing"
save all
keys f Up
wait billing: 
keys Enter D
wait Esc caller
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
save anew
keys w 1 Enter Enter
settle
END
words() { grep -o "billing: [0-9]* of [0-9]*" "$dir/$1"; }
is "back from the desk" "$(words back)" "$(words filtered)"
is "found again" "$(words again)" "$(words filtered)"
is "somebody else" "$(words other)" ""
is "all rows" "$(words all)" ""
is "opened anew" "$(words anew)" ""

# What it took the customer has a place beside two promises, too: as much of it as there is room for.
command ana --now $now promise make $ingrid --due 2026-11-22T15:00:00Z "send the form" >/dev/null
as ana "effort" <<'END'
wait promise in
type /email:ingrid.solheim@example.org
keys Enter
wait +1 more
settle
save effort
END
has "effort" "$(grep PROMISED "$dir/effort")" "contact"

# A pop's contact is wrapped up by the key that the last line names, also while only a number says who it is; and
# whoever else is looked at meanwhile is no contact: the call goes on, and the first line says with whom it is not.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
command ana pop tel:+447700900862 --call CA9 --agent raj --number +447700900862 >/dev/null
as raj "a pop" <<'END'
wait calls: ! opens
type :signon phone
keys Enter
wait signed on
keys !
wait ON CALL
settle
save popped
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
save other
END
shows popped "WHO IS IT"
shows popped "w wrap up"
lacks popped "somebody else"
shows other "ON CALL"
shows other "with somebody else"
lacks other "contact begun"
finish
