#!/bin/sh
# Keys typed ahead of a prompt or view that does not come never run as commands: they wait for a word.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

# Found by a number that others may have, nothing is promised yet: what was typed for the promise is held, and Esc drops it.
as ana "a refused promise" <<'END'
type 07700900417
keys Enter
settle
keys p
quick c
type all Jane back
quick Enter
wait 15 keys held: Enter uses them here, Esc drops them
save held
breathe
keys Esc
wait 15 keys dropped
gone keys held
save dropped
keys n
wait INTERNAL
keys Esc
END
shows held "others may share"
shows held "WHO IS IT?"
shows held "[timeline"
lacks dropped "INTERNAL"

# What comes without a pause after the refusal is of it, too, one key at a time; after a pause a key is a key again.
as ana "key by key" <<'END'
type 07700900417
keys Enter
settle
breathe
keys p
wait others may share
quick c
wait 1 key held
quick a
wait 2 keys held
quick Enter
wait 3 keys held
breathe
keys Esc
wait 3 keys dropped
keys p
wait others may share
breathe
keys n
wait INTERNAL
keys Esc
END

# Enter uses them where the agent now is.
as ana "Enter uses them" <<'END'
type 07700900417
keys Enter
settle
keys h
quick n
type found by its number
wait 20 keys held
breathe
keys Enter
wait INTERNAL
wait found by its number
keys Esc
wait kept as a draft
END

# Nothing to accept, nobody parked, nothing to filter, no such key in this view: what was typed for them is held as well.
as ana "nothing there" <<END
settle
type Acall
wait 4 keys held
breathe
keys Esc
type Z1
wait 1 key held
breathe
keys Esc
keys F1
wait keys of
type ncall Jane
wait 9 keys held
breathe
keys Esc Esc
settle
$(owen_opens)
type Anobody
wait 6 keys held
wait no hand-off of this customer is offered
breathe
keys Esc
END

# Candidates come where one customer was meant: nothing that was typed for that one runs among them.
as ana "candidates" <<'END'
patient
type /name:Owen Castell
keys Enter n
type mentions the kettle
quick Enter
wait 2 people match
wait 21 keys held
save many
breathe
keys Esc j
END

# What is typed for a note goes in behind the draft that comes back, on a line of its own: Esc leaves all of it as a draft.
as ana "behind a draft" <<END
$(owen_opens)
keys n
wait found by its number
breathe
keys C-u
type the lid is loose
keys Esc
wait kept as a draft
breathe
keys n
type wants it sent back
wait wants it sent back
save behind
keys Esc
wait kept as a draft
breathe
keys n
wait wants it sent back
wait the lid is loose
breathe
keys C-u Esc
wait nothing was written
breathe
keys n
type wants it sent back
keys Enter
wait note saved
settle
END
has "a line of its own" "$(grep -A1 "the lid is loose" "$dir/behind" | tail -n 1)" "  wants it sent back"
lacks behind "held"

# Its Enter waits until that was read, with what was typed for what follows; no other key changes the draft unseen.
as ana "an Enter behind a draft" <<END
$(owen_opens)
keys n
wait INTERNAL
breathe
type the lid is loose
keys Esc
wait kept as a draft
breathe
keys n C-u
wait the lid is loose
wait 1 key held
breathe
keys Esc
wait 1 key dropped
keys Esc
wait kept as a draft
breathe
keys n
type wants it sent back
quick Enter
quick c
wait wants it sent back
wait it stands behind what was there: read it, then Enter
wait 2 keys held
breathe
keys Esc
wait 2 keys dropped
keys BS BS BS BS
type home
keys Enter
wait note saved
settle
END
has "both lines, and what was changed" "$(command ana timeline email:owen.castell@example.com --format ndjson)" "the lid is loose\\u000awants it sent home"

# What was typed for the first field is no answer in the second, where the draft was left.
as ana "another field of a draft" <<END
$(owen_opens)
keys p
type send a new lid
keys Enter
type fri
keys Esc
wait kept as a draft
breathe
keys p
type call
wait 4 keys held
wait fri
breathe
keys Esc
wait 4 keys dropped
keys Esc
END

# Keys that would run as commands are named as such.
as ana "what would run" <<'END'
type 07700900417
keys Enter
settle
keys p
quick u
quick u
quick n
quick j
wait 4 keys held
wait "uunj" runs u undo, u undo,
wait n note and the rest there
save runs
breathe
keys Esc
END
shows runs "others may share what it was found by: = compares or v verifies first"

# What is typed in one breath with the key that locks is the lock's: it runs nowhere else, whoever unlocks.
as ana "typed into the lock" <<END
settle
type L?n
wait locked: Ana Lima
wait **
keys C-u
gone **
keys Enter
wait Who is on the line?
settle
save unlocked
END
lacks unlocked "keys of the"

finish
