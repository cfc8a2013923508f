#!/bin/sh
# What is written shows in what is read afterwards, is refused where the vendor refuses it, and is undone by a reset.
. "${DOSSIER_SRC:-.}/tests/sandbox/lib.sh"
start --customers 300
log_in

# an order that was delivered, and one that has not been packed
all=$(shop '/admin/orders?limit=200&order=-created_at')
new=$(shop '/admin/orders?limit=300&order=-created_at&fields=id,payment_status,fulfillment_status' | tr '{' '\n' | grep '"fulfillment_status":"not_fulfilled"' | head -n 1 | member id)
old=$(shop '/admin/orders?limit=300&order=-created_at&fields=id,payment_status,fulfillment_status' | tr '{' '\n' | grep '"payment_status":"captured","fulfillment_status":"delivered"' | head -n 1 | member id)
[ -n "$new" ] && [ -n "$old" ] || is "orders to work with" "$new/$old" "two ids"

pay=$(shop "/admin/orders/$old?fields=id,payment_collections.payments.id" | grep -o '"id":"pay_0[^"]*"' | head -n 1 | sed 's/"id":"//; s/"//')
r=$(shop "/admin/payments/$pay/refund" -d '{"amount":1.5,"note":"late"}')
has "refund" "$r" '"amount":1.5,'
o=$(shop "/admin/orders/$old")
has "refund shows" "$o" '"payment_status":"partially_refunded"'
has "with its note" "$o" '"note":"late"'
is "too much" "$(code shop "/admin/payments/$pay/refund" -d '{"amount":50000}')" 400
is "a text is no amount" "$(code shop "/admin/payments/$pay/refund" -d '{"amount":"1.10"}')" 400
is "no such payment" "$(code shop "/admin/payments/pay_x/refund" -d '{"amount":1}')" 404

has "cancel" "$(shop "/admin/orders/$new/cancel" -d '{}')" '"status":"canceled"'
has "cancelled and paid back" "$(shop "/admin/orders/$new")" '"payment_status":"refunded"'
is "not twice" "$(code shop "/admin/orders/$new/cancel" -d '{}')" 400
has "not after packing" "$(shop "/admin/orders/$old/cancel" -d '{}')" '"type":"not_allowed"'
is "broken JSON" "$(code shop "/admin/orders/$new/cancel" -d '{"a":')" 400
has "a note" "$(shop "/admin/orders/$old" -d '{"metadata":{"note":"rang twice"}}')" '"note":"rang twice"'

line=$(shop "/admin/orders/$old?fields=items.id" | grep -o 'ordli_[^"]*' | head -n 1)
reason=$(shop /admin/return-reasons | member id)
opt=$(shop /admin/shipping-options | member id)
before=$(shop "/admin/returns?order_id=$old" | member count)
ret=$(shop /admin/returns -d "{\"order_id\":\"$old\"}" | grep -o '"return":{"id":"[^"]*"' | sed 's/.*:"//; s/"//')
is "an open return asks for items" "$(code shop "/admin/returns/$ret/request" -d '{}')" 400
is "items" "$(code shop "/admin/returns/$ret/request-items" -d "{\"items\":[{\"id\":\"$line\",\"quantity\":1,\"reason_id\":\"$reason\"}]}")" 200
is "another order's line" "$(code shop "/admin/returns/$ret/request-items" -d '{"items":[{"id":"ordli_01","quantity":1}]}')" 400
is "shipping" "$(code shop "/admin/returns/$ret/shipping-method" -d "{\"shipping_option_id\":\"$opt\"}")" 200
has "requested" "$(shop "/admin/returns/$ret/request" -d '{}')" '"status":"requested"'
r=$(shop "/admin/returns?order_id[]=$old")
is "one more return" "$(printf %s "$r" | member count)" $((before + 1))
has "with its reason" "$r" '"label":"Too small"'

