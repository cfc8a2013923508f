#!/bin/sh
# dossier backends new: answers by a pipe and on a terminal become a connector that finds what the practice exchange knows.
set -u
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
drive=$(cd "${DOSSIER_BUILD:-.}" && pwd)/tests/cli/drive
start --customers 5
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
mkdir "$dir/connectors"
new() { (cd "$dir/connectors" && "$DOSSIER_BIN" backends new "$@" >"$dir/out" 2>"$dir/said"); }

# a system that knows numbers alone
calls=/2010-04-01/Accounts/AC00000000000000000000000000000001
printf '%s\n' "" "Practice exchange" basic "https://exchange.example.com$calls.json" friendly_name none \
	calls "" "$calls/Calls.json?From=<value>&PageSize=200" calls from sid start_time status "" | new pbx.yaml
is "well" $? 0
has "what comes next" "$(cat "$dir/out")" "backends: {pbx: {connector: pbx, settings: {url: ..., user: ..., password: ...}}}"
printf '%s\n' exchange "" open "" email '/u?mail=<value>' "" "" "" "" "" | new other-name.yaml
has "a connector is named by its file" "$(cat "$dir/out")" "backends: {exchange: {connector: other-name, settings: {url: ...}}}"
cat >"$dir/dossier.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
backends:
  pbx: {connector: pbx, settings: {url: "$(url phone)", user: AC00000000000000000000000000000001, password: practice-phone-token}}
END
chmod 600 "$dir/dossier.yaml"
has "lets us in" "$("$DOSSIER_BIN" --config "$dir/dossier.yaml" backends ping 2>&1)" "pbx"
has "a caller's calls" "$("$DOSSIER_BIN" --config "$dir/dossier.yaml" timeline tel:07700900417 --since 2020-01-01 2>&1)" "call"

# a request that is sent again after a refusal is told
curl -sS "$(url control)/control/faults" -d '{"backend":"phone","fail":0.5}' >/dev/null
for try in 1 2 3 4; do "$DOSSIER_BIN" --config "$dir/dossier.yaml" backends try pbx tel:07700900417; done >"$dir/out" 2>"$dir/said"
has "sent again" "$(cat "$dir/said")" "pbx: < refused (429), failing (5xx) or cut"
curl -sS -X POST "$(url control)/control/reset" -d '{}' >/dev/null

# one that knows customers: every way of being let in, several ways to find, a list by each kind of answer
for auth in bearer basic header open; do
	{ printf '%s\n' "" "" $auth; [ $auth != header ] || echo X-Key; printf '%s\n' "" "email, tel email" '/u?mail=<value>' "" '/u?tel=<value>&x' mobile /u "" "" \
		orders "" '/o/<record>' "" "" "" "" visits visit '/v?of=<record>' /v "" "" title ""; } | new desk-$auth.yaml
	is "$auth" "$? $(cat "$dir/said")" "0 "
	has "$auth: whole" "$("$DOSSIER_BIN" backends check "$dir/connectors/desk-$auth.yaml" 2>&1)" "well; 2 ways to find, 2 pulls"
done
has "a value stands where it is escaped" "$(cat "$dir/connectors/desk-open.yaml")" 'query: {"tel": "<value>", "x": ""}'
printf '%s\n' "" "" open "" email '/c?back=https://a.example.com/b&email=<value>' "" "" "" "" "" | new behind.yaml
has "an address behind the ? is a value" "$(cat "$dir/connectors/behind.yaml")" 'get: "/c"'
ln -s nowhere "$dir/connectors/dangling.yaml"
# what is quoted stays so
printf '%s\n' "" 'A "desk": #1' open "" email '/u?q="<value>"' "" "" "" "" "" | new quoted.yaml
is "quoted" "$? $(cat "$dir/said")" "0 "
has "quoted: as it was" "$(cat "$dir/connectors/quoted.yaml")" 'title: "A \"desk\": #1"'

