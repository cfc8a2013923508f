#!/bin/sh
# What agents do, in as few keys as was promised: two of them over the practice backends and one store.
set -u
backends='phone chat' size=100x30
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

# A number is its digits and Enter. Found by a number alone, nothing is written before = has settled who it is.
as ana "find and settle" <<'END'
settle
type 07700900417
keys Enter
wait Owen Castell
settle
keys n
wait = compares
type wants a filter, verified later
keys Enter
settle
keys Esc
wait kept as a draft
keys =
wait 1 person matches
keys Enter
wait NOT VERIFIED
settle
keys n
wait wants a filter, verified later
breathe
keys C-u Esc
settle
save settled
END
shows settled "[timeline"

# A note is one key, its text, one key; a case, a next step and a promise likewise.
as ana "note, case, next, promise" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL note about Owen Castell
type wants direct billing
keys M-Enter
type not another reset
wait not another reset
save compose
keys Enter
wait note saved
settle
keys c
type direct billing to the company card
keys Enter
wait those with a tick
keys Enter
wait WANTS     direct billing to the company card
keys e
type card form is with billing
keys Enter
wait NEXT      card form is with billing
keys p
type call back
keys Enter
type +2h
keys Enter
wait PROMISED  call back today 14:00
settle
save written
END
shows compose "not another reset"
shows written "case 1/1"
shows written "note   "

# The wrap-up of an ordinary call: four keys. A hand-off with its brief filled in: four.
as ana "wrap up, hand off" <<'END'
type /email:owen.castell@example.com
keys Enter
wait direct billing to the company card
settle
type :contact
keys Enter
wait 1 phone
keys 1
wait ON CALL 0:00
settle
keys w 1
wait 1 [x] password-reset  2 [ ] callback
keys 2
wait 2 [x] callback
keys 2
wait 2 [ ] callback
keys Enter S-Tab
wait 1 [x] password-reset
keys Enter 2
gone ON CALL
wait wrapped up
settle
keys h 2 1
wait Enter sends it
settle
save brief
keys x Enter
wait S-Tab goes back
breathe
keys Enter
wait nothing was sent
breathe
keys Enter
gone Enter sends it
wait offered
settle
save offered
END
shows offered "Owen Castell"
shows brief "offered to billing"
has "the brief that goes out is read first" "$(tail -n 14 "$dir/brief")" "NEXT      card form is with billing"
has "with what was tried" "$(tail -n 14 "$dir/brief")" "TRIED     "
has "and promised" "$(tail -n 14 "$dir/brief")" "PROMISED  "

# What waits stands on the desk and on the first line; accepting is one key.
now=2026-11-22T12:30:00Z as raj "accept" <<'END'
wait 1 to accept
settle
save desk
keys A
wait accepted
settle
gone 1 to accept
save taken
END
shows desk "direct billing to the company card"
shows taken "NEXT      card form is with billing"
hasnt "to read a brief is no contact" "$(head -n 1 "$dir/taken")" "ON CALL"

# The draft of a note that was left is back; an empty one leaves nothing.
now=2026-11-22T12:40:00Z as ana "draft" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
type half a sen
keys Esc
wait kept as a draft
keys n
wait half a sen
breathe
type tence
keys Enter
wait note saved
settle
keys n
wait INTERNAL
keys Esc
wait nothing was written
keys n
wait INTERNAL
save emptied
END
hasnt "a note that was saved is no draft" "$(tail -n 14 "$dir/emptied")" sentence

# Cases have a tab, and a history each. A customer is put aside and recalled by a digit; drafts are listed.
now=2026-11-22T12:45:00Z as ana "cases, park, drafts" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys Tab
wait [cases 1]
save cases
keys Enter
wait handed off
save history
keys Esc n
wait INTERNAL
type unfinished
keys Esc
wait kept as a draft
keys z
wait parked; Z recalls
type :drafts
keys Enter
settle
wait unfinished
keys Esc Z
wait 1 Owen Castell
keys 1
wait NOT VERIFIED
wait unfinished
breathe
keys Esc
settle
keys Z
wait nobody is parked
END
shows cases "direct billing to the company card"
shows history "case opened"

