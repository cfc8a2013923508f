#!/bin/sh
# README's two minutes, key by key and command by command as they stand there: each leads where it says.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
[ -x "$DOSSIER_BIN-sandbox" ] || { echo "dossier-sandbox is not built"; exit 77; }
dir=$(mktemp -d)
export HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir" LC_ALL=C.UTF-8 TZ=UTC
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
trap '"$DOSSIER_BIN" sandbox stop 2>/dev/null; rm -rf "$dir"' EXIT
fails=0
fail() { echo "FAIL $1"; fails=$((fails + 1)); }

# What each line of the tour leads to, in their order.
cat >"$dir/leads" <<'END'
WHO IS IT?
verified: stated
note saved
contacts that no case has yet
WANTS     direct billing to his card
PROMISED  call back
 of 2
[timeline 2
wrapped up
offered to billing
waiting for you
keys of the desk view
END
sed -n '/^## Two minutes at the workstation/,/^## /p' "$DOSSIER_SRC/README" | sed -n 's/^    \([^ $].*\)/\1/p' | sed 's/   *.*//' >"$dir/keys"
[ "$(wc -l <"$dir/keys")" = "$(($(wc -l <"$dir/leads") + 1))" ] || fail "README has other steps: $(cat "$dir/keys")"

# script: README's keys as steps; what is quoted, or longer than a key, is typed
awk -v leads="$dir/leads" '
{
	print "settle\nbreathe"
	rest = $0
	while (rest != "") {
		if (match(rest, /^"[^"]*"/)) {
			print "type " substr(rest, 2, RLENGTH - 2)
		} else {
			match(rest, /^[^ ]+/)
			word = substr(rest, 1, RLENGTH)
			print (length(word) == 1 || word ~ /^(Enter|Esc|Tab)$/ ? "keys " : "type ") word
		}
		rest = substr(rest, RLENGTH + 2)
	}
	if ((getline lead < leads) > 0)
		print "wait " lead
}' "$dir/keys" >"$dir/script"
LOGNAME=root timeout 120 "$DOSSIER_BIN" --sandbox --keys "$dir/script" --size 80x24 >"$dir/said" 2>&1 || fail "the tour: $(cat "$dir/said")"
printf 'wait 1 to accept\nsettle\nkeys A\nwait accepted\n' >"$dir/script"
LOGNAME=raj timeout 60 "$DOSSIER_BIN" --sandbox --keys "$dir/script" --size 80x24 >"$dir/said" 2>&1 || fail "Raj accepts: $(cat "$dir/said")"

"$DOSSIER_BIN" sandbox reset || fail "reset"
sed -n '/^## The same from the shell/,/^## /p' "$DOSSIER_SRC/README" | sed -n 's/^    \$ //p' | sed 's/   *.*//' >"$dir/commands"
[ "$(wc -l <"$dir/commands")" -ge 8 ] || fail "README has the commands: $(cat "$dir/commands")"
dossier() { "$DOSSIER_BIN" "$@"; }
while read -r line; do
	line=$(printf '%s' "$line" | sed "s/CODE/$(sed -n 's/^\([A-Z0-9]\{8\}\)  offered to you.*/\1/p' "$dir/last" 2>/dev/null)/")
	eval "$line" >"$dir/out" 2>"$dir/said" </dev/null || fail "$line: $? $(cat "$dir/said")"
	cp "$dir/out" "$dir/last"
done <"$dir/commands"
[ "$fails" = 0 ]
