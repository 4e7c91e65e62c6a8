#!/usr/bin/env python3
"""Measures the runtime beside its peers and writes its part of docs/benchmarks.md.

Needs Rust, Python, Node.js, wrk, and pip and npm for the peers. All servers run one process or
worker; the same load generator calls them in turn, three rounds, of which the best counts.
"""

import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- runtime:begin -->", "<!-- runtime:end -->"
SECONDS, ROUNDS, CONNECTIONS = 4, 3, 16
LATENCY_ROUNDS = 7
# What the wrapper adds to: the same handler behind a plain server of its language.
FLOORS = {
    "Rust handler": "bare hyper, Rust",
    "lambda-runtime, Python": "http.server, Python",
    "lambda-runtime, Node.js": "node:http, Node.js",
}
INVOCATIONS = 1_000_000
PYTHON_PEER, NODE_PEERS = "functions-framework==3.10.2", ["@google-cloud/functions-framework@5.0.5", "faas-js-runtime@3.0.2"]

HANDLERS = {
    "main.py": 'def handler(event):\n    return {"greeting": event["payload"], "attempt": 1}\n',
    "main.js": "exports.handler = (event) => ({ greeting: event.payload, attempt: 1 });\n",
    # The same for each peer, in its own terms.
    "peer.py": "import functions_framework\n\n@functions_framework.http\ndef handler(request):\n"
    '    event = request.get_json()\n    return {"greeting": event["payload"], "attempt": 1}\n',
    "peer.js": 'const functions = require("@google-cloud/functions-framework");\n'
    'functions.http("handler", (request, response) => response.json({ greeting: request.body.payload, attempt: 1 }));\n',
    "faas.js": 'const { start } = require("faas-js-runtime");\n'
    "start((context, event) => ({ greeting: context.body.payload, attempt: 1 }), { port: +process.env.PORT, logLevel: 'silent' });\n",
    # What a language brings along: the same handler behind the server of its standard library.
    "plain.py": "import json, os\nfrom http.server import BaseHTTPRequestHandler, ThreadingHTTPServer\n\n"
    'class Handler(BaseHTTPRequestHandler):\n    protocol_version = "HTTP/1.1"\n    disable_nagle_algorithm = True\n\n'
    '    def do_POST(self):\n        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))\n'
    '        answer = json.dumps({"greeting": event.get("payload"), "attempt": 1}).encode()\n'
    '        self.send_response(200)\n        self.send_header("Content-Length", str(len(answer)))\n'
    '        self.end_headers()\n        self.wfile.write(answer)\n\n    def log_message(self, *_):\n        pass\n\n'
    'ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()\n',
    "plain.js": 'require("http").createServer((request, response) => {\n  const pieces = [];\n'
    '  request.on("data", (piece) => pieces.push(piece)).on("end", () => {\n'
    "    const event = JSON.parse(Buffer.concat(pieces));\n"
    "    response.end(JSON.stringify({ greeting: event.payload, attempt: 1 }));\n  });\n"
    '}).listen(+process.env.PORT, "127.0.0.1");\n',
    "call.lua": 'wrk.method = "POST"\n'
    'wrk.body = \'{"functionName":"hello","namespace":"default","payload":{"message":"Hello, World!"}}\'\n'
    'wrk.headers["Content-Type"] = "application/json"\n'
    'wrk.headers["Ce-Specversion"] = "1.0"\nwrk.headers["Ce-Id"] = "evt-1"\nwrk.headers["Ce-Source"] = "wrk"\n'
    'wrk.headers["Ce-Type"] = "io.knative.lambda.invoke.sync"\n',
}


