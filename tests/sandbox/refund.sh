#!/bin/sh
# Money is given back at the till by dossier's action: typed, sent in pence, and once, though replies were lost.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
. "$DOSSIER_SRC/tests/sandbox/lib.sh"
export XDG_RUNTIME_DIR="$dir" XDG_STATE_HOME="$dir/state" DOSSIER_DATADIR="$DOSSIER_SRC"
mkdir -m 700 "$dir/dossier"
state=$dir/dossier/sandbox.json
start --customers 50 --seed 7
id=0192a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b

order=$("$DOSSIER_BIN" --sandbox timeline email:ingrid.solheim@example.org --format ndjson |
	grep '"backend":"till","row":"sales.orders"' | head -n 1 | member id)
payment=$(till "/v2/orders/$order" | member payment_id)
refunded() { till "/v2/payments/$payment" | grep -o '"refunded_money":{"amount":[0-9]*' | sed 's/.*://'; }
# act STATUS FIELD...: what it says is in said
act() {
	wanted=$1; shift
	"$DOSSIER_BIN" --sandbox act till refund order="$order" "$@" --yes >"$dir/out" 2>"$dir/said"
	status=$?
	is "act $*: exit status, $(cat "$dir/said")" "$status" "$wanted"
}

[ -n "$payment" ] || is "a sale to work with" "$order/$payment" "an order and its payment"
before=$(refunded)
act 2 amount=2.505
has "too many digits are not rounded" "$(cat "$dir/said")" "more digits"
is "and nothing was sent" "$(refunded)" "$before"

act 0 amount=2.5 reason=scratched
is "pence" "$(refunded)" $((before + 250))
has "it reads in the timeline" "$("$DOSSIER_BIN" --sandbox timeline email:ingrid.solheim@example.org --format ndjson)" '"outcome":"scratched"'

"$DOSSIER_BIN" --sandbox act till refund order="$order" amount=1 --dry-run >"$dir/out"
has "what would be sent" "$(cat "$dir/out")" '"amount_money":{"amount":100,"currency":"GBP"}'
is "was not" "$(refunded)" $((before + 250))

# the reply is lost: sent again by itself, with the same key, and done once
control /faults -d '{"backend":"till","lose":1}' >/dev/null
act 0 amount=1
is "once" "$(refunded)" $((before + 350))

# all replies are: nobody knows, and the same id asks again without doing it again
control /faults -d '{"backend":"till","lose":1,"latency":"600ms"}' >/dev/null
sed 's/"connector":"square"/"connector":"square","deadline":"1s"/' "$dir/dossier/sandbox.yaml" >"$dir/late.yaml"
chmod 600 "$dir/late.yaml"
"$DOSSIER_BIN" --config "$dir/late.yaml" act till refund order="$order" amount=0.5 --yes --id $id >"$dir/out" 2>"$dir/said"
status=$?
is "unknown: $(cat "$dir/said")" "$status" 3
control /faults -d '{"backend":"till","lose":0,"latency":0}' >/dev/null
act 0 amount=0.5 --id $id
has "it says that it is sent once more" "$(cat "$dir/said")" "sent once more"
is "and is there once" "$(refunded)" $((before + 400))
act 0 amount=0.5 --id $id
has "later it is only said" "$(cat "$dir/said")" "done before with this id"
act 2 amount=0.75 --id $id
is "in the end" "$(refunded)" $((before + 400))
finish
