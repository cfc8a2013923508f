#!/bin/sh
# What is done in backends from the screen: read once more, sent once, its outcome told and kept, whatever becomes of the reply.
set -u
agents='ana sue' backends='till phone chat' sandbox='--customers 50 --seed 7'
. "${DOSSIER_SRC:=.}/tests/ui/house.sh"
sed -i 's/login: ana,/& phone: 01632 960101,/; s/practice-phone-token/&, number: "+441632960000"/' "$dir/house.yaml"
dossier() { command sue "$@"; }

order=$(dossier timeline email:ingrid.solheim@example.org --format ndjson | grep '"backend":"till","row":"sales.orders"' | tail -n 1 | member id)
payment=$(till "/v2/orders/$order" | member payment_id)
refunded() { till "/v2/payments/$payment" | grep -o '"refunded_money":{"amount":[0-9]*' | sed 's/.*://'; }
conversation=$(dossier timeline email:ingrid.solheim@example.org --format ndjson | grep '"backend":"chat","row":"conversations"' | head -n 1 | member id)
said_in_chat() { chat "/conversations/$conversation" | count "$1"; }
before=$(refunded)
[ -n "$order" ] && [ -n "$payment" ] && [ -n "$conversation" ] || is "something to work with" "$order/$payment/$conversation" "three ids"

ingrid='type /email:ingrid.solheim@example.org
keys Enter
wait Ingrid Solheim
settle'
# refund AMOUNT: of the oldest order, the last row
refund="$ingrid
keys G a 1
wait amount
type %s
keys Enter
wait reason
keys Enter
wait payment
keys Enter
wait cannot be undone"

# Money back: the chosen row is the order, and nothing goes before it was read once more.
printf "$refund\nsave review\nbreathe\nkeys Enter\nwait done in till\nwait refund \nwait Refunded £2.50\nsettle\nsave refunded\n" 2.50 | as sue refund
shows review "Give money back, in till, for Ingrid Solheim. It cannot be undone from"
shows review "amount: 2.50 GBP"
shows review "reason: Returned goods"
shows refunded "refund "
shows refunded "Refunded £2.50"
is "pence" "$(refunded)" $((before + 250))
is "what became of it is kept" "$(dossier timeline email:ingrid.solheim@example.org --format ndjson | grep '"row":"action"' | count '"outcome":"done"')" 1

# An amount is asked for in the order's currency, with what is left of it; each action has its number on every row.
printf "$ingrid\nkeys G a\nwait to be done for\nsave last\nkeys Esc\ntype fchat\nkeys Enter\nsettle\nkeys a\nwait to be done for\nsave first\nkeys Esc f Esc\nsettle\nkeys G a 1\nwait amount\nsave asked\nkeys Esc\n" | as sue "numbers"
order_of() { sed -n 's/^[ ▸] \([1-9].*\)/\1/p' "$dir/$1"; }
is "the same numbers" "$(order_of last)" "$(order_of first)"
[ "$(order_of last | wc -l)" -ge 4 ] || is "some actions" "$(order_of last)" "four at least"
has "the last row's is chosen" "$(grep "▸" "$dir/last")" "1 till"
has "the chat's on a row of a chat" "$(grep "▸" "$dir/first")" "4 chat"
left=$(sed -n 's/.*amount in GBP, at most \([0-9.]*\).*/\1/p' "$dir/asked")
total=$(till "/v2/orders/$order" | tr '{' '\n' | sed -n 's/.*"total_money":*$/x/p; /^"amount"/{s/"amount":\([0-9]*\).*/\1/p}' | sort -n | tail -n 1)
is "what is left of $total" "$(echo "$left" | tr -d .)" $((total - $(refunded)))

# An Enter in the same breath as the last field does not send it, and is not kept for later.
printf "$refund\nkeys Enter\nwait only read: what is typed is dropped\nsave ahead\nkeys Esc\nwait amount in GBP\nkeys Esc\nwait kept as a draft\nsettle\n" 9.99 | sed 's/^wait cannot be undone$//' | as sue "held"
is "not in one breath" "$(refunded)" $((before + 250))

# Esc at the review leads back to what was typed; there it leaves a draft, and nothing goes.
printf "$ingrid\ntype :drafts\nkeys Enter\nsettle\nwait act.till\nkeys Enter\nsettle\nwait 9.99\nbreathe\nkeys C-u\ntype 1.50\nkeys Enter\nwait amount: 1.50 GBP\nbreathe\nkeys Enter\nwait done in till\n" |
	as sue "a draft"
is "what was changed is sent" "$(refunded)" $((before + 400))

