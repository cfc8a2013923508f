#!/bin/sh
# Every fault, from the start and set while it runs, and only at the backend that was named.
. "${DOSSIER_SRC:-.}/tests/sandbox/lib.sh"
quietly() { "$@" 2>/dev/null; }
me=/api/v1/accounts/verify_credentials
calls=/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json

start --fail phone --cut chat --garbage till=1 --rate-limit social=2/s --hostile shop
log_in
case $(code phone "$calls") in 500|503) ;; *) is "fail" "$(code phone "$calls")" "500 or 503" ;; esac
quietly chat /admins >"$dir/cut"
is "cut: curl says that bytes are missing" "$?" 18
garbled=0
for i in 1 2 3 4; do
	till /v2/locations >"$dir/garbage"
	grep -q '"locations":\[' "$dir/garbage" || garbled=$((garbled + 1))
done
is "garbage" "$garbled" 4
# twenty by one connection, in a breath: two at once, then two a second for as long as it took
began=$(date +%s)
again=$(url social)$me
social "$me" -D "$dir/limited" "$again" "$again" "$again" "$again" "$again" "$again" "$again" "$again" "$again" \
	"$again" "$again" "$again" "$again" "$again" "$again" "$again" "$again" "$again" "$again" >/dev/null
took=$(($(date +%s) - began + 1))
answered=$(grep -c '^HTTP/1.1 200' "$dir/limited") refused=$(grep -c '^HTTP/1.1 429' "$dir/limited")
is "two at once are answered" "$(grep '^HTTP' "$dir/limited" | head -n 2 | cut -d ' ' -f 2 | paste -sd' ' -)" "200 200"
is "all twenty have a reply" $((answered + refused)) 20
[ "$answered" -le $((2 + 2 * took)) ] || is "answered within $took s" "$answered" "at most $((2 + 2 * took))"
is "and each that is refused is told when to come again" "$(grep -c '^Retry-After: 1' "$dir/limited")" "$refused"
[ "$took" -ge 9 ] || [ "$refused" -gt 0 ] || is "refused within $took s" "$refused" "some"
h=$(shop '/admin/customers?limit=200')
has "hostile: escape sequences, as JSON has to have them" "$h" '\u001b'
has "hostile: NUL" "$h" '\u0000'
is "hostile: but not a raw one" "$(printf %s "$h" | LC_ALL=C tr -d -c '\033\000' | wc -c | tr -d ' ')" 0

control /faults -d '{"backend":"all","fail":0,"cut":0,"garbage":0,"rate-limit":0,"hostile":"off"}' >/dev/null
is "off: phone" "$(code phone "$calls")" 200
is "off: chat" "$(code chat /admins)" 200
has "off: till" "$(till /v2/locations)" '"locations":['
hasnt "off: shop" "$(shop '/admin/customers?limit=5')" '\u001b'

control /faults -d '{"backend":"chat","latency":"2s"}' >/dev/null
late=$(chat /me -o /dev/null -w '%{time_total}')
is "late by 2 s: $late" "$(echo "$late" | awk '{ print ($1 >= 1.99) }')" 1
is "nobody else is" "$(social "$me" -o /dev/null -w '%{time_total}' | awk '{ print ($1 < 1.99) }')" 1
is "a wrong fault" "$(code control /faults -d '{"backend":"chat","slow":1}')" 400
is "a wrong value" "$(code control /faults -d '{"backend":"chat","fail":7}')" 400
is "a wrong backend" "$(code control /faults -d '{"backend":"mail","fail":1}')" 400

# what a reply was lost of has happened all the same: cut comes after the write
control /faults -d '{"latency":0,"backend":"all"}' >/dev/null
pay=$(shop '/admin/orders?limit=40&order=-created_at' | tr '{' '\n' | grep -o '"id":"pay_0[^"]*"' | head -n 1 | sed 's/"id":"//; s/"//')
changes=$(control "" | member changes)
control /faults -d '{"backend":"shop","cut":1}' >/dev/null
quietly shop "/admin/payments/$pay/refund" -d '{"amount":1}' >/dev/null
is "the refund was made, its reply lost" "$(control "" | member changes)" $((changes + 1))
control /faults -d '{"backend":"shop","cut":0,"fail":1}' >/dev/null
quietly shop "/admin/payments/$pay/refund" -d '{"amount":1}' >/dev/null
is "a failed one was not" "$(control "" | member changes)" $((changes + 1))

control /faults -d '{"backend":"shop","fail":0,"lose":1}' >/dev/null
is "lose: a read is answered" "$(code shop "/admin/orders?limit=1")" 200
quietly shop "/admin/payments/$pay/refund" -d '{"amount":1}' >/dev/null
is "and a write is not: bytes are missing" "$?" 18
is "though it was done" "$(control "" | member changes)" $((changes + 2))

control /reset -X POST >/dev/null
case $(code phone "$calls") in 500|503) ;; *) is "reset" "no fault" "the faults of the start" ;; esac
control /logout -X POST >/dev/null
control /faults -d '{"backend":"shop","hostile":"off"}' >/dev/null
is "tokens can be made worthless" "$(code shop /admin/users/me)" 401
log_in
is "and new ones had" "$(code shop /admin/users/me)" 200
is "one at a time with a state file" "$("$SANDBOX" --state "$state" --quiet 2>&1 >/dev/null | grep -c 'running already')" 1
control /stop -X POST >/dev/null
i=0; while [ -f "$state" ] && [ $i -lt 250 ]; do sleep 0.02; i=$((i + 1)); done
is "it ends when asked, and takes its file along" "$([ -f "$state" ]; echo $?)" 1
is "usage" "$("$SANDBOX" --fail mail=1 2>/dev/null; echo $?)" 2
finish
