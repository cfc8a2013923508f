#!/bin/bash
# The workstation on a real terminal, which tmux plays: sizes, suspending, hanging up, dying, colours, no UTF-8.
# Waits for what must come, never for a time. Ends only the tmux server that it started.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/story.sh"
command -v tmux >/dev/null 2>&1 || { echo "SKIP terminal.sh: tmux is not installed"; exit 77; }
export TMUX_TMPDIR="$dir"
unset TMUX
server=0
# each shell has a server of its own: one that is ending takes no more
in_tmux() { tmux -f /dev/null -L "dossier-test-$server" "$@"; }
trap 'in_tmux kill-server 2>/dev/null; stop; rm -rf "$dir"' EXIT

start --customers 5
write_house
fail() { echo "FAIL $1"; in_tmux capture-pane -p 2>/dev/null | grep . | sed 's/^/  | /' | head -n 30; fails=$((fails + 1)); }

# until WHAT COMMAND...: asked again and again, for 30 s at most
until_() {
	local what=$1 end=$((SECONDS + 30))
	shift
	while ! "$@"; do
		[ $SECONDS -lt $end ] || { fail "$what"; return 1; }
		sleep 0.05
	done
}
pane() { in_tmux capture-pane -p "$@" 2>/dev/null; }
stands() { pane | grep -qF -- "$1"; }
sees() { until_ "\"$1\" is seen" stands "$1"; }
# so that what comes next is of an agent who has read the screen, and not of what was typed before (src/ui/hand.c)
breath() { sleep 0.8; }
keys() { in_tmux send-keys "$@"; }
words() { in_tmux send-keys -l -- "$1"; }

# shell COLSxROWS [NAME=VALUE...]: a fresh pane with a shell that says READY
shell() {
	local size=$1
	shift
	in_tmux kill-server 2>/dev/null
	server=$((server + 1))
	rm -f "$dir/tty.before"
	in_tmux new-session -d -x "${size%x*}" -y "${size#*x}" env -i PATH="$PATH" HOME="$dir/ana" LOGNAME=ana LC_ALL=C.UTF-8 TZ=UTC TERM=tmux-256color \
		XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir" ASAN_OPTIONS=handle_segv=0 PS1='READY ' "$@" bash --norc --noprofile -i
	in_tmux set-option -g status off >/dev/null
	in_tmux set-option -ga terminal-overrides ',*:RGB' >/dev/null
	in_tmux resize-window -x "${size%x*}" -y "${size#*x}" 2>/dev/null
	sees READY
	words "stty -g >$dir/tty.before"; keys Enter
	until_ "stty" test -s "$dir/tty.before"
}
dossier() { words "$DOSSIER_BIN --config $house; echo ended \$?"; keys Enter; }
# the workstation's own process: child of the shell
pid_of() { in_tmux list-panes -F '#{pane_pid}' | xargs -I{} pgrep -P {} -x "$(basename "$DOSSIER_BIN" | cut -c1-15)"; }
runs() { [ -n "$(pid_of)" ]; }
ended() { ! runs; }
# the terminal is as it was, on its own screen, with a cursor
restored() {
	rm -f "$dir/tty.after"
	words "stty -g >$dir/tty.after"; keys Enter
	until_ "stty after $1" test -s "$dir/tty.after" || return
	cmp -s "$dir/tty.before" "$dir/tty.after" || fail "after $1 the terminal is another: $(cat "$dir/tty.before" "$dir/tty.after")"
	[ "$(in_tmux display-message -p '#{alternate_on} #{cursor_flag} #{keypad_cursor_flag}')" = "0 1 0" ] ||
		fail "after $1: alternate screen, cursor, keypad: $(in_tmux display-message -p '#{alternate_on} #{cursor_flag} #{keypad_cursor_flag}')"
}
owen() { words "/$owen"; keys Enter; sees "Owen Castell"; sees "─[timeline"; }

# start, find, and every size on the way
shell 100x30
dossier
sees "Who is on the line?"
words 07700900417; sees "find 07700900417"; keys Enter
sees "Owen Castell"
sees "[timeline"
for size in 61x17 250x100 80x24 60x16 199x50 59x15 1x1 40x90 250x16 77x33 60x100 132x43 99x29 101x31 64x20 5x5 180x60; do
	in_tmux resize-window -x "${size%x*}" -y "${size#*x}"