# Refused by the till: in its own words, which are kept with it. What was typed is back, and the first S-Tab changes its last field.
printf "${refund%%wait payment*}wait payment\ntype nobodys\nkeys Enter\nwait cannot be undone\nbreathe\nkeys Enter\nwait NOT done in till\nsave refused\ntype frefused\nkeys Enter\nwait refund: refused\nkeys g Enter\nwait outcome  refused\nsave row\nkeys Esc f Esc\nsettle\nkeys G a 1\nwait a draft that was not finished is back\nwait payment: nobodys\nbreathe\nkeys S-Tab\ngone cannot be undone\nsave changes\nkeys C-u Enter\nwait cannot be undone\nsave again\nbreathe\nkeys Enter\nwait done in till\n" 1 |
	as sue refused
shows refused "NOT done in till"
has "the payment is asked for" "$(grep -A1 payment "$dir/changes")" "nobodys"
shows again "amount: 1 GBP"
hasnt "no other payment" "$(cat "$dir/again")" "nobodys"
is "changed and sent" "$(refunded)" $((before + 500))

# More than is left, or of another currency: refused where it is typed, in words.
printf "$ingrid\nkeys G a 1\nwait amount in GBP\ntype 500\nkeys Enter\nwait more than is left\nsave more\nkeys C-u\ntype 12.50 EUR\nkeys Enter\nwait it is in GBP\nsave other\nkeys C-u Esc\n" | as sue "too much"
most=$(sed -n 's/.*amount in GBP, at most \([0-9.]*\).*/\1/p' "$dir/more")
shows more "500 is more than is left to give back, which is at most ${most:-?} GBP"
shows other '"12.50 EUR" is not right: it is in GBP'
hasnt "neither is read once more" "$(cat "$dir/more" "$dir/other")" "cannot be undone"

# In the order's own currency both spellings are taken, and read once more the same way; what an empty answer stands for is said.
for typed in "1.25 gbp" "£1.25" "GBP 1.25"; do
	printf "$refund\nsave own\nkeys S-Tab S-Tab S-Tab\nwait amount in GBP\nkeys C-u Esc\n" "$typed" | sed 's/^wait reason$/wait (Enter: "Returned goods")/' | as sue "$typed"
	shows own "amount: 1.25 GBP"
done

# Typed at what is only read: dropped with its Enter, in one breath or not, and nothing waits there to be sent.
was=$(refunded)
printf "$refund\nbreathe\ntype 12.50 EUR\nkeys Enter Enter Enter\nwait what is typed is dropped\nsave typed\nbreathe\nkeys Enter\nwait nothing was sent\nquick Enter\nquick Enter\nwait cannot be undone\nsave ended\nkeys S-Tab S-Tab S-Tab\nwait amount in GBP\nkeys C-u Esc\n" 0.75 | as sue "typed at a review"
lacks typed "held"
shows typed "amount: 0.75 GBP"
shows ended "Enter sends it"
is "none of the Enters sent it" "$(refunded)" "$was"

# The reply is lost: the till knows the write by its id, so it is sent again by itself, and done once.
control /faults -d '{"backend":"till","lose":1}' >/dev/null
printf "$refund\nbreathe\nkeys Enter\nwait done in till\n" 2 | as sue "reply lost"
is "once" "$(refunded)" $((before + 700))
control /faults -d '{"backend":"till","lose":0}' >/dev/null

# answer WORDS STEPS: to the customer, in the conversation of the chosen row
answer() { printf "%s\ntype fchat\nkeys Enter\nsettle\nkeys a 4\nwait TO THE CUSTOMER\ntype %s\nkeys Enter\nwait taken back\nbreathe\n$2\n" "$ingrid" "$1"; }
answer "Your 32s are here" "save outward\nkeys Enter\nwait done in chat\nsettle\nsave answered" | as ana answer
shows outward "TO THE CUSTOMER Ingrid Solheim"
shows outward "Ingrid Solheim reads it,"
shows outward "Enter sends it TO THE CUSTOMER"
shows answered "Your 32s are here"
is "said once" "$(said_in_chat "Your 32s are here")" 1

# The chat cannot tell a repeat from a second answer: when its reply is lost nobody knows, and it is not sent again.
control /faults -d '{"backend":"chat","lose":1}' >/dev/null
answer "Shall I send them" "keys Enter\nwait NOBODY KNOWS\nsave unknown\nkeys f Esc\nwait reply: unknown" | as ana unknown
control /faults -d '{"backend":"chat","lose":0}' >/dev/null
shows unknown "look there first"
is "not twice" "$(said_in_chat "Shall I send them")" 1