# The agent's own file: a key of one's own, and a mistake told with its line.
mkdir -p "$dir/raj/.config/dossier"
printf 'looks: {theme: light}\nkeys:\n  F7: find\n  F8: fnid\n' >"$dir/raj/.config/dossier/dossier.yaml"
now=2026-11-22T12:46:00Z as raj "keys of one's own" <<'END'
wait dossier.yaml:4: no operation is called "fnid"; did you mean find
keys F7
wait Enter takes it
END

# What I wrote last is undone by one key.
now=2026-11-22T12:50:00Z as ana "undo" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys p
type send the form
keys Enter
type +1h
keys Enter
wait send the form today
settle
keys u
gone send the form today
END

# Entries of others choose another case meanwhile: a note goes to the one that was seen when it was begun.
now=2026-11-22T12:55:00Z as ana "a note stays with its case" <<'END' &
type /email:owen.castell@example.com
keys Enter
wait WANTS     direct billing to the company card
settle
keys n
wait unfinished
breathe
keys C-u
type about the company card
save composing
wait WANTS     a lost umbrella
keys Enter
wait note saved
save noted
END
ana=$!
while [ ! -f "$dir/composing" ] && kill -0 $ana; do sleep 0.05; done
now=2026-11-22T12:56:00Z as raj "another case" <<'END'
type /email:owen.castell@example.com
keys Enter
wait WANTS     direct billing to the company card
settle
keys c 1
type a lost umbrella
keys Enter
wait WANTS     a lost umbrella
settle
END
wait $ana
shows noted "note saved"
raj() { command raj "$@"; }
code() { raj case list email:owen.castell@example.com | sed -n "s/^\([A-Z0-9]*\) .*$1.*/\1/p"; }
has "a note of its case" "$(raj case history "$(code "direct billing")")" "about the company card"
hasnt "a note of another case" "$(raj case history "$(code umbrella)")" "about the company card"

# Without a private file nothing is saved: it is said while one types, and the text stays there.
touch "$dir/file"
export XDG_STATE_HOME="$dir/file"
now=2026-11-22T13:00:00Z as ana "not saved" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
type the kettle leaks
wait not on disk
keys Enter
wait not saved
wait the kettle leaks
keys Esc e
type send a kettle
keys Enter
wait not saved
wait send a kettle
END
unset XDG_STATE_HOME

# What is typed and cannot be read is asked for again, with the reason, and is still there.
now=2026-11-22T13:05:00Z as ana "typed wrong" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys p
type call back
keys Enter
type soonish
keys Enter
wait ▸ soonish
wait due: 
keys S-Tab
wait ▸ call back
keys Enter
wait ▸ soonish
END

# Two of one name, side by side: Enter says that they are one, u takes it back, and they are two again.
awk -v shop="$(practice shop)" '{ print } /^  chat:/ { print shop }' "$dir/house.yaml" >"$dir/both.yaml"
mv "$dir/both.yaml" "$dir/house.yaml"
now=2026-11-22T12:55:00Z as ana "compare and link" <<'END'
patient
type /name:Owen Castell
keys Enter
wait 2 people match
settle
breathe
keys Enter
settle
keys =
wait Llandaff Street
save beside
keys Esc
gone Llandaff Street
keys = Enter
wait the two are one customer now
settle
keys S-Tab
wait 3 Llandaff Street
save linked
keys u
gone Llandaff Street
wait 17 Harbour Row
settle
save parted
END
shows beside "email:o.castell.cardiff@example.net"
has "what agrees is marked" "$(grep Castell "$dir/beside" | tr -s ' ')" " name Owen Castell = Owen Castell"
shows linked "owen.castell@example.com"
shows linked "o.castell.cardiff@example.net"
hasnt "what was parted is not shown" "$(cat "$dir/parted")" o.castell.cardiff

# Among the candidates, = looks at the chosen one beside the others and chooses nobody: Esc leads back to all of them,
# and from there to the desk. What matched is told in words.
now=2026-11-22T12:55:30Z as ana "compare candidates" <<'END'
patient
type /name:Owen Castell
keys Enter
wait 2 people match
settle
breathe
save candidates
keys =
wait whom you chose, and 1 of 1
wait Llandaff Street
keys Esc
wait 2 people match
settle
breathe
keys =
wait whom you chose, and 1 of 1
keys =
wait 2 people match
settle
breathe
keys Esc
wait Who is on the line?
keys /
type name:Owen Castell
keys Enter
wait 2 people match
settle
breathe
keys = Enter
wait the two are one customer now
settle
keys u
gone Llandaff Street
settle
END
# Whoever was left for the candidates is led back to, though two of them were compared in between.
now=2026-11-22T12:55:40Z as ana "compare after a customer" <<'END'
patient
type /name:Owen Castell
keys Enter
wait 2 people match
settle
breathe
keys Enter
settle
breathe
keys =
wait 1 of 1
settle
breathe
keys =
wait Esc leads back to the customer
settle
breathe
keys =
wait whom you chose
settle
breathe
keys Esc
wait Esc leads back to the customer
settle
breathe
keys Esc
wait WANTS
settle
END
shows candidates "name in first name last name of shop: Owen Castell"
shows candidates "= compare"