def build():
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "-p", "knative-lambda-runtime", "--bins", "--examples"],
        cwd=ROOT, check=True,
    )
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that listens; it is up when a call is answered."""

    def __init__(self, command, folder, path="/", **variables):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        environment = {
            **os.environ, "PORT": str(self.port), "FUNCTION_NAME": "hello", "FUNCTION_NAMESPACE": "default",
            "LOG_LEVEL": "warn", **variables,
        }
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [part.format(port=self.port) for part in map(str, command)], cwd=folder, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )

    def wait(self, method="POST", path="/", pause=0.05):
        """Waits until a call is answered 200; returns milliseconds since the start."""
        body, patience = '{"payload":1}' if method == "POST" else None, time.perf_counter() + 30
        while time.perf_counter() < patience:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request(method, path, body, {"Content-Type": "application/json"})
                if connection.getresponse().status == 200:
                    return (time.perf_counter() - self.begun) * 1000
            except OSError:
                pass
            time.sleep(pause)
        sys.exit(f"not up within 30 s: {self.process.args}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def memory(pid):
    """Resident memory in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def wrk(url, folder, seconds=SECONDS):
    """Requests a second; a wrong answer is no answer."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", folder / "call.lua", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text:
        sys.exit(f"{url}: {text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))


def peers(folder):
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--root-user-action=ignore", "--target", folder / "pip", PYTHON_PEER],
        check=True,
    )
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *NODE_PEERS], check=True)


def servers(binaries, folder):
    """All that is measured, by name."""
    ours = [binaries / "lambda-runtime", "serve", "--code", folder, "--language"]
    gunicorn = {"PYTHONPATH": str(folder / "pip"), "WORKERS": "1"}
    framework = [sys.executable, "-m", "functions_framework", "--target", "handler", "--source", "peer.py", "--port", "{port}"]
    return {
        "lambda-runtime, Python": (ours + ["python"], {}),
        "functions-framework, Python": (framework, gunicorn),
        "lambda-runtime, Node.js": (ours + ["nodejs"], {}),
        "@google-cloud/functions-framework, Node.js": (
            [folder / "node_modules/.bin/functions-framework", "--target=handler", "--source=peer.js", "--port={port}"], {}),
        "faas-js-runtime, Node.js": (["node", "faas.js"], {}),
        # The bare servers run as many calls at once as there are connections.
        "Rust handler": ([binaries / "examples/hello"], {"CONCURRENCY": str(CONNECTIONS)}),
        "bare hyper, Rust": ([binaries / "examples/bare-hyper"], {}),
        "bare hyper with a constant event, Rust": ([binaries / "examples/bare-hyper"], {"CONSTANT_EVENT": "1"}),
        "bare hyper with events, Rust": ([binaries / "examples/bare-events"], {}),
    }


RATIOS = [
    ("lambda-runtime, Python", "functions-framework, Python", 15),
    ("lambda-runtime, Node.js", "@google-cloud/functions-framework, Node.js", 6),
    ("lambda-runtime, Node.js", "faas-js-runtime, Node.js", 3),
    ("Rust handler", "bare hyper, Rust", 0.9),
    # What comes closest to the target: sending an event, making and sending one; and how close we come to that.
    ("bare hyper with a constant event, Rust", "bare hyper, Rust", None),
    ("bare hyper with events, Rust", "bare hyper, Rust", None),
    ("Rust handler", "bare hyper with events, Rust", None),
]


def throughput(all_servers, folder):
    best = dict.fromkeys(all_servers, 0.0)
    for _ in range(ROUNDS):
        for name, (command, variables) in all_servers.items():
            with Server(command, folder, **variables) as server:
                server.wait()
                wrk(server.url, folder, 1)
                best[name] = max(best[name], wrk(server.url, folder))
    return best


def paced(binaries, server):
    """Latencies in µs at 1,000 requests/s: middle, 99 of 100, worst."""
    command = [binaries / "examples/pace", server.url, "1000", "5", "16"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [int(figure) for figure in text.split()]


def latency(binaries, all_servers, folder):
    """Latencies by server, a row a round: a server is compared with its floor of the same minute."""
    plain = {"http.server, Python": ([sys.executable, "plain.py"], {}), "node:http, Node.js": (["node", "plain.js"], {})}
    known = {**all_servers, **plain}
    figures = {name: [] for pair in FLOORS.items() for name in pair}
    for _ in range(LATENCY_ROUNDS):
        for name, rows in figures.items():
            command, variables = known[name]
            with Server(command, folder, **variables) as server:
                server.wait()
                wrk(server.url, folder, 1)  # compiles what is compiled while it runs
                rows.append(paced(binaries, server))
    return figures


def start_up(all_servers, folder):
    """Milliseconds until the front answers, and until the first call is answered."""
    command, variables = all_servers["lambda-runtime, Python"]
    front, first = [], []
    for _ in range(5):
        with Server(command, folder, **variables) as server:
            front.append(server.wait("GET", "/health/live", pause=0.0005))
            first.append(server.wait("POST", "/", pause=0.002))
    return min(front), min(first)


def endurance(all_servers, folder):
    """Memory of the front in MB: idle, and after a million calls."""
    command, variables = all_servers["lambda-runtime, Python"]
    with Server(command, folder, **variables) as server:
        server.wait()
        idle, done, readings = memory(server.process.pid), 0.0, []
        while done < INVOCATIONS:
            done += wrk(server.url, folder, 5) * 5
            readings.append(memory(server.process.pid))
    return idle, readings


def idle_connections(all_servers, folder, count=10_000):
    """Memory of the front in MB with many idle connections, and the time of a call among them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    command, variables = all_servers["lambda-runtime, Python"]
    with Server(command, folder, **variables) as server:
        server.wait()
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        begun = time.perf_counter()
        server.wait(pause=0)
        answered = (time.perf_counter() - begun) * 1000
        figure = memory(server.process.pid)
        alive = 0
        for connection in held:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        for connection in held:
            alive += connection.recv(64).startswith(b"HTTP/1.1 200")
            connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if alive != count:
        sys.exit(f"{count - alive} of {count} idle connections were not answered")
    return figure, answered


