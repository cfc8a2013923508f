"""A vendor's OpenAPI description: what may be asked by it, and the server that answers by it.

Prism refuses a request that breaks the description, but lets pass what the description does not
name and turns types into each other; Description.complaints looks at that.
"""
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, unquote, urlsplit

TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


class Description:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.doc = json.load(f)

    def solve(self, part):
        while isinstance(part, dict) and "$ref" in part:
            at = self.doc
            for name in part["$ref"][2:].split("/"):
                at = at[name.replace("~1", "/").replace("~0", "~")]
            part = at
        return part

    def example(self, schema):
        """The example of a named schema, to be changed in place before it is served."""
        return self.doc["components"]["schemas"][schema]["example"]

    def operation(self, method, path):
        """The one whose path has the fewest placeholders, as HTTP routers choose."""
        best = None
        for template, item in self.doc["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            if method.lower() in item and re.fullmatch(pattern, path) and (best is None or template.count("{") < best[0]):
                best = template.count("{"), item, item[method.lower()]
        return (best[1], best[2]) if best else (None, None)

    def complaints(self, request):
        method, target, headers, body = request
        parts = urlsplit(target)
        item, operation = self.operation(method, parts.path)
        if not operation:
            return [f"{method} {parts.path} is not described"]
        known = [self.solve(p) for p in item.get("parameters", []) + operation.get("parameters", [])]
        names = {p["name"] for p in known if p["in"] == "query"}
        found = [f"{method} {parts.path}: no query {n} is described" for n, _ in parse_qsl(parts.query) if n not in names]
        for p in known:
            if p["in"] == "header" and p.get("required") and p["name"].lower() not in headers:
                found.append(f"{method} {parts.path}: the header {p['name']} is missing")
        content = self.solve(operation.get("requestBody", {})).get("content", {})
        if body and "application/json" in content:
            found += self.fits(json.loads(body), content["application/json"].get("schema", {}), "body")
        elif body and "application/x-www-form-urlencoded" in content:
            schema = self.solve(content["application/x-www-form-urlencoded"]["schema"])
            found += [f"no form field {n} is described" for n, _ in parse_qsl(body.decode()) if n not in schema["properties"]]
        elif body:
            found.append(f"{method} {parts.path}: no such body is described")
        return found

    def fits(self, value, schema, where):
        schema = self.solve(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                tries = [self.fits(value, one, where) for one in schema[word]]
                return [] if any(not t for t in tries) else min(tries, key=len)
        if "allOf" in schema:
            properties = {}
            for one in schema["allOf"]:
                properties.update(self.solve(one).get("properties", {}))
            schema = {"type": "object", "properties": properties}
        kind = schema.get("type")
        if value is None:
            return [] if schema.get("nullable") else [f"{where} is null"]
        if kind in TYPES and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
            return [f"{where} is {json.dumps(value)[:60]} and should be of type {kind}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where}: {value!r} is not among the words that are described"]
        if isinstance(value, list):
            return [c for i, v in enumerate(value) for c in self.fits(v, schema.get("items", {}), f"{where}[{i}]")]
        found = []
        if isinstance(value, dict) and "properties" in schema:
            found += [f"{where}.{n} is missing" for n in schema.get("required", []) if n not in value]
            for name, member in value.items():
                if name in schema["properties"]:
                    found += self.fits(member, schema["properties"][name], f"{where}.{name}")
                elif not schema.get("additionalProperties"):
                    found.append(f"{where}.{name} is not described")
        return found


class Served:
    """Prism with a description behind a listener that keeps every request and its answer."""

    def __init__(self, prism, description, folder, name):
        self.description, self.log, self.lock = description, [], Lock()
        copy = f"{folder}/{name}.json"
        with open(copy, "w", encoding="utf-8") as f:
            json.dump(description.doc, f)
        self.said = f"{folder}/{name}.log"
        self.front = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        port = self.free_port()
        with open(self.said, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(["node", prism, "mock", "-h", "127.0.0.1", "-p", str(port), copy], stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
        self.back = f"http://127.0.0.1:{port}"
        self.url = f"http://127.0.0.1:{self.front.server_port}"
        Thread(target=self.front.serve_forever, daemon=True).start()

    @staticmethod
    def free_port():
        with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as one:
            return one.server_port

    def wait(self):
        until = time.monotonic() + 120
        while "Prism is listening" not in open(self.said, encoding="utf-8").read():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Prism does not start: " + open(self.said, encoding="utf-8").read()[-400:])
            time.sleep(0.1)

    def stop(self):
        self.front.shutdown()
        self.front.server_close()
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)

    def handler(served):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                request = urllib.request.Request(served.back + self.path, data=body, method=self.command)
                for name, value in self.headers.items():
                    if name.lower() not in ("host", "connection", "content-length", "accept-encoding"):
                        request.add_header(name, value)
                try:
                    reply = urllib.request.urlopen(request, timeout=60)
                except urllib.error.HTTPError as e:
                    reply = e
                data = reply.read()
                with served.lock:
                    served.log.append((self.command, self.path, {n.lower(): v for n, v in self.headers.items()}, body,
                                       reply.status, reply.headers, data))
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.headers.get("Content-Type", "application/json"))
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *words):
                pass
        return Handler

    def check(self, refused=lambda target: False):
        """Every request was accepted and is described; returns how many there were."""
        asked = list(self.log)
        assert asked, "nothing was asked"
        for method, target, headers, body, status, _, data in asked:
            if refused(unquote(target)):
                continue
            assert 200 <= status < 300, f"{method} {target} was refused with {status}: {data[:400].decode(errors='replace')}"
            found = self.description.complaints((method, target, headers, body))
            assert not found, "; ".join(found)
        return len(asked)
