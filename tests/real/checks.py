#!/usr/bin/env python3
"""What dossier must show of the two real backends, each a line PASS or FAIL. Started by run.

With words as arguments only the checks whose names contain one of them are made.
"""
import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import unicodedata

BIN = os.environ["DOSSIER_BIN"]
HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.path.dirname(os.path.dirname(HERE))
WORK = os.environ["DOSSIER_REAL_WORK"]
HOME = os.environ["DOSSIER_REAL_HOME"]
RT = f"http://127.0.0.1:{os.environ.get('RT_PORT', '8401')}"
SHOP = f"http://127.0.0.1:{os.environ.get('MEDUSA_PORT', '9000')}"
SLOW = os.environ.get("DOSSIER_REAL_SLOW")
DEADLINE = 3.0
SECRETS = [open(f"{HOME}/{name}").read().strip() for name in ("rt/apibot.token", "medusa/admin.password")]

checks = []


def check(name):
    def add(function):
        checks.append((name, function))
        return function
    return add


class Run:
    """One start of dossier. Secrets must never come out, whatever was asked."""

    def __init__(self, *words, house="both", env=None, timeout=60):
        full = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": WORK, "XDG_RUNTIME_DIR": f"{WORK}/runtime",
                "DOSSIER_SYSCONFDIR": f"{WORK}/none", "DOSSIER_DATADIR": SRC}
        full.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        full.update(env or {})
        start = time.monotonic()
        done = subprocess.run([BIN, "--config", f"{WORK}/{house}.yaml", *words], capture_output=True, env=full, timeout=timeout,
                              stdin=subprocess.DEVNULL)
        self.took = time.monotonic() - start
        self.words, self.status = words, done.returncode
        self.out, self.err = done.stdout.decode(), done.stderr.decode()
        for secret in SECRETS:
            assert secret not in self.out and secret not in self.err, f"{words}: a secret came out"

    def json(self, status=0):
        assert self.status == status, f"{' '.join(self.words)}: exit {self.status}, not {status}: {self.err.strip()[:300]}"
        return json.loads(self.out)


def find(who, status=0, **more):
    return Run("find", who, "--format", "json", **more).json(status)


def timeline(who, status=0, **more):
    return Run("timeline", who, "--format", "json", **more).json(status)["timeline"]


def house(name, desk=RT, shop=SHOP, more="", deadline=None):
    limit = f"\n    deadline: {deadline}s\n    retries: 1" if deadline else ""
    text = "house: {name: Nordlicht, country: DE, currency: EUR, zone: Europe/Berlin}\nbackends:\n"
    if desk:
        text += f"""  desk:
    connector: rt{limit}
    settings: {{url: "{desk}", token: {{file: {HOME}/rt/apibot.token}}}}
"""
    if shop:
        text += f"""  shop:
    connector: medusa
    settings: {{url: "{shop}", email: admin@shop.test, password: {{file: {HOME}/medusa/admin.password}}}}
"""
    with open(f"{WORK}/{name}.yaml", "w") as file:
        file.write(text + more)
    return name


def equal(got, expected, what=""):
    assert got == expected, f"{what}{': ' if what else ''}{got!r} instead of {expected!r}"


def only(candidates, name):
    equal([c["name"] for c in candidates], [name])
    return candidates[0]


def fields(candidate):
    return {(m["backend"], m["field"], m["stored"]) for m in candidate["matched"]}


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def steps(rows, order):
    """What happened with an order, oldest first."""
    return [(r["kind"], r["step"]) for r in reversed(rows) if r["refs"]["order"] == order]


def row(rows, kind, step, order):
    found = [r for r in rows if (r["kind"], r["step"], r["refs"]["order"]) == (kind, step, order)]
    equal(len(found), 1, f"rows {kind} {step} of order {order}")
    return found[0]


def skus(r):
    return sorted((line["sku"], line["quantity"]) for line in r["lines"])


# ---- who is it -------------------------------------------------------------------------------------------

@check("config: both connectors load without a complaint, and both let us in")
def _():
    run = Run("config", "check")
    equal((run.status, run.err), (0, ""), "config check")
    run = Run("backends", "ping")
    equal(run.status, 0, run.err)
    assert "Request Tracker 5" in run.out and "admin@shop.test" in run.out, run.out


