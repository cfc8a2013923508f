#!/usr/bin/env python3
"""A forwarding HTTP server on 127.0.0.1 that misbehaves on demand.

    fault_proxy.py [--port N] [--control FILE] [--log FILE] UPSTREAM

It prints "port N" when it listens. N = 0, the default, takes any free port. UPSTREAM is an origin such as
http://127.0.0.1:9000; "-" means none, for faults that need none.

The fault is a line, set at run time with

    PUT /.fault            the body is the line; GET tells it
    FILE of --control      read at each request; missing or empty means the line set by PUT

    none                   forward
    late:SECONDS           wait, then forward
    cut                    forward, but close after half of the declared Content-Length
    lost                   forward, then hang up without a byte
    html                   200 with an HTML page
    status:CODE            that status with a small JSON body; 401, 500, ...
    status:429:SECONDS     also for 503: Retry-After in seconds
    status:429:date:SECONDS  Retry-After as an HTTP date so far ahead
    endless[:MIB]          200 with a JSON array that goes on to MIB (default 128), Content-Length unknown
    deep[:LEVELS]          200 with LEVELS (default 100000) nested arrays
    refuse                 hang up without a byte

A word "N*" in front counts: "2*status:500" fails the next two requests, then the fault is none.
A method and a part of the path before it choose: "POST /refund 1*lost"; other requests are forwarded.
"refuse" closes what is accepted; connections refused by the system are had by ending the proxy.

Each request adds a line to the log (standard error without --log), for tests to count:
    METHOD PATH FAULT
GET /.log gives the lines since the start, DELETE /.log forgets them. Control requests are not logged.
"""
import argparse
import email.utils
import http.client
import http.server
import os
import socket
import sys
import threading
import time
import urllib.parse

HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
FAULTS = {"none", "late", "cut", "lost", "html", "status", "endless", "deep", "refuse"}
MIB = 1 << 20


def chosen(line):
    """A line as (which requests: "METHOD PART" or "", the fault)."""
    line = line.strip() or "none"
    which, _, fault = line.rpartition(" ")
    if which and len(which.split()) != 2:
        raise ValueError("before the fault stand a method and a part of the path, or nothing")
    return which, fault


def parse(line):
    """A fault line as (count or None, word, arguments); ValueError says what is wrong."""
    line = chosen(line)[1]
    count = None
    head, star, rest = line.partition("*")
    if star:
        count, line = int(head), rest
    word, *args = line.split(":")
    if word not in FAULTS:
        raise ValueError(f"unknown fault '{word}', known: {' '.join(sorted(FAULTS))}")
    if word == "late":
        float(args[0] if args else "")
    if word == "status":
        if not args:
            raise ValueError("status needs a code")
        int(args[0])
        int(args[-1])
    if word in ("endless", "deep") and args:
        int(args[0])
    return count, word, args