# What has no key is a command, and in the palette by any of its words.
now=2026-11-22T12:56:00Z as ana "operations without a key" <<'END'
settle
type ::until a time
wait tell a site or a team
keys Enter
wait Enter saves
keys Esc
wait nothing was written
type :notice
keys Enter
wait Enter saves
END

# From the candidates Esc leads back to the customer that was left for them, and from there to the desk.
now=2026-11-22T13:09:00Z as ana "back from candidates" <<'END'
type 07700900417
keys Enter
settle
wait Owen Castell
keys =
wait 1 person matches
wait Esc leads back to the customer
breathe
keys Esc
wait WANTS
gone Esc leads back
settle
keys n
wait INTERNAL
type half a
keys C-z
wait there is no shell to go back to
wait half a
keys C-u Esc
wait nothing was written
breathe
keys Esc
gone WANTS
wait the keys of this view
END

# What no backend finds by was asked of nobody; a number as shops print it is read as an order and a receipt.
now=2026-11-22T13:09:30Z as ana "nobody was asked" <<'END'
type /receipt:LDS01-954727
keys Enter
wait nobody was asked for "receipt:LDS01-954727"
wait no backend finds by receipt
settle
breathe
type /LDS01-954727
keys Enter
wait nobody found for "LDS01-954727"
wait order:LDS01-954727, receipt:LDS01-954727
wait no backend finds by receipt
END

# What the house closes is closed where people are chosen, too.
cat >>"$dir/house.yaml" <<'END'
masks: [{field: identity.tel, level: 1}, {field: profile.names, level: 1}, {field: row.text, level: 1}]
END
now=2026-11-22T13:10:00Z as ana "closed candidates" <<'END'
type 07700900417
keys Enter
settle
gone Owen Castell
keys =
wait 1 person matches
settle
save candidates
END
hasnt "a closed name among candidates" "$(cat "$dir/candidates")" Castell
now=2026-11-22T13:10:00Z as ana "closed words on the desk" <<'END'
settle
wait closed until verified
gone billing to the company card
END

# What is too long for a field is said, not dropped.
long=$(head -c 40000 /dev/zero | tr '\0' x)
now=2026-11-22T13:10:00Z as ana "a long paste" <<END
type /email:owen.castell@example.com
keys Enter
settle
keys n
wait INTERNAL
paste $long
wait xxxxxxxx
paste $long
wait nothing of it was taken
END

sed "/^masks:/d" "$dir/house.yaml" >"$dir/open.yaml"
mv "$dir/open.yaml" "$dir/house.yaml"
# Found by telephone, and verified: what is written goes to whom it was verified, who is no stranger afterwards.
now=2026-11-22T13:20:00Z as ana "verify settles" <<'END'
settle
type 07700900862
keys Enter
wait WHO IS IT?
settle
keys v
wait how
keys 2
wait field
save fields
type address
keys Enter
wait what the customer said
type ZZ9 9ZZ
keys Enter
wait how did the customer come
keys 1
wait no match
settle
save mismatch
keys v 2
wait field
type profile.addresses
keys Enter
wait what the customer said
type LS2 3AW
keys Enter
wait verified: compare
settle
gone WHO IS IT?
save verified
keys n
wait INTERNAL note about
type verified by postcode
keys Enter
wait note saved
settle
END
shows fields "1 address"
lacks fields "profile."
shows mismatch "WHO IS IT?"
shows verified "Ingrid Solheim"
shows verified "ON CALL"

