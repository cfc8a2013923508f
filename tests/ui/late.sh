#!/bin/sh
# What comes late, while an agent types: a backend of three seconds, candidates where a customer was meant, one more who
# has the number, a paste. Nothing typed is lost, nothing runs where it was not meant, nothing is written to the wrong person.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
slow() { control /faults -d "{\"backend\":\"$1\",\"latency\":\"$2\"}" >/dev/null; }
# 200 letters, each group another, so that one that is lost or doubled shows
letters=$(awk 'BEGIN { for (i = 100; i < 150; i++) printf "%d,", i; print "" }')
notes_of() { command raj timeline "$1" --kind note --format ndjson 2>/dev/null; }

# The others' rows are there at once, and so are the keys: 200 of them while the telephone exchange takes its time.
slow phone 3s
as ana "a slow backend" <<END
type /email:owen.castell@example.com
keys Enter
wait Could you please call us?
save early
quick n
type $letters
quick Enter
wait note saved
save written
wait phone◐
settle
keys g
wait +447700900417, 25 min
save whole
END
lacks early "25 min"
lacks written "25 min"
shows written "Could you please call us?"
lacks whole "phone◐"
has "all of what was typed" "$(notes_of email:owen.castell@example.com)" "$letters"

# Rows that come under a filter are sifted as well, and the brief and the tabs count them: also a note, once it is there.
as ana "filtered meanwhile" <<END
type /email:owen.castell@example.com
keys Enter
wait Could you please call us?
keys f
type kind:call
keys Enter
wait kind:call: 0 of
save few
gone kind:call: 0 of
settle
save more
keys n
type one more
keys Enter
wait note saved
settle
save noted
END
shows few "4 contacts 1 channel"
shows few "notes 2 "
shows more "kind:call: 10 of 24"
shows more "14 contacts 2 channels"
shows more "notes 2 "
shows noted "notes 3 "

# The same keys behind a look-up that ends in candidates: not one of them runs among these.
as ana "candidates" <<END
type /name:Owen Castell
keys Enter
quick n
type x$letters
quick Enter
wait 2 people match
wait 203 keys held
save held
breathe
keys Esc
wait 203 keys dropped
END
lacks held "INTERNAL"
shows held "▸Owen Castell"
hasnt "nothing is written to the first" "$(notes_of email:owen.castell@example.com)" "x$letters"
hasnt "nothing is written to the second" "$(notes_of email:o.castell.cardiff@example.net)" "x$letters"

# Enter uses them where the agent has gone meanwhile.
as ana "used elsewhere" <<END
type /name:Owen Castell
keys Enter
quick n
type y$letters
quick Enter
wait 203 keys held
breathe
keys Enter
settle
save used
END
hasnt "a list takes no note" "$(notes_of email:owen.castell@example.com)" "y$letters"

# A mail pasted where no text is written is somebody to be looked for, and its other lines are nothing.
slow all 0
as ana "a paste" <<'END'
type /email:owen.castell@example.com
keys Enter
wait Owen Castell
settle
paste ingrid.solheim@example.org\nnI will not pay\nq:quit\nzD\n
wait find ingrid.solheim@example.org
save pasted
keys Enter
wait Ingrid Solheim
settle
save found
END
shows pasted "Owen Castell"
lacks pasted "INTERNAL"
shows found "─[timeline"
lacks found "I will not"

# Alt-Enter, which breaks the line of a note, changes nothing in a field of one line: the same keys go on to edit it.
as ana "Alt-Enter in a line" <<'END'
settle
keys /
quick M-Enter
type bcd
quick C-a
type a
wait find abcd
keys Esc
END

# Tom and Owen share a number; Owen's systems are late. Tom opens, as one who may not be it; nothing is written before it
# is settled, and Owen is told of when he comes, and replaces nobody.
cat >"$dir/till.csv" <<END
Shop;Receipt;Time;Customer;E-mail;Phone;Loyalty no;Total;State;Articles
Leeds;7001;2026-11-19T15:30:00Z;Tom Moss;tom.moss@example.org;07700 900417;L-7;12.50;paid;1 umbrella
END
sed "s|^backends:|&\n  till: {connector: till-export}|; s|^agents:|&\n  sue: {name: Sue, login: sue, role: supervisor}|" "$dir/house.yaml" >"$dir/both.yaml"
mv "$dir/both.yaml" "$dir/house.yaml"
chmod 600 "$dir/house.yaml"
mkdir "$dir/sue"
command sue feed load till "$dir/till.csv" >/dev/null
slow chat 2s
slow shop 2s
slow phone 2s
as ana "late for a shared number" <<'END'
type 07700900417
keys Enter
wait Tom Moss
wait WHO IS IT?
wait found by telephone only, 2 systems still asked
save alone
keys n
type is late
wait then it is saved
keys Enter
wait compare (=) or verify
breathe
keys Esc
wait kept as a draft
settle
breathe
keys j
wait has this number too: = compares
gone still asked
save told
settle
breathe
keys =
wait one person or two
save beside
END
lacks alone "Owen"
shows told "WHO IS IT?"
has "Tom stays" "$(sed -n 2p "$dir/told")" "Tom Moss"
shows beside "Owen Castell"
hasnt "nothing to Tom" "$(notes_of email:tom.moss@example.org)" "late"
hasnt "nothing to Owen" "$(notes_of email:owen.castell@example.com)" "is late"
finish
