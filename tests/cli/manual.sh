#!/bin/bash
# dossier(1) has every command and every option of each, and no command that is not there.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export DOSSIER_DATADIR=$DOSSIER_SRC XDG_CONFIG_HOME=$dir XDG_RUNTIME_DIR=$dir DOSSIER_SYSCONFDIR=$dir LC_ALL=C.UTF-8
man=$DOSSIER_SRC/man/dossier.1
fails=0
fail() { echo "FAIL $1"; fails=$((fails + 1)); }

# the words of each .It Nm line: "Cm case Cm open Ar WHO" is "case open"; alternatives stand for one each
sed -n 's/^\.It Nm //p' "$man" | sed 's/ \(Ar\|Op\|Oo\|Fl\|Ns\|Po\|No\) .*//; s/Cm //g; s/ | /|/g' >"$dir/manual"
stands() {
	grep -qxF -- "$*" "$dir/manual" && return
	# "batch find|show|brief|timeline"
	awk -v first="$1" -v second="${2-}" '$1 == first { n = split($2, w, "|"); for (i = 1; i <= n; i++) if (w[i] == second) found = 1 }
		END { exit !found }' "$dir/manual"
}
"$DOSSIER_BIN" completion --list -- "" >"$dir/first"
while read -r first; do
	"$DOSSIER_BIN" completion --list -- "$first" "" | grep -E '^[a-z]+$' >"$dir/second"
	"$DOSSIER_BIN" "$first" --help >"$dir/help" 2>&1
	if grep -q "^usage: dossier $first" "$dir/help"; then
		stands "$first" || fail "\"$first\" is not in the manual"
		sed -n '/^Options/,$d; s/^ .*--\([a-z-]*\).*/\1/p' "$dir/help" | while read -r option; do
			grep -qE "Fl -$option( |\$)" "$man" || echo "$option"
		done | while read -r option; do echo "FAIL --$option of \"$first\" is not in the manual"; done | tee -a "$dir/missing"
	fi
	sed -n "s/^  dossier $first \([a-z]*\).*/\1/p" "$dir/help" | sort -u | while read -r second; do
		stands "$first" "$second" || echo "FAIL \"$first $second\" is not in the manual"
		"$DOSSIER_BIN" "$first" "$second" --help | sed -n '/^Options/,$d; s/^ .*--\([a-z-]*\).*/\1/p' | while read -r option; do
			grep -qE "Fl -$option( |\$)" "$man" || echo "FAIL --$option of \"$first $second\" is not in the manual"
		done
	done | tee -a "$dir/missing"
done < <(grep -vx completion "$dir/first")
[ -s "$dir/missing" ] && fails=$((fails + 1))
# and nothing else stands there
while read -r name; do
	for second in $(echo "$name" | cut -d' ' -f2- -s | tr '|' ' ') ""; do
		first=${name%% *}
		[ -n "$second" ] || [ "$first" = "$name" ] || continue
		# shellcheck disable=SC2086
		"$DOSSIER_BIN" $first $second --help >"$dir/help" 2>&1 || fail "\"$first $second\" of the manual is no command"
	done
done <"$dir/manual"
[ "$fails" = 0 ]