# the till: once, though it is sent twice
sale=$(till /v2/refunds | tr '{' '\n' | grep -o '"payment_id":"[^"]*"' | head -n 1 | sed 's/.*:"//; s/"//')
body="{\"idempotency_key\":\"k1\",\"payment_id\":\"$sale\",\"amount_money\":{\"amount\":100,\"currency\":\"GBP\"},\"reason\":\"again\"}"
one=$(till /v2/refunds -d "$body" | member id)
is "the same refund" "$(till /v2/refunds -d "$body" | member id)" "$one"
is "there once" "$(till "/v2/payments/$sale" >/dev/null; till /v2/refunds | count '"reason":"again"')" 1
is "read back" "$(code till "/v2/refunds/$one")" 200
is "the key again for something else" "$(till /v2/refunds -d "$(printf %s "$body" | sed 's/100/200/')" | member code)" IDEMPOTENCY_KEY_REUSED
is "no key" "$(code till /v2/refunds -d '{"payment_id":"x"}')" 400

# a chat's note
con=$(chat /contacts/search -d '{"query":{"field":"email","operator":"=","value":"ingrid.solheim@example.org"}}' | grep -o '"type":"contact","id":"[^"]*"' | head -n 1 | sed 's/.*:"//; s/"//')
conv=$(chat /conversations/search -d "{\"query\":{\"field\":\"contact_ids\",\"operator\":\"=\",\"value\":\"$con\"}}" | grep -o '"type":"conversation","id":"[0-9]*"' | head -n 1 | sed 's/[^0-9]//g')
admin=$(chat /me | member id)
has "note" "$(chat "/conversations/$conv/reply" -d "{\"message_type\":\"note\",\"type\":\"admin\",\"admin_id\":\"$admin\",\"body\":\"<p>asked Leeds</p>\"}")" 'asked Leeds'
has "the note stays" "$(chat "/conversations/$conv")" 'asked Leeds'
is "open again" "$(chat "/conversations/$conv/parts" -d "{\"message_type\":\"open\",\"type\":\"admin\",\"admin_id\":\"$admin\"}" | member state)" open
acc=$(social '/api/v1/accounts/lookup?acct=ingridsol' | member id)
social "/api/v1/accounts/$acc/note" -H 'Content-Type: application/json' -d '{"comment":"is Ingrid Solheim"}' >/dev/null
has "an account's note" "$(social "/api/v1/accounts/relationships?id[]=$acc")" 'is Ingrid Solheim'

post=$(social "/api/v1/accounts/$acc/statuses" | member id)
say() { social /api/v1/statuses -H 'Content-Type: application/json' -H 'Idempotency-Key: a1' -d "{\"status\":\"@ingridsol it is on its way <3\",\"in_reply_to_id\":\"$post\"}"; }
one=$(say | member id)
is "the same answer" "$(say | member id)" "$one"
has "an answer to a post, as HTML" "$(social "/api/v1/statuses/$post/context")" '"content":"<p>@ingridsol it is on its way &lt;3</p>"'
is "is there once" "$(social "/api/v1/accounts/$acc/statuses" | member replies_count)" 1
is "a text message" "$(code phone /2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json --data-urlencode To=+447700900862 --data-urlencode From=+441632960000 --data-urlencode 'Body=a & b 50%')" 201
has "was sent" "$(phone '/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?To=%2B447700900862')" '"body":"a & b 50%"'

control /reset -X POST >/dev/null
has "reset: the refund is gone" "$(shop "/admin/orders/$old")" '"payment_status":"captured"'
has "reset: the cancelling is gone" "$(shop "/admin/orders/$new")" '"status":"pending"'
hasnt "reset: the note is gone" "$(chat "/conversations/$conv")" 'asked Leeds'
[ "$(printf %s "$all")" = "$(shop '/admin/orders?limit=200&order=-created_at')" ] || is "reset" "differs" "as at the start"
finish
