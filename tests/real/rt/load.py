"""load.py URL STATE SEED: fills a fresh help desk over its own HTTP interfaces.

People and tickets go in by REST 2.0, customers' mail by the gateway that RT's mail programs use.
"""
import base64
import email.message
import http.client
import json
import os
import sys
import urllib.parse

URL, STATE, SEED = sys.argv[1:4]
HOST = urllib.parse.urlsplit(URL).netloc
DESK_NAME = "helpdesk.test"


def token(agent):
    with open(os.path.join(STATE, agent + ".token"), encoding="ascii") as f:
        return f.read().strip()


TOKENS = {agent: token(agent) for agent in ("apibot", "alice", "bob")}


def send(method, path, body, headers):
    link = http.client.HTTPConnection(HOST, timeout=60)
    try:
        link.request(method, path, body, headers)
        reply = link.getresponse()
        text = reply.read().decode("utf-8", "replace")
    finally:
        link.close()
    if reply.status not in (200, 201):
        sys.exit(f"load.py: {method} {path}: {reply.status} {text[:400]}")
    return text


def rest(method, path, body=None, by="apibot"):
    headers = {"Authorization": "token " + TOKENS[by], "Content-Type": "application/json"}
    text = send(method, "/REST/2.0" + path, None if body is None else json.dumps(body), headers)
    return json.loads(text) if text else None


def encoded(file):
    return file.get("base64") or base64.b64encode(file["text"].encode()).decode("ascii")


def upload(file):
    return {"FileName": file["name"], "FileType": file["type"], "FileContent": encoded(file)}


def mail(person, subject, text, files=()):
    """One message from a customer, as the mail server would hand it over."""
    letter = email.message.EmailMessage()
    letter["From"] = f'"{person["name"]}" <{person["email"]}>'
    letter["To"] = f"support@{DESK_NAME}"
    letter["Subject"] = subject
    letter["Message-ID"] = f"<seed-{mail.count}@example.com>"
    mail.count += 1
    letter.set_content(text)
    for file in files:
        major, minor = file["type"].split("/")
        letter.add_attachment(base64.b64decode(encoded(file)), major, minor, filename=file["name"])
    form = {"SessionType": "REST", "queue": "Support", "action": "correspond", "message": letter.as_string()}
    answer = send("POST", "/REST/1.0/NoAuth/mail-gateway", urllib.parse.urlencode(form),
                  {"Content-Type": "application/x-www-form-urlencoded"})
    if not answer.startswith("ok"):
        sys.exit(f"load.py: the mail gateway refused: {answer}")


mail.count = 1


def newest_ticket():
    found = rest("GET", "/tickets?query=id%3E0&orderby=id&order=DESC&per_page=1")["items"]
    return int(found[0]["id"]) if found else 0


def add_person(person):
    body = {"Name": person["email"], "EmailAddress": person["email"], "RealName": person["name"],
            "City": person["city"], "Privileged": 0, "CustomFields": {"Customer number": person["number"]}}
    for ours, theirs in (("mobile", "MobilePhone"), ("home", "HomePhone")):
        if ours in person:
            body[theirs] = person[ours]
    rest("POST", "/user", body)


def add_ticket(number, ticket, person):
    fields = {"Channel": ticket["channel"]}
    by = ticket.get("by", "apibot")
    files = ticket.get("files", [])
    if by == "mail":
        mail(person, ticket["subject"], ticket["text"], files)
        made = newest_ticket()  # the gateway answers with no more than "ok"
        rest("PUT", f"/ticket/{made}", {"CustomFields": fields, "Owner": ticket["owner"]})
    else:
        body = {"Queue": "Support", "Requestor": person["email"], "Subject": ticket["subject"],
                "Content": ticket["text"], "ContentType": ticket.get("type", "text/plain"),
                "CustomFields": fields, "Owner": ticket["owner"]}
        if files:
            body["Attachments"] = [upload(file) for file in files]
        made = int(rest("POST", "/ticket", body, by)["id"])
    if made != number:
        sys.exit(f"load.py: ticket {number} of the seed became {made}")

    for step in ticket.get("steps", []):
        if step["do"] == "mail":
            mail(person, f"Re: [{DESK_NAME} #{number}] {ticket['subject']}", step["text"], step.get("files", []))
            continue
        body = {"Content": step["text"], "ContentType": "text/plain", "TimeTaken": step["minutes"]}
        if "files" in step:
            body["Attachments"] = [upload(file) for file in step["files"]]
        rest("POST", f"/ticket/{number}/{step['do']}", body, step.get("by", "apibot"))

    change = {}
    if "tags" in ticket:
        change["CustomFields"] = {"Tags": ticket["tags"]}
    if "priority" in ticket:
        change["Priority"] = ticket["priority"]
    if ticket["status"] != "new":
        change["Status"] = ticket["status"]
    if change:
        rest("PUT", f"/ticket/{number}", change)


def check(tickets):
    """RT answers 200 also to a change that it refuses: look at what came of them."""
    found = rest("GET", "/tickets?query=id%3E0&orderby=id&fields=Status,Owner&per_page=100")["items"]
    for number, (wanted, got) in enumerate(zip(tickets, found, strict=True), 1):
        for name, value in (("status", got["Status"]), ("owner", got["Owner"]["id"])):
            if wanted[name] != value:
                sys.exit(f"load.py: the {name} of ticket {number} is {value}, not {wanted[name]}")


def main():
    with open(SEED, encoding="utf-8") as f:
        seed = json.load(f)
    for person in seed["people"].values():
        add_person(person)
    for number, ticket in enumerate(seed["tickets"], 1):
        add_ticket(number, ticket, seed["people"][ticket["of"]])
    check(seed["tickets"])
    print(f"load.py: {len(seed['people'])} people, {len(seed['tickets'])} tickets")


main()
