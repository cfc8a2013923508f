#!/bin/sh
# The two stories can be read in every backend, by every way a connector asks.
. "${DOSSIER_SRC:-.}/tests/sandbox/lib.sh"
start --customers 300
log_in

# direct billing
c=$(shop '/admin/customers?email=owen.castell@example.com')
has "shop by e-mail" "$c" '"last_name":"Castell"'
has "one row" "$c" '"count":1,'
cus=$(printf %s "$c" | member id)
has "shop by telephone's last four" "$(shop '/admin/customers?q=0417')" "$cus"
is "capitals find nothing, as in the real one" "$(shop '/admin/customers?email=Owen.Castell@example.com' | member count)" 0
has "but a search does" "$(shop '/admin/customers?q=Owen.Castell@example.com')" "$cus"
is "unknown filters of customers are refused" "$(code shop '/admin/customers?phone=0417')" 400
has "his plan" "$(shop "/admin/orders?customer_id=$cus")" '"product_title":"Larkfield Plus, monthly"'
p=$(phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?From=%2B447700900417')
is "ten calls" "$(printf %s "$p" | count '"sid":"CA')" 10
has "RFC 2822" "$p" ' Nov 2026 '
is "by the number called: none" "$(phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?To=%2B447700900417' | count '"sid":"CA')" 0
p=$(phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?From=%2B447700900417&PageSize=4')
n=$(printf %s "$p" | member next_page_uri)
has "relative next page" "$n" '/2010-04-01/'
is "second page" "$(phone "$n" | count '"sid":"CA')" 4
is "the shop knows nothing of him" "$(till /v2/customers/search -d '{"query":{"filter":{"phone_number":{"exact":"+447700900417"}}}}')" '{}'
c=$(chat /contacts/search -d '{"query":{"field":"email","operator":"=","value":"owen.castell@example.com"}}')
con=$(printf %s "$c" | grep -o '"type":"contact","id":"[^"]*"' | head -n 1 | sed 's/.*"id":"//; s/"//')
c=$(chat /conversations/search -d "{\"query\":{\"operator\":\"AND\",\"value\":[{\"field\":\"contact_ids\",\"operator\":\"=\",\"value\":\"$con\"}]}}")
has "two chats" "$c" '"total_count":2'
has "what he wants" "$c" 'How do I add a card?'
conv=$(printf %s "$c" | grep -o '"type":"conversation","id":"[0-9]*","title"' | tail -n 1 | sed 's/[^0-9]//g')
has "the parts of a chat" "$(chat "/conversations/$conv")" '"part_type":"note"'
a=$(social '/api/v1/accounts/lookup?acct=owen_castell')
id=$(printf %s "$a" | member id)
is "with its server too" "$(social '/api/v1/accounts/lookup?acct=@owen_castell@social.example.org' | member id)" "$id"
is "elsewhere he is somebody else" "$(code social '/api/v1/accounts/lookup?acct=owen_castell@elsewhere.example')" 404
s=$(social "/api/v1/accounts/$id/statuses?limit=2" -D "$dir/head")
is "a page of statuses" "$(printf %s "$s" | count '"visibility"')" 2
next=$(grep -i '^link:' "$dir/head" | grep -o '<[^>]*>; rel="next"' | sed 's/^<http:..[^/]*//; s/>.*//')
is "the rest of them" "$(social "$next" | count '"visibility"')" 1

# trousers
t=$(till /v2/customers/search -d '{"query":{"filter":{"email_address":{"exact":"ingrid.solheim@example.org"}}}}')
tc=$(printf %s "$t" | member id)
l=$(till /v2/locations)
leeds=$(printf %s "$l" | member id)
all=$(printf %s "$l" | grep -o '"id":"L[0-9]*"' | sed 's/"id"://' | paste -sd, -)
has "four shops" "$(printf %s "$all" | count L)" 4
is "one shop's sales" "$(till /v2/orders/search -d "{\"location_ids\":[\"$leeds\"],\"query\":{\"filter\":{\"customer_filter\":{\"customer_ids\":[\"$tc\"]}}}}" | count '"state":"COMPLETED"')" 1
o=$(till /v2/orders/search -d "{\"location_ids\":[$all],\"query\":{\"filter\":{\"customer_filter\":{\"customer_ids\":[\"$tc\"]}}}}")
is "all shops' sales" "$(printf %s "$o" | count '"state":"COMPLETED"')" 2
has "money in pence" "$o" '"amount":4900,"currency":"GBP"'
has "the refund at the till" "$o" 'web chat had refused it'
oid=$(printf %s "$o" | grep -o '"id":"CAIS[^"]*"' | head -n 1 | sed 's/"id"://')
is "batch" "$(till /v2/orders/batch-retrieve -d "{\"order_ids\":[$oid]}" | count '"state":"COMPLETED"')" 1
cus=$(shop '/admin/customers?email=ingrid.solheim@example.org' | member id)
o=$(shop "/admin/orders?customer_id=$cus")
ord=$(printf %s "$o" | member id)
has "the exchange's return" "$o" '"exchange_id":"oexc_'
has "what came instead" "$(shop "/admin/exchanges?order_id[]=$ord")" '"variant_title":"32/30"'
is "two people on one telephone" "$(phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?From=%2B441134960862' | count '"sid":"CA')" 2
has "whose telephone it is in the shop" "$(shop '/admin/customers?q=0862')" '"phone":"0113 4960862"'
is "two of one name" "$(shop '/admin/customers?q=owen%20castell' | member count)" 2

# who is not let in
for b in shop:/admin/customers till:/v2/locations phone:/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json chat:/me social:/api/v1/accounts/verify_credentials; do
	is "no credentials for ${b%%:*}" "$(curl -sS -o /dev/null -w '%{http_code}' "$(url "${b%%:*}")${b#*:}")" 401
done
is "a wrong password" "$(curl -sS "$(url shop)/auth/user/emailpass" -d '{"email":"admin@shop.example.com","password":"x"}')" '{"type":"unauthorized","message":"Invalid email or password"}'
finish