class State:
    """What all connections share."""

    def __init__(self, upstream, control, log):
        self.upstream, self.control, self.log = upstream, control, log
        self.lock = threading.Lock()
        self.line = "none"
        self.lines = []
        self.seen = ""  # the control file's text and its remaining count

    def set(self, line):
        parse(line)
        with self.lock:
            self.line = line.strip() or "none"

    def from_file(self):
        try:
            with open(self.control, encoding="utf-8") as f:
                return f.read().strip()
        except OSError:
            return ""

    def next_fault(self, asked_by, path):
        """The fault for one request; a counted one counts down."""
        with self.lock:
            text = self.from_file() if self.control else ""
            if text != self.seen:
                self.seen = text
                self.line = text or "none"
            count, word, args = parse(self.line)
            which = chosen(self.line)[0]
            if which:
                method, part = which.split()
                if asked_by != method or part not in path:
                    return "none", []
            if count is not None:
                left = ":".join([word, *args])
                if count <= 0:
                    word, args, self.line = "none", [], "none"
                else:
                    self.line = f"{which} {count - 1}*{left}".strip() if count > 1 else "none"
            return word, args

    def note(self, text):
        with self.lock:
            self.lines.append(text)
            print(text, file=self.log, flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 300
    state = None  # set by main

    def log_message(self, format, *args):
        pass

    def handle_any(self):
        body = self.read_body()
        if self.path in ("/.fault", "/.log"):
            self.control(body)
            return
        try:
            word, args = self.state.next_fault(self.command, self.path)
        except ValueError as wrong:
            word, args = "broken", [str(wrong)]
        # Noted before it is answered: who has the answer can count on the line being there.
        self.state.note(f"{self.command} {self.path} {':'.join([word, *args])}")
        try:
            getattr(self, "do_fault_" + word)(body, *args)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True  # the client had enough

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def control(self, body):
        state = self.state
        if self.path == "/.log":
            with state.lock:
                text = "".join(line + "\n" for line in state.lines)
                if self.command == "DELETE":
                    state.lines.clear()
            self.answer(200, text.encode(), "text/plain; charset=utf-8")
        elif self.command in ("PUT", "POST"):
            try:
                state.set(body.decode())
                self.answer(200, body, "text/plain; charset=utf-8")
            except ValueError as wrong:
                self.answer(400, f"{wrong}\n".encode(), "text/plain; charset=utf-8")
        else:
            self.answer(200, (state.line + "\n").encode(), "text/plain; charset=utf-8")

    def answer(self, status, body, kind, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def upstream_reply(self, body):
        """Status, headers and body of the real server's answer; None when it cannot be had."""
        origin = self.state.upstream
        if origin is None:
            return None
        kind = http.client.HTTPSConnection if origin.scheme == "https" else http.client.HTTPConnection
        link = kind(origin.netloc, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP | {"host", "content-length"}}
        if body or self.command in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(body))
        try:
            link.request(self.command, self.path, body or None, headers)
            reply = link.getresponse()
            kept = [(k, v) for k, v in reply.getheaders() if k.lower() not in HOP_BY_HOP | {"content-length", "date", "server"}]
            return reply.status, kept, reply.read(), reply.getheader("Content-Length")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def forward(self, body, part=1.0):
        reply = self.upstream_reply(body)
        if reply is None:
            self.answer(502, b'{"message":"the server behind the proxy does not answer"}', "application/json")
            return
        status, headers, content, length = reply
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        bodiless = self.command == "HEAD" or status in (204, 304)
        if not bodiless:
            length = str(len(content))
        if length is not None:
            self.send_header("Content-Length", length)
        if part < 1:
            self.send_header("Connection", "close")
        self.end_headers()
        if not bodiless:
            self.wfile.write(content[: int(len(content) * part)])
        if part < 1:
            self.hang_up()

    def hang_up(self):
        self.close_connection = True
        self.wfile.flush()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    # ---- one method for each fault

    def do_fault_none(self, body):
        self.forward(body)

    def do_fault_late(self, body, seconds):
        time.sleep(float(seconds))
        self.forward(body)

    def do_fault_cut(self, body):
        self.forward(body, 0.5)

    def do_fault_lost(self, body):
        self.upstream_reply(body)
        self.hang_up()

    def do_fault_html(self, _body):
        page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n"
        self.answer(200, page, "text/html; charset=utf-8")

    def do_fault_status(self, _body, code, *after):
        headers = []
        if after:
            seconds = int(after[-1])
            wait = email.utils.formatdate(time.time() + seconds, usegmt=True) if after[0] == "date" else str(seconds)
            headers.append(("Retry-After", wait))
        text = b'{"message":"fault asked for by the test"}'
        self.answer(int(code), text, "application/json", headers)

    def stream(self, pieces):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)

    def do_fault_endless(self, _body, mib="128"):
        row = b'{"id":1,"type":"filler","text":"' + b"x" * 960 + b'"},'
        block = row * (MIB // len(row) + 1)

        def pieces():
            yield b"["
            for _ in range(int(mib)):
                yield block

        self.stream(pieces())

    def do_fault_deep(self, _body, levels="100000"):
        self.answer(200, b"[" * int(levels) + b"]" * int(levels), "application/json")

    def do_fault_refuse(self, _body):
        self.hang_up()

    def do_fault_broken(self, _body, why):
        self.answer(500, f"fault_proxy: {why}\n".encode(), "text/plain; charset=utf-8")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        # a client that has enough of it hangs up, as it should
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    options = argparse.ArgumentParser(description="A forwarding HTTP server that misbehaves on demand.")
    options.add_argument("upstream", help='an origin such as http://127.0.0.1:9000, or "-"')
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--control", help="a file that holds the fault line")
    options.add_argument("--log", help="a file to add a line to for each request")
    given = options.parse_args()

    origin = None if given.upstream == "-" else urllib.parse.urlsplit(given.upstream)
    if origin is not None and (origin.scheme not in ("http", "https") or not origin.netloc):
        options.error("UPSTREAM must be like http://127.0.0.1:9000, or -")
    log = open(given.log, "a", encoding="utf-8") if given.log else sys.stderr
    Handler.state = State(origin, given.control, log)
    with Server(("127.0.0.1", given.port), Handler) as server:
        print(f"port {server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
