#!/bin/sh
# The same seed and moment give the same replies; another seed other people; a hundred thousand are there at once.
. "${DOSSIER_SRC:-.}/tests/sandbox/lib.sh"

ask() {
	log_in
	shop '/admin/customers?limit=400'
	shop '/admin/orders?limit=60&order=-created_at'
	shop '/admin/inventory-items?limit=100'
	till /v2/customers/search -d '{}'
	till /v2/refunds
	phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json'
	chat /contacts/search -d '{"query":{"field":"name","operator":"~","value":"a"}}'
	social '/api/v1/accounts/search?q=a'
}
start --customers 200 --seed 7; ask >"$dir/one"; stop
start --customers 200 --seed 7; ask >"$dir/two"; stop
start --customers 200 --seed 8; ask >"$dir/other"; stop
[ -s "$dir/one" ] || is "something came" "" "replies"
cmp -s "$dir/one" "$dir/two" || is "the same seed" "differs" "the same bytes"
cmp -s "$dir/one" "$dir/other" && is "another seed" "the same bytes" "differs"

# mistakes are among them, whatever the seed
has "guests" "$(cat "$dir/one")" '"first_name":null'
has "right to left or wide names" "$(LC_ALL=C tr -d '\000-\177' <"$dir/one" | head -c 1 | wc -c)" 1

start --customers 100000
log_in
is "all of them" "$(shop '/admin/customers?limit=1' | grep -o '"count":[0-9]*' | sed 's/.*://' | awk '{ print ($1 > 70000) }')" 1
has "a story stays findable" "$(shop '/admin/customers?q=0417&limit=500')" 'owen.castell@example.com'
mail=$(shop '/admin/customers?limit=1&offset=70000' | member email)
enc=$(printf %s "$mail" | sed 's/+/%2B/')
has "anybody by e-mail" "$(shop "/admin/customers?email=$enc")" "$mail"
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$state")
[ ! -r "/proc/$pid/status" ] || is "memory stays small" "$(awk '/VmRSS/ { print ($2 < 100000 || '"${SANITIZED:-0}"') }' "/proc/$pid/status")" 1
finish
