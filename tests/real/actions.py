#!/usr/bin/env python3
"""dossier act on a real Request Tracker and a real Medusa: done once, refused, and the reply lost on its way.

Writes to both, so they should be throw-away ones (tests/real/*/setup.sh). Reads DOSSIER_BIN,
DOSSIER_REAL_HOME, RT_PORT and MEDUSA_PORT. Exit 0 when all holds, 1 when not.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

HERE = pathlib.Path(__file__).resolve().parent
BIN = os.environ["DOSSIER_BIN"]
HOME = pathlib.Path(os.environ.get("DOSSIER_REAL_HOME", "/var/tmp/dossier-real"))
RT = f"http://127.0.0.1:{os.environ.get('RT_PORT', '8401')}"
SHOP = f"http://127.0.0.1:{os.environ.get('MEDUSA_PORT', '9000')}"
fails = []


def check(what, holds, seen=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}{'' if holds else f': {seen}'}", flush=True)
    if not holds:
        fails.append(what)


def call(url, method="GET", body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.loads(reply.read() or b"null")


class Proxy:
    def __init__(self, upstream):
        self.child = subprocess.Popen(
            [sys.executable, str(HERE / "fault_proxy.py"), "--log", "/dev/null", upstream], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.child.stdout.readline().split()[1]}"

    def fault(self, line):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/.fault", line.encode(), method="PUT"), timeout=10).read()

    def writes(self, part):
        """How many requests other than reads had this in their path since the last time."""
        with urllib.request.urlopen(f"{self.url}/.log", timeout=10) as reply:
            lines = reply.read().decode().splitlines()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/.log", method="DELETE"), timeout=10).read()
        return sum(1 for line in lines if part in line.split()[1] and line.split()[0] not in ("GET", "HEAD"))


class House:
    """A configuration with both behind proxies, and the program run with it."""

    def __init__(self, work, role="supervisor"):
        self.work, self.desk, self.shop = work, Proxy(RT), Proxy(SHOP)
        self.file = work / "dossier.yaml"
        self.write(role)

    def write(self, role, deadline="10s"):
        backends = {
            "desk": {"connector": "rt", "deadline": deadline,
                     "settings": {"url": self.desk.url, "token": {"file": str(HOME / "rt/apibot.token")}}},
            "shop": {"connector": "medusa", "deadline": deadline,
                     "settings": {"url": self.shop.url, "email": "admin@shop.test", "password": {"file": str(HOME / "medusa/admin.password")}}},
        }
        house = {"country": "DE", "currency": "EUR", "zone": "Europe/Berlin"}
        agents = {"kim": {"login": "kim", "name": "Kim", "role": role}}
        self.file.write_text(json.dumps({"house": house, "agents": agents, "backends": backends}))

    def act(self, *words, stdin=subprocess.DEVNULL):
        env = {**os.environ, "LOGNAME": "kim", "XDG_STATE_HOME": str(self.work / "state"), "XDG_RUNTIME_DIR": str(self.work)}
        env.setdefault("DOSSIER_DATADIR", str(HERE.parent.parent))
        run = subprocess.run([BIN, "--config", str(self.file), "--format", "json", "act", *words], env=env, stdin=stdin,
                             capture_output=True, text=True, timeout=60, check=False)
        return run.returncode, json.loads(run.stdout) if run.stdout.startswith("{") else {}, run.stderr

    def close(self):
        for proxy in (self.desk, self.shop):
            proxy.child.terminate()
            proxy.child.wait()


def rt_headers():
    return {"Authorization": "token " + (HOME / "rt/apibot.token").read_text().strip()}


def comments(ticket, text):
    """How many comments of the ticket say exactly this."""
    rows = call(f"{RT}/REST/2.0/ticket/{ticket}/attachments?fields=Content&per_page=100&orderby=id&order=DESC", headers=rt_headers())
    return sum(1 for row in rows["items"] if row.get("Content") == text)


def owner(ticket):
    return call(f"{RT}/REST/2.0/ticket/{ticket}", headers=rt_headers())["Owner"]["id"]


def help_desk(house):
    words = f"Called back, reference {uuid.uuid4()}"
    status, said, errors = house.act("desk", "note", "ticket=16", f"text={words}", "--dry-run")
    token = (HOME / "rt/apibot.token").read_text().strip()
    check("a dry run shows the request and sends nothing",
          status == 0 and words in said["request"]["body"] and said["outcome"] == "dry_run" and comments(16, words) == 0
          and house.desk.writes("/comment") == 0, (status, said, errors))
    check("a dry run masks the token", token not in json.dumps(said) and "•••" in said["request"]["headers"]["Authorization"], said)

    status, said, errors = house.act("desk", "note", "ticket=16", f"text={words}")
    check("an internal note stands in the ticket once", (status, said.get("outcome"), comments(16, words)) == (0, "done", 1), (status, said, errors))

    words, ident = f"Came back, reference {uuid.uuid4()}", str(uuid.uuid4())
    first = house.act("desk", "note", "ticket=16", f"text={words}", "--id", ident)
    again = house.act("desk", "note", "ticket=16", f"text={words}", "--id", ident)
    check("a repeat with one id does nothing", (first[0], again[0], comments(16, words)) == (0, 0, 1) and "was done before" in again[2], again)

    words = f"Reply lost, reference {uuid.uuid4()}"
    house.desk.writes("")
    house.desk.fault("POST /comment 1*lost")
    status, said, errors = house.act("desk", "note", "ticket=16", f"text={words}")
    check("a note whose reply is lost is read back and not repeated",
          (status, said.get("outcome"), comments(16, words), house.desk.writes("/comment")) == (0, "done", 1, 1), (status, said, errors))

    words = f"Never arrived, reference {uuid.uuid4()}"
    house.desk.fault("POST /comment 1*refuse")
    status, said, errors = house.act("desk", "note", "ticket=16", f"text={words}")
    check("one that never arrived is told as not done", (status, said.get("outcome"), comments(16, words)) == (7, "not_done", 0), (status, said, errors))

    to = "bob" if owner(14) == "alice" else "alice"
    status, said, errors = house.act("desk", "transfer", "ticket=14", f"owner={to}")
    check("a ticket is handed over", (status, said.get("outcome"), owner(14)) == (0, "done", to), (status, said, errors))
    status, said, errors = house.act("desk", "transfer", "ticket=14", "owner=nobody.knows")
    check("a refusal inside a 200 is a refusal", (status, said.get("outcome"), said.get("status"), owner(14)) == (7, "not_done", 200, to)
          and "does not exist" in errors, (status, said, errors))
    house.desk.fault("PUT /ticket/14 1*cut")
    other = "bob" if to == "alice" else "alice"
    status, said, errors = house.act("desk", "transfer", "ticket=14", f"owner={other}")
    check("a hand-over whose reply is cut is read back", (status, said.get("outcome"), owner(14)) == (0, "done", other), (status, said, errors))


def shop_headers():
    body = {"email": "admin@shop.test", "password": (HOME / "medusa/admin.password").read_text().strip()}
    return {"Authorization": "Bearer " + call(f"{SHOP}/auth/user/emailpass", "POST", body)["token"]}


def refundable(headers):
    """A payment with money left on it, and how much was given back of it."""
    fields = "id,*payment_collections.payments,*payment_collections.payments.captures,*payment_collections.payments.refunds"
    for order in call(f"{SHOP}/admin/orders?limit=50&fields={fields}", headers=headers)["orders"]:
        for group in order["payment_collections"]:
            for payment in group["payments"]:
                taken = sum(c["amount"] for c in payment["captures"] or [])
                if taken - sum(r["amount"] for r in payment["refunds"] or []) > 20:
                    return payment["id"]
    raise SystemExit("no payment of the shop has 20 euros left to give back")


def refunds(payment, headers):
    return call(f"{SHOP}/admin/payments/{payment}?fields=id,*refunds", headers=headers)["payment"]["refunds"]


def real_shop(house):
    headers = shop_headers()
    payment = refundable(headers)
    before = len(refunds(payment, headers))
    status, _, errors = house.act("shop", "refund", f"payment={payment}", "amount=1.25")
    check("a refund asks first", status == 5 and "--yes" in errors and len(refunds(payment, headers)) == before, (status, errors))
    status, _, errors = house.act("shop", "refund", f"payment={payment}", "amount=much", "--yes")
    check("an amount is an amount", status == 2 and "money" in errors, (status, errors))
    house.write("agent")
    status, _, errors = house.act("shop", "refund", f"payment={payment}", "amount=1.25", "--yes")
    check("roles are kept", status == 5 and "supervisor" in errors and len(refunds(payment, headers)) == before, (status, errors))
    house.write("supervisor")

    house.shop.writes("")
    house.shop.fault("POST /refund 1*lost")
    status, said, errors = house.act("shop", "refund", f"payment={payment}", "amount=1.25", "note=late parcel", "--yes")
    now = refunds(payment, headers)
    check("the money goes back once though the reply was lost",
          (status, said.get("outcome"), len(now), house.shop.writes("/refund")) == (0, "done", before + 1, 1), (status, said, errors))
    check("and the note says whose it was", any(said.get("id", "?") in (r.get("note") or "") for r in now), now)

    ident = str(uuid.uuid4())
    house.shop.fault("POST /refund 1*cut")
    first = house.act("shop", "refund", f"payment={payment}", "amount=0.75", "--yes", "--id", ident)
    again = house.act("shop", "refund", f"payment={payment}", "amount=0.75", "--yes", "--id", ident)
    check("and a repeat with its id gives nothing more", (first[0], again[0], len(refunds(payment, headers))) == (0, 0, before + 2), (first, again))

    status, said, errors = house.act("shop", "refund", f"payment={payment}", "amount=999999", "--yes")
    check("too much is refused in the shop's words", status == 7 and said.get("outcome") == "not_done" and "captured" in errors, (status, said, errors))

    ident = str(uuid.uuid4())
    house.write("supervisor", "3s")
    house.shop.fault("POST /refund 1*late:6")
    status, said, errors = house.act("shop", "refund", f"payment={payment}", "amount=0.50", "--yes", "--id", ident)
    check("a reply too late is told as unknown", (status, said.get("outcome")) == (3, "unknown"), (status, said, errors))
    time.sleep(5)
    again = house.act("shop", "refund", f"payment={payment}", "amount=0.50", "--yes", "--id", ident)
    check("and its id sends nothing again", again[0] == 3 and "nobody knows" in again[2] and len(refunds(payment, headers)) <= before + 3, again)
    house.write("supervisor")


def main():
    with tempfile.TemporaryDirectory() as folder:
        house = House(pathlib.Path(folder))
        try:
            help_desk(house)
            real_shop(house)
        finally:
            house.close()
    print(f"{len(fails)} failed" if fails else "all actions hold")
    return 1 if fails else 0


if __name__ == "__main__":
    sys.exit(main())