done
in_tmux resize-window -x 50 -y 12
sees "needs 60x16, this is 50x12"
in_tmux resize-window -x 60 -y 16
sees "Owen Castell"
[ "$(pane | wc -L)" -le 60 ] || fail "nothing is wider than the terminal"
in_tmux resize-window -x 250 -y 100
sees "─[timeline"
until_ "the last line stands on the last row" eval 'pane | sed -n 100p | grep -q "/ find"'
before=$(pane)
keys C-l
[ "$(pane)" = "$before" ] || until_ "painting anew changes nothing" eval '[ "$(pane)" = "$before" ]'
in_tmux resize-window -x 100 -y 30
until_ "and back again" eval 'pane | sed -n 30p | grep -q "/ find"'

# Ctrl-Z and back
keys C-z
sees Stopped
restored "Ctrl-Z"
words fg; keys Enter
sees "Owen Castell"
until_ "the last line is back" eval 'pane | sed -n 30p | grep -q "/ find"'
# in the middle of a note, too, whose words stand there again
keys n
sees "INTERNAL"
words "half a sentence"
sees "half a sentence"
keys C-z
sees Stopped
restored "Ctrl-Z in a note"
words fg; keys Enter
sees "half a sentence"
keys C-u; keys Escape
sees "nothing was written"
words :quit; keys Enter
until_ "it ends" ended
restored "the end"

# the terminal goes away with a note half typed; killed with another: both are offered again
half() {
	shell 100x30
	dossier
	sees "Who is on the line?"
	owen
	keys n
	sees "INTERNAL"
	words "$1"
	sees "$1"
}
kept() { LOGNAME=ana HOME="$dir/ana" "$DOSSIER_BIN" --config "$house" drafts 2>/dev/null | grep -qF -- "$1"; }
half "she waits at the till for"
pid=$(pid_of)
in_tmux kill-server
until_ "it ends when its terminal goes" eval '! kill -0 "$pid" 2>/dev/null'
kept "she waits at the till for" || fail "the draft is kept when the terminal goes"
shell 100x30
dossier
sees "Who is on the line?"
owen
keys n
sees "she waits at the till for"
breath
words " half an hour"
sees "for half an hour"
until_ "a draft is on the disk within a moment" kept "for half an hour"
pid=$(pid_of)
kill -KILL "$pid"
until_ "killed" ended
shell 100x30
dossier
sees "Who is on the line?"
owen
keys n
sees "for half an hour"
breath
keys Enter
sees "note saved"

# hung up by a signal; a fault in the program: the terminal is as it was
pid=$(pid_of)
kill -HUP "$pid"
until_ "it ends by SIGHUP" ended
restored "SIGHUP"
shell 100x30
dossier
sees "Who is on the line?"
kill -SEGV "$(pid_of)"
until_ "it ends by SIGSEGV" ended
sees "ended 139"
restored "SIGSEGV"

# without UTF-8 nothing but ASCII comes out; vt100 has no colour and no more than it can
shell 80x24 LC_ALL=C
dossier
sees "Who is on the line?"
words "/$owen"; keys Enter
sees "[timeline"
! pane | LC_ALL=C grep -q '[^ -~]' || fail "LC_ALL=C: only ASCII"
words :quit; keys Enter
sees "ended 0"
for term in vt100 xterm xterm-16color xterm-256color xterm-direct; do
	infocmp "$term" >/dev/null 2>&1 || { echo "SKIP $term: no such terminal is known here"; continue; }
	shell 80x24 TERM=$term
	dossier
	sees "Who is on the line?"
	words "/$owen"; keys Enter
	sees "[timeline"
	paint=$(pane -e)
	case $term in
	vt100) want= not='\[[0-9;]*[34][0-7][;m]' ;;
	xterm) want='\[[0-9;]*[34][0-7]' not='38;[25]' ;;
	xterm-16color) want='\[[0-9;]*[34][0-7]' not='38;[25]' ;;
	xterm-256color) want='38;5' not='38;2' ;;
	xterm-direct) want='38;2' not='38;5' ;;
	esac
	[ -z "$want" ] || printf '%s' "$paint" | grep -q "$want" || fail "$term: $want is painted: $(printf '%s' "$paint" | head -n 3 | cat -v)"
	! printf '%s' "$paint" | grep -q "$not" || fail "$term: $not is not painted: $(printf '%s' "$paint" | grep -o ".\{10\}$not.\{10\}" | head -n 2 | cat -v)"
	words :quit; keys Enter
	sees "ended 0"
	restored "$term"
done
shell 80x24 NO_COLOR=1
dossier
sees "Who is on the line?"
! pane -e | grep -q '\[[0-9;]*[34][0-8][;m]' || fail "NO_COLOR: no colour"
words :quit; keys Enter
sees "ended 0"

# a terminal that cannot place a cursor gets words, and a way on
shell 80x24 TERM=dumb
dossier
until_ "dumb: it ends, or goes on line by line" eval 'stands "ended" || stands "dossier>"'
stands "ended 139" && fail "TERM=dumb"
finish