@check("Maria by telephone in two ways and by e-mail: the one same customer, and the field that matched")
def _():
    records = set()
    for who, field in (("+351 912-345-678", "/MobilePhone"), ("00351912345678", "/MobilePhone"), ("maria.santos@example.com", "/EmailAddress")):
        candidate = only(find(who)["candidates"], "Maria Santos")
        assert any(f == field for b, f, s in fields(candidate)), fields(candidate)
        records.add(tuple(r["id"] for r in candidate["records"]))
    equal(len(records), 1, "sets of records")


@check("Maria's timeline: call, e-mail, tweet, every answer and comment with text, agent and time; no mail log")
def _():
    rows = timeline("maria.santos@example.com")
    equal(sorted((r["kind"], r["refs"]["ticket"]) for r in rows),
          [("call", "1"), ("email", "1"), ("email", "2"), ("email", "2"), ("note", "1"), ("note", "3"), ("social", "3")])
    for r in rows:
        assert r["text"] and r["agent"] and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r["at"]), r
        assert "automatically generated" not in r["text"] and "AutoReply" not in (r["title"] or ""), r
        assert r["web"].startswith(RT), r["web"]
    call = next(r for r in rows if r["kind"] == "call")
    equal((call["title"], call["text"], call["agent"], call["status"], call["direction"], call["channel"]),
          ("Phone call: parcel not delivered", "Customer called at 09:12: parcel 88-123 was to arrive on Monday.", "Alice Agent", "open", "in", "phone"))
    note = next(r for r in rows if r["kind"] == "note" and r["refs"]["ticket"] == "1")
    equal((note["text"], note["reader"], note["part_of"], note["direction"]), ('Call lasted 6 min. Courier says "address not found".', "staff", "1", None))
    answer = next(r for r in rows if r["kind"] == "email" and r["direction"] == "out" and r["refs"]["ticket"] == "2")
    equal((answer["text"], answer["reader"], [(a["name"], a["type"]) for a in answer["attachments"]]),
          ("Please find the invoice attached.", "customer", [("invoice-SO-7.txt", "text/plain")]))


@check("Clara by telephone in two ways and by e-mail: the same customer")
def _():
    ids = {tuple(r["id"] for r in only(find(who)["candidates"], "Clara O'Neill")["records"])
           for who in ("0160/9876543", "+491609876543", "clara@example.org")}
    equal(len(ids), 1, "sets of records")


@check("Clara's timeline: order, payment, shipment, delivery, return and refund as rows of their own, with amounts")
def _():
    rows = timeline("clara@example.org")
    equal(steps(rows, "7"), [("order", "placed"), ("payment", "paid"), ("delivery", "fulfilled"), ("delivery", "shipped"), ("delivery", "delivered"),
                             ("return", "requested"), ("return", "received"), ("payment", "refunded")])
    placed = row(rows, "order", "placed", "7")
    # what was paid then, though 149.00 of it went back since
    equal(placed["amount"], eur(17139))
    # the shop gives an order's lines in no order of its own
    equal(sorted(((l["sku"], l["quantity"], l["amount"]) for l in placed["lines"]), key=lambda l: l[0]), [("SK-BT-41", "1", eur(14900)), ("TB-075", "1", eur(1749))])
    equal(row(rows, "payment", "paid", "7")["amount"], eur(17139))
    refund = row(rows, "payment", "refunded", "7")
    equal((refund["amount"], refund["text"], refund["outcome"]), (eur(14900), "return received", "Customer goodwill"))
    shipped = row(rows, "delivery", "shipped", "7")
    equal((shipped["refs"]["tracking"], shipped["web"]), ("JD014600007", "https://tracking.example/JD014600007"))
    for step in ("requested", "received"):
        equal(skus(row(rows, "return", step, "7")), [("SK-BT-41", "1")])
    equal(row(rows, "return", "requested", "7")["outcome"], "Too small")
    equal(steps(rows, "6")[-1], ("return", "requested"))
    equal(row(rows, "order", "placed", "6")["amount"], eur(25475))


@check("an exchange and a claim are rows of their own; the order keeps the goods it was placed with")
def _():
    rows = timeline("david.nguyen@example.org")
    equal(skus(row(rows, "order", "placed", "8")), [("FJ-JKT-L", "1")])
    equal(skus(row(rows, "return", "exchanged", "8")), [("FJ-JKT-M", "1")])
    equal([s for s in steps(rows, "8") if s[0] == "return"], [("return", "exchanged")])
    equal(steps(rows, "9"), [("order", "placed"), ("order", "cancelled")])
    rows = timeline("elif+shop@example.org")
    equal(skus(row(rows, "order", "placed", "12")), [("SK-BT-41", "1")])
    claim = row(rows, "return", "requested", "12")
    equal((claim["outcome"], skus(claim)), ("production_failure", [("SK-BT-41", "1")]))
    equal(row(rows, "payment", "refunded", "11")["amount"], eur(1050))
    assert ("order", "cancelled") in steps(rows, "10") and ("payment", "refunded") in steps(rows, "10"), steps(rows, "10")