# It stays settled when that contact is wrapped up: she can be handed off from the same screen, and what was opened by
# verifying is closed again.
now=2026-11-22T13:20:30Z as ana "settled after the wrap-up" <<'END'
settle
type 07700900417
keys Enter
wait WHO IS IT?
settle
keys v 1
wait how did the customer come
breathe
keys 1
wait verified: stated
gone WHO IS IT?
settle
breathe
keys w 1 Enter 2
wait wrapped up
gone ON CALL
wait NOT VERIFIED
settle
save wrapped
breathe
keys h
wait the team that is to take it
breathe
keys Esc
END
hasnt "who was verified is known" "$(cat "$dir/wrapped")" "WHO IS IT?"

# The contact that began with it is hers, so that the number finds her alone; a customer's word settles it, too.
now=2026-11-22T13:21:00Z as ana "verify settles at once" <<'END'
type 07700900862
keys Enter
wait Ingrid Solheim
settle
save again
keys Esc
type 07700900417
keys Enter
wait WHO IS IT?
settle
keys v 1
wait how did the customer come
keys 1
wait verified: stated
gone WHO IS IT?
keys n
wait INTERNAL note about Owen Castell
keys Esc Esc
type 07700900417
keys Enter
wait Owen Castell
settle
save number
END
shows again "[timeline"
hasnt "the number is hers alone" "$(cat "$dir/again")" "(not known)"
shows number "[timeline"

# One more identity: who has it already stands beside the customer first; what nobody has is linked at once.
now=2026-11-22T13:30:00Z as ana "identities" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys i
wait also this customer
type ingrid.solheim@example.org
keys Enter
wait one person or two
save beside
keys Esc
gone one person or two
keys i
type x:@nobody.yet
keys Enter
wait x:@nobody.yet linked
settle
keys u
wait x:@nobody.yet taken off
END
shows beside "Owen Castell"
shows beside "Ingrid Solheim"
shows beside "i: link this alone"

# A call goes on while others are looked at: their wrap-up is refused before anything is asked, the desk's is of the call,
# and Esc leads from the desk back to whoever is there. What was hung up is wrapped up from the desk by its name, and
# from the customer whose number it was.
now=2026-11-22T14:00:00Z as raj "a call, and others" <<'END'
type 07700900862
keys Enter
wait Ingrid Solheim
settle
type :contact
keys Enter
wait 1 phone
keys 1 Enter
settle
keys D
wait ON CALL
settle
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys w
wait no contact is open with Owen
breathe
save other
keys D
wait Who is on the line
settle
keys Esc
wait Ingrid Solheim
settle
save back
keys D
settle
keys w
wait contact end about
save desk
keys Esc
settle
breathe
keys Esc
wait Ingrid Solheim
settle
type :hangup
keys Enter
wait contact ended, not wrapped up
settle
keys D
wait no wrap-up
settle
keys w
wait contact end about
save stray
keys Esc
settle
keys Enter
wait Ingrid Solheim
settle
keys w
wait contact end about Ingrid
keys Enter 2
wait wrapped up
settle
keys D
END
shows other "with +447700900862 (phone); D Esc leads back"
lacks other "INTERNAL"
shows back "ON CALL"
lacks back "with somebody else"
shows desk "+447700900862, phone 22 Nov 14:00"
shows stray "+447700900862, phone 22 Nov 14:00"

# A printable key is text where a text is typed, whatever the agent bound it to.
mkdir -p "$dir/ana/.config/dossier"
printf 'keys: {S: suspend}\n' >"$dir/ana/.config/dossier/dossier.yaml"
as ana "a key that is text" <<'END'
wait Who is on the line
settle
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
breathe
type Sent a Small parcel
settle
save typed
END
shows typed "Sent a Small parcel"


# A question is read whole where it is answered, and a no is told as one wherever the answer is.
command ana ask owen.castell@example.com 'The customer asks for the two months in which nothing worked, and for the call costs that came with them: may I give him both back?' --agent raj --amount '20.00 GBP' >/dev/null
as raj "answer a question" <<'END'
wait question
settle
keys Q
wait call costs that came with them: may I give him both back? (20.00
save asked
keys 2
wait the answer
type fine by me next week
keys Enter
wait answered no
settle
END
as ana "a no is a no" <<'END'
wait answered no
settle
save answered
END
shows asked "ana asks: The customer asks for the two months"
shows answered "fine by me next week"
has "in the list, too" "$(command ana question list --all owen.castell@example.com)" "raj: no, fine by me next week"
finish
