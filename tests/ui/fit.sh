#!/bin/sh
# What works is named where it works, and what is shown fits: the key line of what is open, words of a view for its keys,
# a filter that was kept, and prompts beside long messages, down to the smallest screen.
set -u
sandbox='--customers 20'
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"

ingrid='type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
breathe'
# keyline FILE: its last line
keyline() { tail -n 1 "$dir/$1"; }

# Found by what others may share, the next thing is to settle who it is; then the work.
as ana "who it is comes first" <<'END'
patient
type 07700900862
keys Enter
wait WHO IS IT
settle
save unsettled
keys = Enter
wait NOT VERIFIED
settle
save settled
END
case $(keyline unsettled) in " = compare  v verify"*) ;; *) is "the key to settle it" "$(keyline unsettled)" " = compare  v verify" ;; esac
case $(keyline settled) in " n note"*) ;; *) is "the keys for work" "$(keyline settled)" " n note" ;; esac

# From the desk of a live call Esc leads back, and the key line says so; back there a wrap-up is to be done.
as ana "the way back to the caller" <<END
$ingrid
type :contact
keys Enter 1
wait contact begun
settle
keys D
wait Who is on the line
settle
save live
keys ?
wait keys of the desk
save words
keys Esc
gone keys of the desk
keys Esc
wait Ingrid Solheim
settle
save again
keys w 1 Enter 1
wait wrapped up
settle
keys D
gone Ingrid Solheim
settle
save nobody
END
has "to the caller" "$(keyline live)" "Esc caller"
has "and the wrap-up" "$(keyline live)" "w wrap up"
has "w is named when the customer is back" "$(keyline again)" "w wrap up"
hasnt "nobody is on the line" "$(keyline nobody)" "caller"
shows words "my promise is kept: the chosen one"
shows words "answer a question to me"
shows words "wrap up my contact"

# One thing open over the list: how it is left and read stands first, and a case is copied by its code.
as ana "a case" <<END
$ingrid
keys c
type trousers
keys Enter
wait those with a tick
keys Enter
wait WANTS     trousers
settle
END
for size in 60x16 80x24 100x30; do
	as ana "what is open at $size" <<END
$ingrid
keys Enter
settle
save detail
keys Esc
save closed
keys Tab Enter
settle
save history
keys y
wait clipboard
save copied
keys Esc Tab Enter
settle
save order
keys Esc Esc
END
	for shot in detail history order; do
		case $(keyline $shot) in " Esc back  j k scroll  y copy"*) ;; *) is "the keys of $shot at $size" "$(keyline $shot)" "Esc back  j k scroll  y copy" ;; esac
	done
	case $(keyline closed) in " n note"*) ;; *) is "the keys of the list at $size" "$(keyline closed)" "n note" ;; esac
	code=$(sed -n 's/.*▸.* \([0-9A-Z]\{4\}\) open .*/\1/p; s/.*case [0-9]*\/[0-9]* · \([0-9A-Z]\{4\}\).*/\1/p' "$dir/history" | head -n 1)
	[ "$size" = 60x16 ] || shows copied " $code (this terminal has no clipboard)"
done
size=80x24

# A filter that was kept says its words beside how many rows it leaves, in every view that filters, cut where they are long.
paper='東京 مرحبا'
for size in 60x16 80x24 100x30 200x50; do
	as ana "filters that are kept at $size" <<END
$ingrid
type fchat
keys Enter
settle
save timeline
keys Tab
settle
save cases
keys Tab
settle
save orders
keys S-Tab S-Tab
settle
keys f C-u
type $paper $(printf '%0200d' 0)
keys Enter
settle
save long
keys f Esc
settle
save none
type :raw
keys Enter
settle
type fsubject
keys Enter
settle
save raw
keys Esc
type :stock CHINO-3230
keys Enter
settle
type fbroadmead
keys Enter
settle
save stock
keys Esc
type :kb card
keys Enter
settle
type fpay
keys Enter
settle
save kb
keys Esc
type :drafts
keys Enter
settle
type fzz
keys Enter
settle
save drafts
END
	shows timeline " chat: 5 of 14 "
	shows orders " chat: 0 of 1 "
	lacks cases "chat:"
	has "long words are cut at $size" "$(sed -n 7p "$dir/long")" "…: 0 of 14 "
	has "and begin as they were typed" "$(sed -n 7p "$dir/long")" " 東京 "
	[ "$(wc -L <"$dir/long")" -le "${size%x*}" ] || is "$size" "wider than that" fits
	lacks none " of 14"
	if [ $size = 60x16 ]; then shows stock "…: 2 of 14 "; else shows stock " broadmead: 2 of 14 "; fi
	shows kb " pay: "
	shows raw " subject: "
	shows drafts " zz: 0 of 0 "
done

# The longest of messages under a prompt: the brief stays, and the prompt gives rows away.
size=60x16
as ana "a long message under a prompt" <<END
$ingrid
keys p
type send {$(printf '%0150d' 0 | tr 0 a)}
keys Enter
wait is not filled in
save long
keys Esc
settle
END
size=80x24
is "all four rows of it" "$(tail -n 4 "$dir/long" | grep -c aaaa)" 3
shows long "again lets it stand"
shows long "INTERNAL promise make about Ingrid"
shows long "[timeline"
shows long "NEXT"
finish
