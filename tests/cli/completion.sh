#!/bin/bash
# Completion as bash does it: COMP_WORDS in, COMPREPLY out; and that the lists are quick and quiet.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fails=0
export DOSSIER_DATADIR=$DOSSIER_SRC XDG_CONFIG_HOME=$dir/none XDG_RUNTIME_DIR=$dir DOSSIER_SYSCONFDIR=$dir
cat >"$dir/dossier.yaml" <<'END'
house: {country: DE, currency: EUR, zone: Europe/Berlin}
backends:
  desk: {connector: rt, settings: {url: "http://127.0.0.1:1", token: x}}
  shop: {connector: medusa, settings: {url: "http://127.0.0.1:1", email: a@example.com, password: x}}
END
# shellcheck source=/dev/null
. <("$DOSSIER_BIN" completion bash)

# completes WANTED WORD...: what is offered at the last word, on one line
completes() {
	local want=$1
	shift
	COMP_WORDS=("$DOSSIER_BIN" "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_dossier
	local got="${COMPREPLY[*]-}"
	[ "$got" = "$want" ] && return
	printf 'FAIL "%s": got "%s", wanted "%s"\n' "$*" "$got" "$want"
	fails=$((fails + 1))
}

completes "find" fi
completes "batch backends" ba
completes "find show brief timeline" batch ""
completes "desk shop" backends ping ""
completes "shop" backends ping desk s
completes "case" ca
completes "open set close reopen own hold team list show history" case ""
completes "--theme" --th
completes "kb" --theme dark kb
completes "text json ndjson csv tsv" show --format ""
completes "json" find -f j
completes "call chat contact" timeline --kind c
completes "order,call order,chat order,contact" timeline --kind order,c
completes "desk shop" timeline --backend ""
completes "--since" show maria --si
completes "--newest" show maria --ne
completes "--resume --replay" batch show --re
completes "desk shop" act ""
completes "note reply transfer" act desk ""
completes "ticket= owner=" act desk transfer ""
completes "bash zsh fish" completion ""
completes "" nonsense ""
touch "$dir/list.csv"
completes "$dir/list.csv" batch find "$dir/li"
cd "$dir" && completes "--all" batch timeline --al
echo "backends: [" >"$dir/dossier.yaml"
got=$("$DOSSIER_BIN" completion --list -- backends ping "" 2>&1) || fails=$((fails + 1))
[ -z "$got" ] || { echo "FAIL a broken configuration is not quiet: $got"; fails=$((fails + 1)); }
for shell in zsh fish; do
	"$DOSSIER_BIN" completion $shell >"$dir/$shell" || fails=$((fails + 1))
	command -v $shell >/dev/null 2>&1 && { $shell -n "$dir/$shell" || fails=$((fails + 1)); }
done
[ "$fails" = 0 ]
