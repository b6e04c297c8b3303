#!/usr/bin/env python3
"""The demo's shop: one small web service for each environment, and their keeper.

The keeper stands for whatever starts services on a real machine, such as systemd: a runbook asks it, with a token, to
start, stop or restart one of them. Usage: shop.py PORT TOKEN_FILE ENVIRONMENT=PORT...
"""
import hmac
import json
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    def answer(self, code, **document):
        body = (json.dumps(document) + "\n").encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_shop(environment, port):
    since = time.strftime("%H:%M:%S", time.gmtime())

    class Shop(Answers):
        def do_GET(self):
            self.answer(200, status="healthy", environment=environment, since=since)

    ThreadingHTTPServer(("127.0.0.1", port), Shop).serve_forever()


class Services:
    """The services by environment; one change at a time."""

    def __init__(self, ports):
        self.ports = ports
        self.running = {}
        self.lock = threading.Lock()

    def is_up(self, name):
        return name in self.running and self.running[name].poll() is None

    def start(self, name):
        if self.is_up(name):
            return "was running already"
        self.running[name] = subprocess.Popen([sys.executable, __file__, "--shop", name, str(self.ports[name])])
        return "started"

    def stop(self, name):
        if not self.is_up(name):
            return "was not running"
        self.running[name].terminate()
        self.running.pop(name).wait(5)
        return "stopped"

    def restart(self, name):
        return self.stop(name) + ", " + self.start(name)


def serve_keeper(port, token, services):
    class Keeper(Answers):
        def do_POST(self):
            if not hmac.compare_digest(self.headers.get("Authorization", ""), "Bearer " + token):
                return self.answer(401, error="the token is wrong")
            verb, _, name = self.path.strip("/").partition("/")
            if verb not in ("start", "stop", "restart") or name not in services.ports:
                return self.answer(404, error="POST /start|stop|restart/" + "|".join(services.ports))
            with services.lock:
                return self.answer(200, service="shop " + name, done=getattr(services, verb)(name))

    ThreadingHTTPServer(("127.0.0.1", port), Keeper).serve_forever()


def main(port, token_file, *environments):
    services = Services({name: int(at) for name, _, at in (text.partition("=") for text in environments)})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for name in list(services.ports)[1:]:  # the first is left for "Start service"
        services.start(name)
    try:
        with open(token_file) as file:
            token = file.read().strip()
        serve_keeper(int(port), token, services)
    finally:
        for name in services.ports:
            services.stop(name)


if __name__ == "__main__":
    if sys.argv[1] == "--shop":
        serve_shop(sys.argv[2], int(sys.argv[3]))
    else:
        main(*sys.argv[1:])
