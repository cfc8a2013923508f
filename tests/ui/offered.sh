#!/bin/sh
# Opening a case offers the contacts that no case has: all ticked, each within reach, kept in the draft, taken back by one key.
set -u
backends='phone chat' more='windows: {loose: 60d}' size=80x24
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
owen='type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle'

as ana "numbers, pages, back, a draft" <<END
$owen
keys c
type direct billing
keys Enter
wait contacts that no case has yet
wait of 14 ticked
save all
keys 0
wait 0 of 14
keys 0
wait 14 of 14
breathe
keys 2
wait 2 [ ]
wait 13 of 14
keys PgDn
save more
keys 1
wait 12 of 14
keys PgDn
wait 2 [ ]
breathe
keys x
wait a number takes a tick away
breathe
keys S-Tab
wait what the customer wants
keys Enter
wait 12 of 14
keys Esc
wait kept as a draft
save left
keys c
wait a draft that was not finished is back
wait 12 of 14
breathe
keys Enter
wait with 12 loose contacts: direct billing
settle
save opened
END
shows all "14 of 14 ticked; PgDn shows others"
shows all " 9 [x]"
shows more " 5 [x]"
lacks more " 6 [x]"
lacks left "case 1/1"
shows opened "WANTS     direct billing"
has "with those that were left" "$(command ana case history "$(command ana case list email:owen.castell@example.com | sed 's/ .*//;q')")" "conversation"

# One key takes it all back: the next case is offered all of them again.
as ana "undo" <<END
$owen
keys u
wait the case is taken back
settle
keys c
type a lost umbrella
keys Enter
wait 14 of 14
breathe
keys 0 Enter
wait opened: a lost umbrella
settle
keys c 1
type all of it
keys Enter
wait 14 of 14
keys Enter
wait with 14 loose contacts
settle
keys c 1
type nothing is left to ask
keys Enter
wait opened: nothing is left to ask
END

# A small terminal shows fewer at a time, and all are in reach.
size=60x16 as raj "small" <<END
type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
keys c
type trousers
keys Enter
wait contacts that
save small
keys 1 PgDn 1 PgUp
wait 1 [ ]
save back
keys Enter
wait WANTS     trousers
save taken
END
shows small " 1 [x]"
has "two are out" "$(cat "$dir/back")" "of "
finish
