# A house over the practice backends, and scripts for its screen. Sourced, not run. What differs is set before: agents,
# backends, channels, more (lines of the house's file), sandbox (its options), size and now.
. "${DOSSIER_SRC:=.}/tests/sandbox/lib.sh"
. "$DOSSIER_SRC/tests/ui/steps.sh"
: "${agents:=ana raj}" "${backends:=phone shop chat}" "${channels:=phone, chat}" "${more:=}" "${sandbox:=--customers 20}"
# shellcheck disable=SC2086
start $sandbox
export LC_ALL=C.UTF-8 TZ=UTC HOME="$dir" XDG_RUNTIME_DIR="$dir" DOSSIER_DATADIR="$DOSSIER_SRC" DOSSIER_SYSCONFDIR="$dir"
unset NO_COLOR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME VISUAL EDITOR
cat >"$dir/house.yaml" <<END
house: {name: Larkfield, country: GB, currency: GBP, zone: UTC}
agents:
$(for agent in $agents; do
	case $agent in
	ana) echo '  ana: {name: Ana Lima, login: ana, team: support}' ;;
	raj) echo '  raj: {name: Raj Patel, login: raj, team: billing}' ;;
	sue) echo '  sue: {name: Sue Hart, login: sue, team: support, role: supervisor}' ;;
	esac
done)
backends:
$(practice $backends)
store: {path: $dir/store.db}
contacts:
  channels: [$channels]
  done: [password-reset, callback]
  outcomes: {solved: {status: solved}, waiting: {status: waiting}}
handoffs: {reasons: [billing, technical]}
templates:
  greeting: "Dear {customer.name}, this is {agent.name}."
  next: "Next: {next} ({case.code})"
$more
END
for agent in $agents; do mkdir -m 700 "$dir/$agent"; done
screen() { (cd "$dir" && LOGNAME=$1 HOME="$dir/$1" exec timeout 60 "$DOSSIER_BIN" --config house.yaml --keys "$2" --size "${size:-80x24}" --now "${now:-2026-11-22T12:00:00Z}"); }
command() { agent=$1; shift; (cd "$dir" && LOGNAME=$agent HOME="$dir/$agent" "$DOSSIER_BIN" --config house.yaml "$@"); }

# as AGENT NAME: the script on standard input, its screens in $dir/NAME
as() {
	cat >"$dir/script"
	screen "$1" script 2>"$dir/said" && return 0
	echo "FAIL $2"
	cat "$dir/said"
	failed
}
# shows FILE PIECE; lacks FILE PIECE
shows() { has "$1" "$(cat "$dir/$1" 2>/dev/null)" "$2"; }
lacks() { hasnt "$1" "$(cat "$dir/$1" 2>/dev/null || echo "$2")" "$2"; }
