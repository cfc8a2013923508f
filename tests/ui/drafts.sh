#!/bin/sh
# Nothing that was typed is lost: every form keeps a draft of all its fields, for the customer, case and item it is about.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

find='type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle'

# Esc in the second field: the same key begins there, with what was typed there, and the first field stands.
as ana "a promise that was left" <<END
$find
keys c
type the kettle leaks
keys Enter
wait those with a tick
keys Enter
wait WANTS     the kettle leaks
breathe
keys p
type send a new lid
keys Enter
type fri
keys Esc
wait kept as a draft
breathe
keys p
wait fri
wait a draft that was not finished is back
breathe
type  10
keys Enter
wait PROMISED  send a new lid 27 Nov 10:00
settle
breathe
keys p
settle
save empty
END
lacks empty "send a new lid fri"

# A hand-off, with two answers chosen and one typed, left at the brief and gone on with from the list of drafts.
as ana "a hand-off from the list" <<END
$find
keys e
type billing sends a lid
keys Enter
wait NEXT      billing sends a lid
breathe
keys h
keys 2
keys 1
wait offered to billing
keys Esc
wait kept as a draft
type :drafts
keys Enter
wait handoff.offer
save list
keys Enter
wait offered to billing
breathe
keys Enter
wait offered
settle
type :drafts
keys Enter
wait no draft waits
END
shows list "billing"

# A notice is nobody's: it is opened from the list of drafts alike, at its second field.
as ana "a notice" <<'END'
settle
type :notice
keys Enter
wait Enter saves
type the lift is out of order
keys Enter
wait team
breathe
keys Esc
wait kept as a draft
type :drafts
keys Enter
wait the lift is out of order
keys Enter
wait team
breathe
keys 1
wait until
type +2h
keys Enter
settle
type :drafts
keys Enter
wait no draft waits
END

# By case: what was left of one is not offered for another.
as ana "by case" <<END
$find
keys n
wait INTERNAL
type of the kettle
keys Esc
wait kept as a draft
breathe
keys c 1
type a lost umbrella
keys Enter
wait WANTS     a lost umbrella
settle
breathe
keys n
wait INTERNAL
settle
save other
keys Esc
wait nothing was written
keys [
wait WANTS     the kettle leaks
breathe
keys n
wait of the kettle
keys Esc
END
lacks other "of the kettle"

# Thrown away, and back again.
as ana "thrown away" <<END
settle
type :drafts
keys Enter
wait of the kettle
keys x
wait no draft waits
keys u
wait of the kettle
keys Enter
wait INTERNAL note
wait of the kettle
END

# Killed in the middle of a field: within a second of typing it is on disk.
cat >"$dir/script" <<END
$find
keys p
type they get a refund
keys Enter
wait by when
type tomo
save typed
wait what never stands there
END
(cd "$dir" && LOGNAME=ana HOME="$dir/ana" exec "$DOSSIER_BIN" --config house.yaml --keys script --size 80x24 --now 2026-11-22T12:00:00Z 2>/dev/null) &
typing=$!
while [ ! -f "$dir/typed" ] && kill -0 $typing; do sleep 0.05; done
on_disk() { command ana drafts --format tsv | grep -c "they get a refund · tomo"; }
tries=0
while [ "$(on_disk)" = 0 ] && [ $((tries += 1)) -lt 400 ]; do sleep 0.05; done
kill -9 $typing
wait $typing 2>/dev/null
has "by itself" "$(command ana drafts --format tsv)" "they get a refund · tomo"
as ana "after a kill" <<END
$find
keys p
wait tomo
breathe
type rrow 9:00
keys Enter
wait promised by 23 Nov 09:00: they get a refund
END

# Parked with tab, filter and draft, and found again with them; who cannot be found stays parked.
as ana "park and recall" <<END
$find
keys Tab Tab Tab
wait [notes
type flid
keys Enter
settle
keys n
wait INTERNAL
type half of a no
keys Esc
wait kept as a draft
keys z
wait parked; Z recalls
keys Z
wait 1 Owen Castell
save parked
keys 1
wait [notes
wait half of a no
save recalled
breathe
type te
keys Enter
wait note saved
settle
keys Z
wait nobody is parked
END
shows recalled "[notes"

# Templates: Ctrl-T lists them, a digit takes one, filled in; what nothing fills is named before it goes.
as ana "templates" <<'END'
type /email:o.castell.cardiff@example.net
keys Enter
wait Owen Castell
settle
keys n
wait INTERNAL
keys C-t
wait 1 greeting
keys 1
wait Dear Owen Castell, this is Ana Lima.
keys C-t 2
wait Next: {next} ({case.code})
keys Enter
wait {next} is not filled in
breathe
keys Enter
wait note saved
settle
END

# Ctrl-X Ctrl-E: the text in an editor of one's own, whose file nobody else reads and which is gone afterwards.
cat >"$dir/editor" <<'END'
#!/bin/sh
stat -c %a "$2" >"$HOME/mode"
[ "$1" = -x ] && exit 1
printf 'and a new lid\n' >>"$2"
END
chmod +x "$dir/editor"
edits() {
	as ana "$1" <<END
$find
keys n
wait INTERNAL
type wants the kettle back
keys M-Enter
keys C-x C-e
settle
$2
breathe
keys C-a C-k
keys Esc
END
}
export EDITOR="$dir/editor -e"
edits "an editor" "wait and a new lid
save edited"
export EDITOR="$dir/editor -x"
edits "an editor that fails" "wait the text is as it was
wait wants the kettle back
save failed"
export EDITOR="$dir/missing"
edits "no editor" "wait missing
wait wants the kettle back"
unset EDITOR
shows edited "wants the kettle back"
lacks failed "and a new lid"
has "its mode" "$(cat "$dir/ana/mode")" 600
has "its file" "$(ls "$dir" | grep -c '^dossier-.*txt')" 0

# Codes that were marked are of the draft, and of the wrap-up; typed by name they are codes, too, and no line.
as ana "marked codes" <<END
$find
type :contact
keys Enter 1
wait ON CALL
settle
breathe
keys w 2
wait 2 [x] callback
keys Esc
wait kept as a draft
breathe
keys w
wait 2 [x] callback
wait 1 [ ] password-reset
breathe
type pass
keys Tab
wait password-reset
keys Enter 1
wait wrapped up
settle
END
has "both codes" "$(command ana timeline email:owen.castell@example.com --format ndjson | grep '"row":"contact"')" 'password-reset'
# A draft that was sent from elsewhere meanwhile, with other words: what is typed here is saved as well.
as ana "sent elsewhere" <<END &
type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
keys n
wait INTERNAL
type the handle came off
breathe
save begun
wait sent from elsewhere
type , twice
keys Enter
wait note saved
save both
END
ana=$!
while [ ! -f "$dir/begun" ] && kill -0 $ana; do sleep 0.05; done
until command ana drafts --format ndjson | grep -q "handle came off"; do kill -0 $ana || break; sleep 0.05; done
command ana --now 2026-11-22T12:00:00Z note email:ingrid.solheim@example.org "sent from elsewhere" --id "$(command ana drafts --format ndjson | grep "handle came off" | sed 's/.*"id":"\([^"]*\)".*/\1/')" >/dev/null
wait $ana
has "both are written" "$(command ana timeline email:ingrid.solheim@example.org --kind note --format ndjson)" "the handle came off, twice"
has "and what was sent elsewhere" "$(command ana timeline email:ingrid.solheim@example.org --kind note --format ndjson)" "sent from elsewhere"

finish
