#!/bin/sh
# batch.sh [N]: "batch show" over N identifiers of the sandbox (60): in order, with progress on a terminal, killed
# half-way and resumed without losing or repeating one; then with a backend that answers 429 and one that cuts.
. "${DOSSIER_SRC:-.}/tests/sandbox/lib.sh"
command -v python3 >/dev/null 2>&1 || { echo "python3 is not installed"; exit 77; }
n=${1:-60}
export XDG_RUNTIME_DIR="$dir" XDG_STATE_HOME="$dir/state" DOSSIER_DATADIR="${DOSSIER_SRC:-.}" LC_ALL=C.UTF-8
start --customers $((n > 150 ? 2 * n : 300)) --seed 11
log_in
python3 -B - "$state" "$dir" "$DOSSIER_BIN" "$n" "$token" <<'PY'
import json, os, pty, re, signal, subprocess, sys, time, urllib.request

state, work, program, n, token = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
urls = {b["id"]: b["url"] for b in state["backends"]}


def fault(**what):
    request = urllib.request.Request(state["control"] + "/control/faults", json.dumps(what).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()


def configure(name, **more):
    house = {"house": {"name": "Larkfield", "country": "GB", "currency": "GBP", "zone": "Europe/London"},
             "backends": {b["id"]: {"connector": b["connector"], "settings": b["settings"], "rate": "unlimited", **more}
                          for b in state["backends"]}}
    with os.fdopen(os.open(f"{work}/{name}.yaml", os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        json.dump(house, f)


def write_list():
    """Addresses, telephones as they were typed, records, and now and then somebody whom nobody knows."""
    whos, offset = [], 0
    while len(whos) < n:
        request = urllib.request.Request(f"{urls['shop']}/admin/customers?limit=200&offset={offset}&fields=id,email,phone",
                                         headers={"Authorization": "Bearer " + token})
        people = json.load(urllib.request.urlopen(request))["customers"]
        assert people, f"only {len(whos)} customers"
        offset += 200
        for p in people:
            whos.append("nobody%d@example.com" % len(whos) if len(whos) % 50 == 49 else "rec:shop/" + p["id"] if len(whos) % 5 == 3
                        else p["phone"] if len(whos) % 3 == 1 and p["phone"] else p["email"])
    with open(f"{work}/list", "w") as f:
        f.write("".join(w + "\n" for w in whos[:n]))
    return [w.strip() for w in whos[:n]]


def command(house, *more):
    return [program, "--config", f"{work}/{house}.yaml", "batch", "show", *more]


def lines(name):
    with open(f"{work}/{name}", "rb") as f:
        return [json.loads(line) for line in f]


def count(name):
    with open(f"{work}/{name}", "rb") as f:
        return f.read().count(b"\n")


def on_terminal(words, out):
    """Runs with standard error on a terminal; its exit status, and what the terminal was told."""
    pid, terminal = pty.fork()
    if pid == 0:
        fd = os.open(f"{work}/{out}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(fd, 1)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.execv(words[0], words)
    said = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def killed_and_resumed(house, name, at):
    """Kills -9 when so many lines are there, each time, and goes on to the end; how often it was killed."""
    kills = 0
    for goal in [*at, None]:
        with open(f"{work}/{name}", "ab") as out, open(f"{work}/err", "wb") as err:
            run = subprocess.Popen(command(house, "--workers", "3", "--resume", f"{work}/{name}.mark", f"{work}/list"), stdout=out, stderr=err)
            while run.poll() is None and (goal is None or count(name) < goal):
                time.sleep(0.002)
            if goal is not None and run.poll() is None:
                run.send_signal(signal.SIGKILL)
                kills += 1
            run.wait()
    return kills, run.returncode, open(f"{work}/err").read().strip().split("\n")[-1]


def same(found, wanted, what):
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        found, wanted = ([x for x, y in zip(a, b) if x != y][:3] for a, b in ((found, wanted), (wanted, found)))
    assert found == wanted, f"{what}: {found!r}"[:2000] + f", not {wanted!r}"[:2000]


def whole(results, whos):
    same([r["line"] for r in results], list(range(1, len(whos) + 1)), "the lines")
    same([r["who"] for r in results], whos, "who")


def counts_said(last, results):
    tally = {s: sum(r["status"] == s for r in results) for s in ("found", "none", "several", "partial", "failed")}
    same(re.sub(r"; .*", "", last), f"dossier: {len(results)} done: " + ", ".join(f"{k} {s}" for s, k in tally.items()), "the counts")
    return tally


def kernel(result):
    """What does not change from run to run."""
    return [result["line"], result["who"], result["status"], (result.get("customer") or {}).get("name"),
            sorted((r["backend"], r["row"], r["id"]) for r in result.get("timeline", []))]


def rows_of(result, backends):
    return {(r["backend"], r["row"], r["id"]) for r in result.get("timeline", []) if r["backend"] in backends}


whos = write_list()
configure("well")
configure("ill", deadline="1500ms")

began = time.monotonic()
fault(latency="30ms")
status, said = on_terminal(command("well", "-j", "8", f"{work}/list"), "plain")
plain, seconds = lines("plain"), time.monotonic() - began
whole(plain, whos)
same(status, 0, "exit status")
progress = re.findall(r"\r\x1b\[K(\d+) done, [\d.]+ a second", said)
assert progress, f"no progress was shown: {said!r}"
same([int(p) for p in progress], sorted(int(p) for p in progress), "progress")
tally = counts_said(said.strip().split("\r\x1b[K")[-1], plain)
assert tally["found"] >= n * 0.6 and tally["none"] >= n // 50, tally
print(f"{n} in order in {seconds:.1f} s with 30 ms of latency and 8 at a time: {tally}; progress {len(progress)} times", flush=True)

fault(latency="2ms")
began = time.monotonic()
kills, status, last = killed_and_resumed("well", "killed", [n // 4, n // 2, 3 * n // 4])
resumed = lines("killed")
assert kills >= 2, f"killed only {kills} times: it was too quick"
whole(resumed, whos)
same([kernel(r) for r in resumed], [kernel(r) for r in plain], "what was found after kills")
same(status, 0, "exit status")
counts_said(last, resumed)
print(f"killed {kills} times and resumed in {time.monotonic() - began:.1f} s: {len(resumed)} lines, each once, the same as unkilled", flush=True)

fault(latency=0)
fault(**{"backend": "chat", "rate-limit": "20/s"})
fault(backend="till", cut=0.4)
began = time.monotonic()
kills, status, last = killed_and_resumed("ill", "faulty", [n // 2])
faulty = lines("faulty")
whole(faulty, whos)
same(status, 3, "exit status")
tally = counts_said(last, faulty)
assert tally["partial"] > n // 20, tally
words = {"chat": 0, "till": 0}
for result, good in zip(faulty, plain):
    bad = [s for s in result["sources"] if s["state"] in ("failed", "partial")]
    same(bool(bad), result["status"] in ("partial", "failed"), f"line {result['line']}: a status that says what failed")
    for source in bad:
        assert source["backend"] in words and source["error"], source
        words[source["backend"]] += 1
    # Whoever was asked for by what the shop knows has all that the shop holds.
    if good["status"] == "found":
        lost = rows_of(good, ("shop",)) - rows_of(result, ("shop",))
        assert not lost or result["status"] != "found", f"line {result['line']} lost {lost}"
        if good["who"].startswith("rec:shop/") or "@" in good["who"]:
            assert not lost, f"line {result['line']} lost {lost}"
assert all(words.values()), f"each of them is told somewhere: {words}"
print(f"with chat answering 429 and till cutting, killed {kills} times, in {time.monotonic() - began:.1f} s: {tally}; "
      f"told of chat {words['chat']} times, of till {words['till']}", flush=True)
PY
status=$?
is "python's checks" "$status" 0
finish
