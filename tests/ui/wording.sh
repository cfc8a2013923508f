#!/bin/sh
# What does nothing says why, and what would: in another view, by another word, or after what is still wanted.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

owen='type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
breathe'

# A command or key of another view names that view and the key that leads there.
as ana "of another view" <<'END'
settle
type :unlink
keys Enter
wait unlink works in a customer's view: / finds one
breathe
keys =
wait compare works in a customer's view: / finds one
breathe
type :promise.make
keys Enter
wait promise.make works in a customer's view: / finds one
breathe
keys Esc
type :drafts
keys Enter
wait no draft waits
breathe
keys A
wait accept works in a customer's view: / finds one, or on the desk: D leads there
breathe
keys Esc
type :promise.keep
keys Enter
wait in a shell: dossier promise keep
breathe
type :unlnk
keys Enter
wait there is no command "unlnk"
breathe
type :teme
keys Enter
wait did you mean theme?
breathe
type :theme zzz
keys Enter
wait there is no theme "zzz"; there are dark, green, high-contrast, light, mono
breathe
type ::zzzz
wait no command here has these words
keys BS BS BS BS
gone no command here has these words
keys Esc
END
as ana "in its view" <<END
$owen
type :promise.make
keys Enter
wait INTERNAL promise
breathe
keys Enter
wait it is needed; Esc leaves
breathe
keys Esc
wait nothing was written
keys n
wait INTERNAL note
breathe
keys Enter
wait it is needed; Esc leaves
breathe
keys Esc
type :link x@example.org
keys Enter
wait link takes nothing after it: it asks
END
finish