@check("Anna's two records come back as one customer with the reason; the store's purchase has place, channel, receipt")
def _():
    candidate = only(find("anna.krueger@example.org")["candidates"], "Anna Krüger")
    equal(sorted(r["guest"] for r in candidate["records"]), [False, True], "guest")
    assert candidate["reasons"], "no reason"
    order = row(timeline("anna.krueger@example.org"), "order", "placed", "13")
    equal((order["place"]["name"], order["channel"], order["refs"]["receipt"], order["amount"]), ("Store Berlin Mitte", "counter", "BER01-2026-0457", eur(7739)))
    equal(row(timeline("anna.krueger@example.org"), "order", "placed", "1")["channel"], "web")


@check("the guest is found by the telephone that only an order's shipping address knows")
def _():
    for who in ("+49 421 2223344", "0421/2223344"):
        candidate = only(find(who)["candidates"], "Gast Meier")
        assert ("shop", "/shipping_address/phone", "+494212223344") in fields(candidate), fields(candidate)
    row(timeline("0421 222 33 44"), "order", "placed", "14")


@check("order:4 finds the order numbered 4 and its customer, and none of the others with a 4")
def _():
    reply = find("order:4")
    equal([(r["kind"], r["step"], r["refs"]["order"], r["title"]) for r in reply["rows"]], [("order", "placed", "4", "Order 4")])
    candidate = only(reply["candidates"], "Ben Okafor")
    assert ("shop", "/display_id", "4") in fields(candidate), fields(candidate)
    row(timeline("order:4"), "order", "placed", "4")


@check("the customer in both is one, with calls and orders on one timeline")
def _():
    for who in ("jonas.brandt@example.com", "+49 171 3920042", "0171-3920042", "ticket:16", "order:15"):
        candidate = only(find(who)["candidates"], "Jonas Brandt")
        equal(sorted(r["backend"] for r in candidate["records"]), ["desk", "shop"], who)
        assert candidate["reasons"], "no reason"
    for record in candidate["records"]:
        only(find(record["id"])["candidates"], "Jonas Brandt")
    equal(find("rec:desk/999999", status=1)["status"], "none")
    rows = timeline("jonas.brandt@example.com")
    equal(sorted((r["kind"], r["step"] or "") for r in rows if r["kind"] in ("call", "order")), [("call", ""), ("order", "placed")])
    letters = [(r["direction"], r["agent"], r["text"].split("\n")[0]) for r in reversed(rows) if r["refs"]["ticket"] == "17" and r["kind"] == "email"]
    equal(letters, [("in", "Bob Agent", "Hello,"), ("out", "Bob Agent", "Hello Jonas, would you like a new one or your money back?"), ("in", None, "A new one, please.")])
    mail = next(r for r in rows if r["refs"]["ticket"] == "17" and r["row"] == "tickets")
    equal([(a["name"], a["type"]) for a in mail["attachments"]], [("sleeve.png", "image/png")])


@check("the two who share a telephone are two candidates and never joined")
def _():
    for who in ("030 23125417", "+49 30 23125-417"):
        reply = find(who)
        equal((reply["status"], sorted(c["name"] for c in reply["candidates"])), ("several", ["Paul Weber", "Petra Lindholm"]))
        equal([len(c["records"]) for c in reply["candidates"]], [1, 1])
        run = Run("show", who)
        equal(run.status, 8, run.err)
        assert "Paul Weber" in run.out and "Petra Lindholm" in run.out and "since" not in run.out, run.out
    equal([r["kind"] for r in timeline("paul.weber@example.org")], ["payment", "order"])


@check("by name, in wide characters too; nobody is nobody")
def _():
    only(find("name:Maria Santos")["candidates"], "Maria Santos")
    only(find("田中 太郎")["candidates"], "田中 太郎")
    run = Run("find", "nobody.at.all@example.com")
    equal((run.status, run.out), (1, ""), run.err)