# Too many requests: it says until when, and nothing was done.
control /faults -d '{"backend":"chat","fail":1}' >/dev/null
printf "%s\n" "$ingrid" | as ana none
control /faults -d '{"backend":"chat","fail":0}' >/dev/null

# The agent goes on while it is under way: what became of it is told where they are by then, and not into what they type.
control /faults -d '{"backend":"till","latency":"800ms"}' >/dev/null
printf "$refund\nbreathe\nkeys Enter\nwait under way\nkeys D\nwait Who is on the line\ntype /ow\nwait ow\nsave typing\nkeys Esc\nwait done in till\nsave desk\n" 3 | as sue "going on"
control /faults -d '{"backend":"till","latency":0}' >/dev/null
lacks typing "done in till"
shows desk "done in till, for Ingrid Solheim"
is "done meanwhile" "$(refunded)" $((before + 1000))
is "and kept, although the customer was left" "$(dossier timeline email:ingrid.solheim@example.org --format ndjson | grep '"row":"action"' | count '"outcome":"done"')" 6

# Nobody else takes the screen over before the answer is there; then they may.
cp "$dir/house.yaml" "$dir/alone.yaml"
sed -i "s|^  ana: {|&badge: '990001', |" "$dir/house.yaml"
control /faults -d '{"backend":"till","latency":"3s"}' >/dev/null
printf "$refund\nbreathe\nkeys Enter\nwait under way\nscan 990001\nwait its answer first, then the badge\nkeys C-a\nwait who takes over\npaste 990001\nwait its answer first\nsave busy\nkeys Esc\nwait done in till\nscan 990001\nwait Ana Lima works here now\n" 1 | as sue "a badge meanwhile"
control /faults -d '{"backend":"till","latency":0}' >/dev/null
shows busy "its answer first"
is "it was done" "$(refunded)" $((before + 1100))
mv "$dir/alone.yaml" "$dir/house.yaml"

# Money is for supervisors; a caller known by a number alone is nobody yet.
printf "%s\nkeys G a\nwait to be done for\nsave offered\nkeys G Enter\nwait is for the role\nsave closed\n" "$ingrid" | as ana offered
shows offered "Answer the customer"
shows offered "till       Give money back: only for supervisor"
hasnt "no number leads to what is closed" "$(grep "Give money back" "$dir/offered")" "[1-9] till"
shows closed "refund is for the role supervisor, and yours is agent"
printf 'type 07700900862\nkeys Enter\nsettle\nkeys a\nwait compares or v verifies first\n' | as ana "nobody yet"

# Dialling: a number of the customer's is offered, the agent's own telephone rings first, and the call is on the timeline.
calls() { phone "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?$1"; }
printf "%s\ntype fkind:call\nkeys Enter\nsettle\nsave calls\nkeys a\nwait Call the customer\nkeys 1\nwait telephone number\nsave numbers\nkeys 1\nwait rings first\nsave review\nbreathe\nkeys Enter\nwait done in phone\nsettle\nsave dialled\n" "$ingrid" | as ana dial
shows numbers "1 +447700900862"
shows review "Your own telephone rings first"
shows review "to: +447700900862"
shows dialled "done in phone, for Ingrid Solheim: Call the customer"
is "a row more" $(($(grep -c " call   out" "$dir/dialled") - $(grep -c " call   out" "$dir/calls"))) 1
has "hers is rung from the house's number" "$(calls "To=%2B447700900862" | tr '{' '\n' | grep outbound-dial)" '"from":"+441632960000"'
has "mine was rung first" "$(calls "To=%2B441632960101")" '"direction":"outbound-api"'
printf "%s\ntype fkind:call\nkeys Enter\nsettle\nkeys a\nwait Call the customer\nkeys 2\nwait your own phone\nsave nophone\n" "$ingrid" | as sue "no telephone of mine"
shows nophone "the action dial needs your own phone, and the house's agents: does not have it"

# What cannot be right is told at its field, before anything is read once more.
was=$(refunded)
printf "$ingrid\nkeys G a 1\nwait amount in GBP\nkeys C-u\ntype -5\nkeys Enter\nwait more than 0\nsave below\nkeys Esc\n" | as sue "below nothing"
shows below 'amount: "-5" is not right: an amount is more than 0'
hasnt "it is not read once more" "$(cat "$dir/below")" "cannot be undone"
is "nothing went" "$(refunded)" "$was"
printf "%s\ntype fkind:call\nkeys Enter\nsettle\nkeys a\nwait Call the customer\nkeys 1\nwait telephone number\nkeys C-u\ntype hello\nkeys Enter\nwait is not right\nsave hello\nkeys Esc\n" "$ingrid" | as ana "no number"
shows hello 'to: "hello" is not right: it wants a telephone number'

finish
