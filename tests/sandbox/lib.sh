# Shared by the sandbox's tests: starts one, finds its ports, asks it. Sourced, not run.
: "${DOSSIER_BIN:=./dossier}"
SANDBOX=$DOSSIER_BIN-sandbox
command -v curl >/dev/null 2>&1 || { echo "curl is not installed"; exit 77; }
dir=$(mktemp -d)
state=$dir/state.json
: >"$dir/failures"
trap 'stop; rm -rf "$dir"' EXIT

# start OPTION...: in the background, ready when it returns
start() { "$SANDBOX" --state "$state" --background --now 2026-11-22T10:00:00Z "$@" </dev/null 2>>"$dir/stderr" || { echo "cannot start: $*"; exit 1; }; }

stop() {
	[ -f "$state" ] || return 0
	pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$state")
	kill "$pid" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}

# url BACKEND: its address; url control: the one for control
url() {
	if [ "$1" = control ]; then
		sed 's/.*"control":"\([^"]*\)".*/\1/' "$state"
	else
		sed "s/.*\"id\":\"$1\",\"connector\":\"[a-z]*\",\"url\":\"\([^\"]*\)\".*/\1/" "$state"
	fi
}

# practice BACKEND...: their lines in a house's file. No rate, which the scripts before may have used up, and a dead-line
# that no busy machine reaches: what a test waits for is what comes, never how long it took.
practice() {
	for backend; do
		at="url: \"$(url "$backend")\""
		case $backend in
		phone) set_to="twilio $at, account: AC00000000000000000000000000000001, key: AC00000000000000000000000000000001, secret: practice-phone-token" ;;
		shop) set_to="medusa $at, email: admin@shop.example.com, password: practice-password" ;;
		till) set_to="square $at, token: practice-till-token" ;;
		chat) set_to="intercom $at, token: practice-chat-token" ;;
		social) set_to="mastodon $at, host: social.example.org, token: practice-social-token" ;;
		esac
		echo "  $backend: {connector: ${set_to%% *}, rate: unlimited, deadline: 60s, settings: {${set_to#* }}}"
	done
}

# Each asks one backend with its credentials: shop PATH [curl's arguments]
log_in() { token=$(curl -sS "$(url shop)/auth/user/emailpass" -d '{"email":"admin@shop.example.com","password":"practice-password"}' | sed 's/.*"token":"\([^"]*\)".*/\1/'); }
shop() { p=$1; shift; curl -sSg -H "Authorization: Bearer $token" "$@" "$(url shop)$p"; }
till() { p=$1; shift; curl -sSg -H "Authorization: Bearer practice-till-token" "$@" "$(url till)$p"; }
phone() { p=$1; shift; curl -sSg -u AC00000000000000000000000000000001:practice-phone-token "$@" "$(url phone)$p"; }
chat() { p=$1; shift; curl -sSg -H "Authorization: Bearer practice-chat-token" "$@" "$(url chat)$p"; }
social() { p=$1; shift; curl -sSg -H "Authorization: Bearer practice-social-token" "$@" "$(url social)$p"; }
control() { p=$1; shift; curl -sS "$@" "$(url control)/control$p"; }
code() { "$@" -o /dev/null -w '%{http_code}'; }

# member NAME: the first text or number under that name in what comes in
member() { grep -o "\"$1\":\"[^\"]*\"\|\"$1\":[-0-9.]*" | head -n 1 | sed 's/^[^:]*://; s/^"//; s/"$//'; }
count() { grep -o "$1" | wc -l | tr -d ' '; }

# also in a sub-shell, behind a pipe
failed() { echo >>"$dir/failures"; }
failures() { wc -l <"$dir/failures"; }

is() {          # is WHAT GOT WANTED
	[ "$2" = "$3" ] && return 0
	printf 'FAIL %s: got "%.300s", wanted "%.300s"\n' "$1" "$2" "$3"
	failed
}
has() {         # has WHAT TEXT PIECE
	case $2 in *"$3"*) return 0 ;; esac
	printf 'FAIL %s: "%s" is not in "%.400s"\n' "$1" "$3" "$2"
	failed
}
hasnt() {
	case $2 in *"$3"*) printf 'FAIL %s: "%s" is in it\n' "$1" "$3"; failed ;; esac
}
finish() {
	stop
	[ ! -s "$dir/stderr" ] || is "nothing was said in the end" "$(cat "$dir/stderr")" ""
	[ -s "$dir/failures" ] && exit 1
	echo "ok"
	exit 0
}