@check("text that means something to RT's query languages finds nobody and breaks nothing")
def _():
    for who in ("x' OR id > 0 OR 'a@example.com", "\"},{\"field\":\"EmailAddress\",\"operator\":\"LIKE\",\"value\":\"a@example.com",
                "name:%", "name:Robert'); DROP TABLE Users;--", "name:O\\'Neil\\", "ticket:1 OR id > 0"):
        run = Run("find", who, "--format", "json")
        assert run.status in (0, 1, 2), f"{who}: exit {run.status}: {run.err}"
        names = [c["name"] for c in json.loads(run.out)["candidates"]] if run.status == 0 else []
        assert len(names) <= 1, f"{who}: {names}"


# ---- hostile text ----------------------------------------------------------------------------------------

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def unsafe(text, allowed):
    return sorted({repr(c) for c in text if c not in allowed and (unicodedata.category(c) == "Cc" or c in BIDI)})


@check("the hostile ticket is harmless in every format, and unchanged in JSON once parsed")
def _():
    seed = json.load(open(f"{HERE}/rt/seed.json"))
    ticket = next(t for t in seed["tickets"] if t["of"] == "eve")
    for command in ("find", "show", "timeline"):
        for form, allowed in (("text", "\n"), ("csv", "\r\n"), ("tsv", "\t\n"), ("json", "\n"), ("ndjson", "\n")):
            run = Run(command, "eve.trick@example.com", "--format", form, "--verbose")
            equal(run.status, 0, f"{command} {form}")
            equal(unsafe(run.out, allowed), [], f"{command} {form}")
            equal(unsafe(run.err, "\n"), [], f"{command} {form}, standard error")
            if form == "csv":
                widths = {len(r) for r in csv.reader(io.StringIO(run.out, newline=""))}
                equal(len(widths), 1, "cells a line")
    mail = next(r for r in timeline("eve.trick@example.com") if r["row"] == "tickets")
    equal(mail["title"], ticket["subject"])
    equal(mail["text"], ticket["text"])
    equal(mail["attachments"][0]["name"], ticket["files"][0]["name"])
    note = next(r for r in timeline("eve.trick@example.com") if r["kind"] == "note")
    equal(note["text"], ticket["steps"][0]["text"])
    equal(find("eve.trick@example.com")["candidates"][0]["name"], seed["people"]["eve"]["name"])


@check("the ticket in HTML arrives as text, without its script")
def _():
    mail = next(r for r in timeline("store.walkin@example.com") if r["refs"]["ticket"] == "15" and r["row"] == "tickets")
    equal(mail["text"].strip(), "I waited 40 minutes on the phone!")
    for form in ("text", "csv", "tsv", "json", "ndjson"):
        out = Run("timeline", "store.walkin@example.com", "--format", form).out
        assert "40 minutes" in out and "<script" not in out and "alert(1)" not in out, form


# ---- one of them goes wrong ------------------------------------------------------------------------------

class Proxy:
    """fault_proxy.py before the real RT."""

    def __init__(self):
        self.child = subprocess.Popen([sys.executable, f"{HERE}/fault_proxy.py", "--log", "/dev/null", RT], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.child.stdout.readline().split()[1]}"

    def fault(self, line):
        import urllib.request
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/.fault", data=line.encode(), method="PUT"), timeout=10).read()

    def end(self):
        self.child.kill()
        self.child.wait()


def judge(name, words, quickly=True, env=None):
    """Both commands, on the house with the shop and on the one without."""
    why = "|".join(words)
    for command in ("find", "timeline"):
        for attempt in (1, 2):
            run = Run(command, "jonas.brandt@example.com", "--format", "json", house=name, env=env)
            # the machine may have been busy with something else: what is slow by itself is slow twice
            if run.took <= DEADLINE + 0.5 or not quickly:
                break
        equal(run.status, 3, f"{command}: {run.err.strip()[:200]}")
        assert not quickly or run.took <= DEADLINE + 0.5, f"{command}: {run.took:.2f} s, the dead-line was {DEADLINE} s"
        line = [l for l in run.err.splitlines() if "desk" in l]
        assert line and re.search(why, " ".join(line), re.I), f"{command}: no line names desk and why ({why}): {run.err!r}"
        reply = json.loads(run.out)
        state = {s["backend"]: s for s in reply["sources"]}
        assert state["shop"]["error"] is None and state["desk"]["error"], state
        if command == "timeline":
            row(reply["timeline"], "order", "placed", "15")
    run = Run("timeline", "jonas.brandt@example.com", house=name + "-alone", env=env)
    equal((run.status, run.out), (7, ""), f"alone: {run.err.strip()[:200]}")
    assert "desk" in run.err and re.search(why, run.err, re.I), run.err


