#!/bin/sh
# Each key of the tables, in each view: what ? lists does something there or says why not, what it does not list says
# that it does nothing, and none is silent.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
now=2026-11-22T12:41:00Z size=90x80
# somebody else with Ingrid's number
sed -i 's/^store:/  paper: {connector: till-export}\n&/; s/^  raj:/  sue: {name: Sue Hall, login: sue, team: support, role: supervisor}\n&/' "$dir/house.yaml"
printf 'Shop;Receipt;Time;Customer;E-mail;Phone;Loyalty no;Total;State;Articles\nLeeds;7001;2026-11-19T15:30:00Z;Tom Moss;tom.moss@example.org;07700 900862;L-7;12.50;paid;1 umbrella\n' >"$dir/paper.csv"
mkdir "$dir/sue"
command sue feed load paper "$dir/paper.csv" >/dev/null 2>"$dir/said" || is "the paper till" "$(cat "$dir/said")" ""
keys=$(sed -n 's/^\t{ "\([^"]*\)", VIEW_[A-Z]*, UI_[A-Z_]* },$/\1/p' "$DOSSIER_SRC/src/ui/operations.c" | sort -u)
[ "$(echo "$keys" | wc -l)" -gt 50 ] || is "keys were found" "$keys" "more than fifty"

# a note that waits, somebody parked, a notice
as ana "a little story" <<END
type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle
keys c
type trousers
keys Enter
wait WANTS     trousers
breathe
keys n
$(half_note "half a note")
type :notice
keys Enter
wait INTERNAL notice
type the lift is out of order
keys Enter 1
wait until when
type +5d
keys Enter
wait notice shown
gone it waits here
settle
END

ingrid='type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle'
# reach VIEW: what leads there from the desk
reach() {
	case $1 in
	desk) printf 'keys g\nsettle\n' ;;
	find) printf 'patient\ntype 07700900862\nkeys Enter\nwait people match\nbreathe\n' ;;
	customer) echo "$ingrid" ;;
	compare) printf '%s\nkeys =\nsettle\n' "$ingrid" ;;
	act) printf '%s\nkeys a\nsettle\n' "$ingrid" ;;
	raw) printf '%s\ntype :raw\nkeys Enter\nwait as it came\nsettle\n' "$ingrid" ;;
	stock) printf 'type :stock CHINO-3230\nkeys Enter\nsettle\n' ;;
	knowledge) printf 'type :kb card\nkeys Enter\nsettle\n' ;;
	parked) printf 'keys Z\nsettle\n' ;;
	palette) printf 'type ::\nsettle\n' ;;
	help) printf 'keys ?\nsettle\n' ;;
	*) printf 'type :%s\nkeys Enter\nsettle\n' "$1" ;;
	esac
}
# no view ends here: suspending needs a terminal, and the lock is a view of nobody
# x comes last: it throws away what the view is about; keys after a find that ends in candidates are held for a while
pressed() {
	case $1 in
	find) printf '%s\n' j G Enter r '?' / ';' n = f D ;;
	*) echo "$keys" | grep -vx -e L -e C-z -e x; echo x ;;
	esac
}

for view in desk find customer stock knowledge notices drafts parked backends act raw compare help palette; do
	rm -rf "$dir/shots"
	mkdir "$dir/shots"
	{
		if [ $view != help ] && [ $view != palette ] && [ $view != act ]; then
			reach $view
			printf 'keys ?\nsettle\nsave shots/list\n'
		fi
		i=0
		for key in $(pressed $view); do
			i=$((i + 1))
			printf 'keys Esc Esc Esc Esc Esc\n'
			reach $view
			printf 'save shots/%s.before\nkeys %s\nsettle\nsave shots/%s.after\n' $i "$key" $i
		done
	} >"$dir/script"
	screen ana script 2>"$dir/said" || { is "$view can be walked through" "$(tail -n 3 "$dir/said")" ""; continue; }
	i=0
	for key in $(pressed $view); do
		i=$((i + 1))
		does=yes
		# the message line
		case $(tail -n 2 "$dir/shots/$i.after" | head -n 1) in *"does nothing"* | *" works in a "* | *" works on "* | *" works among "* | *"nothing to filter"*) does=no ;; esac
		case $key in
		# a movement where there is nowhere to go, what is answered as before, and painting anew leave all as it was;
		# what is undone is told when the store has done it
		j | k | Up | Down | g | G | Home | End | PgUp | PgDn | Space | C-b | C-f | C-l | r | F5 | F9 | u) ;;
		*) ! cmp -s "$dir/shots/$i.before" "$dir/shots/$i.after" || is "$view: $key" silent "something is shown" ;;
		esac
		[ -f "$dir/shots/list" ] || continue
		listed=no
		# the first column of ?: an operation's keys, apart by a space
		cut -c 3-20 "$dir/shots/list" | tail -n +4 | tr ' ' '\n' | grep -qxF -- "$key" && listed=yes
		is "$view: $key is listed by ? where it acts" "$listed" "$does"
	done
	[ $view = customer ] || continue
	# the keys that agents are promised, and what each leads to
	while IFS='|' read -r key words; do
		i=$(pressed customer | grep -nxF -- "$key" | cut -d: -f1)
		has "$key" "$(cat "$dir/shots/$i.after")" "$words"
	done <<'END'
n|INTERNAL note about Ingrid
F6|INTERNAL note about Ingrid
w|password-reset
c|case: a new one
h|the team that is to take it
A|no hand-off of this customer is offered
p|what was promised
v|how the customer was verified
a|to be done for Ingrid
Q|the question, so that
s|stock of
b|articles on trousers
e|what is to be done next
i|also this customer
m|put into the case
d|what is wrong
R|the closed field
o|nothing here has an address
/| find
f|words kind: from:
;|f filters first
!|the first line announces nothing
D|waiting for you
F3|waiting for you
x|next: your case
z|waiting for you
Z|Owen Castell
[|there is one case only
]|there is one case only
=|1 person matches
Tab|[cases 1]
S-Tab|[profile]
Enter|return, received
Esc|waiting for you
q|waiting for you
F12|waiting for you
:|Tab lists
?|keys of the customer view
F1|keys of the customer view
y|clipboard
j|▸10 Nov
Down|▸10 Nov
G|▸31 Oct 19:55
End|▸31 Oct 19:55
PgDn|▸31 Oct 19:55
Space|▸31 Oct 19:55
END
done

# those that need something first: another case, a filter, a search, a prompt
as ana "cases, matches, the last search, the list of a field" <<END
$ingrid
type :case.open
keys Enter
type a lost umbrella
keys Enter
wait WANTS     a lost umbrella
settle
keys ]
wait WANTS     trousers
keys [
wait WANTS     a lost umbrella
type fout of 32
keys Enter f Esc
settle
keys g ;
wait ▸31 Oct 20:02
keys G k g Down Up End PgUp
wait ▸16 Nov
keys r
settle
keys F5
settle
keys D
wait waiting for you
keys F9
wait Ingrid Solheim
settle
type :
keys F4
wait find-again
keys Esc u
gone WANTS     a lost umbrella
keys L
wait locked: Ana Lima
keys Enter
wait Ingrid Solheim
END
finish