def workers(all_servers, folder):
    """Memory of one worker in MB, by language."""
    figures = {}
    for name in ("lambda-runtime, Python", "lambda-runtime, Node.js"):
        command, variables = all_servers[name]
        with Server(command, folder, **variables) as server:
            server.wait()
            children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
            figures[name.split(", ")[1]] = memory(children[0])
    return figures


def report(rates, latencies, front, first, idle, readings, crowd, answered, per_worker):
    lines = [BEGIN, "", "## Runtime", ""]
    lines.append(
        "Written by `python3 tests/runtime_benchmarks.py`. One process or worker each, trivial JSON handler, "
        f"`wrk` with {CONNECTIONS} connections in the same run, best of {ROUNDS} rounds; the load generator shares the machine."
    )
    lines += ["", "| requests/s | |", "|---|---|"]
    lines += [f"| {name} | {rate:,.0f} |" for name, rate in rates.items()]
    lines += ["", "| ratio | measured | target |", "|---|---|---|"]
    lines += [f"| {ours} / {theirs} | {rates[ours] / rates[theirs]:.2f}× | {f'{target}×' if target else ''} |" for ours, theirs, target in RATIOS]
    lines += ["", "| µs at an even 1,000 requests/s | middle | p99 | worst |", "|---|---|---|---|"]
    for name, rows in latencies.items():
        lines.append(f"| {name} | " + " | ".join(f"{median(column):.0f}" for column in zip(*rows)) + " |")
    added = ", ".join(
        f"{name} {median(row[1] - floor[1] for row, floor in zip(latencies[name], latencies[plain])):.0f} µs"
        for name, plain in FLOORS.items())
    lines += ["", f"Medians of {LATENCY_ROUNDS} rounds, each after a second of load. Added to the p99 of a plain server of the "
              f"handler's language in the same round (target 300 µs): {added}.", ""]
    lines += ["| | measured | target |", "|---|---|---|"]
    lines.append(f"| front answers after its start | {front:.1f} ms | 15 ms |")
    lines.append(f"| first call of a Python handler answered after the start | {first:.0f} ms | |")
    lines.append(f"| memory of the front, idle | {idle:.1f} MB | 15 MB |")
    shown = ", ".join(f"{reading:.1f}" for reading in readings)
    lines.append(f"| the same over {INVOCATIONS:,} calls | {shown} MB | flat |")
    lines.append(f"| the same with 10,000 idle connections, all answered afterwards | {crowd:.0f} MB | held |")
    lines.append(f"| a call among these | {answered:.1f} ms | |")
    lines += [f"| memory of one more worker, {name} | {figure:.0f} MB | |" for name, figure in per_worker.items()]
    return "\n".join([*lines, "", END, ""])


def main():
    binaries = build()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, text in HANDLERS.items():
            (folder / name).write_text(text)
        peers(folder)
        everything = servers(binaries, folder)
        rates = throughput(everything, folder)
        latencies = latency(binaries, everything, folder)
        part = report(
            rates, latencies, *start_up(everything, folder), *endurance(everything, folder),
            *idle_connections(everything, folder), workers(everything, folder),
        )
    page = PAGE.read_text()
    before, _, after = page.partition(BEGIN)
    _, _, after = after.partition(END)
    PAGE.write_text(before.rstrip("\n") + "\n\n" + part.rstrip("\n") + (after or "\n"))
    print(part)


if __name__ == "__main__":
    main()