def broken(name, desk, words, quickly=True, env=None):
    house(name, desk=desk, deadline=int(DEADLINE))
    house(name + "-alone", desk=desk, shop=None, deadline=int(DEADLINE))
    judge(name, words, quickly, env)


FAULTS = [
    ("answers after the dead-line", "late:20", ["no answer within", "dead-line"]),
    ("cuts the reply", "cut", ["cut", "closed", "end", "short"]),
    ("sends HTML", "html", ["JSON", "html"]),
    ("401", "status:401", ["401"]),
    ("429 with Retry-After in seconds", "status:429:120", ["429", "too many"]),
    ("429 with Retry-After as a date", "status:429:date:120", ["429", "too many"]),
    ("500", "status:500", ["500"]),
    ("100 MB of endless JSON", "endless:100", ["large", "MiB", "limit", "body"]),
    ("100,000 levels of JSON", "deep:100000", ["deep", "level", "nest"]),
    ("hangs up", "refuse", ["closed", "empty", "hung", "reset", "no reply", "connection"]),
]
proxy = []


def add_fault(name, line, words):
    @check(f"RT {name}: the rest in time, which and why, 3; nothing to show: 7")
    def _():
        if not proxy:
            proxy.append(Proxy())
        proxy[0].fault(line)
        broken("fault", proxy[0].url, words)


for fault in FAULTS:
    add_fault(*fault)


@check("RT stopped: the rest in time, which and why, 3; nothing to show: 7")
def _():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        broken("fault", f"http://127.0.0.1:{free.getsockname()[1]}", ["refused", "connect"])


@check("RT's name resolves slowly: the rest in time, which and why, 3; nothing to show: 7")
def _():
    assert SLOW, "no C compiler, so no slow resolver"
    preload = {"LD_PRELOAD": SLOW, "SLOW_RESOLVER_HOST": "slow.test", "SLOW_RESOLVER_MS": "20000"}
    preload["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    broken("fault", "https://slow.test:8401", ["resolv", "name", "dead-line", "time"], env=preload)


@check("RT fails twice and then answers: read again, and nothing is missing")
def _():
    if not proxy:
        proxy.append(Proxy())
    proxy[0].fault("1*status:500")
    house("fault", desk=proxy[0].url, deadline=10)
    rows = timeline("jonas.brandt@example.com", house="fault")
    assert {"call", "order"} <= {r["kind"] for r in rows}, rows
    proxy[0].fault("none")


# ---- mistakes of the house -------------------------------------------------------------------------------

@check("a broken connector is told with every mistake at its line, and costs that backend only")
def _():
    with open(f"{WORK}/broken-connector.yaml", "w") as file:
        file.write("connector: broken\ntitle: Broken\nsettings:\n  url: {requird: true}\nrecord: {name: /name}\nfind:\n  - by: emial\n    get: /people\n")
    house("broken", more=f"  crm:\n    connector: {WORK}/broken-connector.yaml\n    settings: {{url: \"http://127.0.0.1:1\"}}\n")
    run = Run("config", "check", house="broken")
    equal(run.status, 3, "config check")
    lines = sorted(set(re.findall(r"broken-connector\.yaml:(\d+):", run.out + run.err)))
    assert set(lines) >= {"4", "5", "7"}, run.out + run.err
    run = Run("find", "jonas.brandt@example.com", "--format", "json", house="broken")
    only(run.json(3)["candidates"], "Jonas Brandt")
    assert "crm" in run.err, run.err


@check("the connectors have no mistakes")
def _():
    run = Run("backends", "check", f"{SRC}/connectors/rt.yaml", f"{SRC}/connectors/medusa.yaml")
    equal((run.status, run.err), (0, ""))


def main():
    os.makedirs(f"{WORK}/runtime", mode=0o700, exist_ok=True)
    house("both")
    wanted = sys.argv[1:]
    failed = passed = 0
    for name, function in checks:
        if wanted and not any(word in name for word in wanted):
            continue
        start = time.monotonic()
        try:
            function()
        except subprocess.TimeoutExpired as late:
            why = f"no end after {late.timeout} s"
        except Exception as wrong:  # a check that cannot be made has failed, and the next is still made
            why = f"{type(wrong).__name__}: {wrong}" if not isinstance(wrong, AssertionError) else str(wrong)
        else:
            passed += 1
            print(f"PASS {name} ({time.monotonic() - start:.1f} s)", flush=True)
            continue
        failed += 1
        print(f"FAIL {name}\n     {why[:1000]}", flush=True)
    for one in proxy:
        one.end()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