# refused: STATUS WORDS FILE, the answers on standard input; nothing is left behind
refused() {
	new "$3"
	is "$3: status" $? "$1"
	has "$3: says" "$(cat "$dir/said")" "$2"
	[ ! -e "$dir/connectors/$3" ] || [ "$3" = pbx.yaml ] || is "$3" "is there" "is not"
}
cp "$dir/connectors/pbx.yaml" "$dir/before"
refused 2 "is there already" pbx.yaml </dev/null
cmp "$dir/before" "$dir/connectors/pbx.yaml" || is "pbx.yaml" changed kept
refused 2 "is there already" dangling.yaml </dev/null
refused 2 '"Short name" was not answered' none.yaml </dev/null
printf 'a b\n' | refused 2 "letters, digits" name.yaml
printf '\n\nsesame\n' | refused 2 '"sesame" is none of them' auth.yaml
printf '\n\nopen\nping\n' | refused 2 "a path begins with /" path.yaml
printf '\n\nopen\n\nshoe-size\n' | refused 2 "nothing that customers are found by" find.yaml
printf '\n\nopen\n\nemail\n/users\n' | refused 2 "the placeholder" value.yaml
printf '\n\nopen\n\nnone\nodd\n\n' | refused 2 "must be answered" kind.yaml
printf '\n%05000d\n' 0 | refused 2 "longer than any answer" long.yaml
new "$dir/nowhere/x.yaml" </dev/null
has "no folder" "$(cat "$dir/said")" "nowhere: No such file"

# on a terminal a wrong answer is asked again, and the end of typing leaves nothing
(cd "$dir/connectors" && timeout 100 "$drive" "$DOSSIER_BIN" backends new typed.yaml >"$dir/out" 2>&1 <<'END'
wait Short name [typed]:
send two words\r
wait letters, digits
wait Short name [typed]:
send \r
wait for people
send Typed\r
wait open [bearer]:
send sesame\r
wait is none of them
wait open [bearer]:
send open\r
wait cheap request
send \r
wait found by
send feet\r
wait nothing that customers are found by
wait found by
send \r
wait /customers?email=<value>
send /c\r
wait the placeholder
send /c?mail=<value>\r
wait [/email]:
send \r
wait list of customers
send \r
wait [/id]:
send \r
wait [/name]:
send \r
wait no more
send orders\r
wait [order]:
send \x04
END
)
has "given up" "$(cat "$dir/out")" "nothing is written"
[ ! -e "$dir/connectors/typed.yaml" ] || is "typed.yaml" "is there" "is not"
has "says where the answers stand" "$(cat "$dir/out")" "stand in typed.yaml.answers"
is "for their owner alone" "$(stat -c %a "$dir/connectors/typed.yaml.answers")" 600

# the next run goes on with them; Ctrl-C and hanging up keep what was answered since, but nothing that may be a secret
again() { (cd "$dir/connectors" && timeout 100 "$drive" "$DOSSIER_BIN" backends new typed.yaml >"$dir/out" 2>&1); echo $?; }
is "left by Ctrl-C" "$(again <<'END'
wait [order]:
send \r
wait <record>
send /orders?of=<record>&api_key=sesame4711\r
wait list stands in the reply
send /data\r
wait [/id]:
send \x03
wait stand in typed.yaml.answers
END
)" 130
hasnt "no secret" "$(cat "$dir/connectors/typed.yaml.answers")" sesame
is "hung up" "$(again <<'END'
wait Short name [typed]: typed
wait [bearer]: open
wait <record>
send /orders?of=<record>\r
wait list stands in the reply (empty: the reply is the list): /data
wait [/id]:
send /number\r
wait [/created_at]:
signal 1
END
)" 129
is "goes on" "$(again <<'END'
wait [/id]: /number
wait [/created_at]:
send \r
wait title or subject
send \r
wait no more
send \r
wait is written, and well
END
)" 0
has "what was answered first" "$(cat "$dir/connectors/typed.yaml")" "Typed"
has "and what was answered later" "$(cat "$dir/connectors/typed.yaml")" "/number"
[ ! -e "$dir/connectors/typed.yaml.answers" ] || is "the answers" "are there" "have become a connector"
finish
