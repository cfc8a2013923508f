#!/bin/bash
# A terminal that takes nothing, stopped by Ctrl-S or behind a dead line: keys and signals are heard all the same.
set -u
. "${DOSSIER_SRC:=.}/tests/ui/story.sh"
start --customers 5
write_house
drive=${DOSSIER_BUILD:-.}/tests/cli/drive
cat >"$dir/kept" <<EOF
LOGNAME=\$1 HOME="$dir/\$1" "$DOSSIER_BIN" --config "$house" drafts 2>/dev/null | grep -qF -- "\$1 waits at the door"
EOF
# at_desk AGENT: the steps of standard input; ends well
at_desk() {
	LOGNAME=$1 HOME="$dir/$1" TERM=xterm timeout 100 "$drive" "$DOSSIER_BIN" --config "$house" >"$dir/out" 2>"$dir/said"
	got=$?
	[ "$got" = 0 ] || { echo "FAIL $1: $got $(cat "$dir/said"; tail -c 300 "$dir/out" | cat -v)"; failed; }
}
# half AGENT: a note that was half typed when nothing more was taken
half() {
	cat <<-END
		wait Who is on the line?
		send /$owen\r
		wait [timeline
		again n
		wait INTERNAL
		hold
		send $1 waits at the door
		until sh "$dir/kept" $1
	END
}
{ half ana; echo "signal 15"; } | at_desk ana
{ half raj; echo "signal 1"; } | at_desk raj
# what was painted meanwhile is painted anew
{ half mia; echo release; echo "wait waits at the door"; echo 'send \r'; echo "wait note saved"; echo 'send :quit\r'; } | at_desk mia
for agent in ana raj; do
	sh "$dir/kept" $agent || { echo "FAIL $agent: the draft is gone"; failed; }
done
finish
