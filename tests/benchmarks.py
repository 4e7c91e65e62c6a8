#!/usr/bin/env python3
"""Measures the compiler beside its peer and writes docs/benchmarks.md.

Needs Rust, and npm for the peer (`buf lint`), which is left out where npm is missing.
Every figure is a whole process, best of five; all that is measured takes turns. Where the system has a
file system in memory, files are there: creating one costs 14 µs, on some disks 500.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = [37, 370, 3700]
RUNS = 5
# Milliseconds, by size.
TARGETS = {
    "check": {37: 6, 370: 30, 3700: 300},
    "generate, targets of the compiler alone, into an empty folder": {37: 15, 370: 90, 3700: 900},
    "generate, targets of the compiler alone, nothing changed": {37: 10, 370: 60, 3700: 600},
    "generate, all targets, into an empty folder": {37: 22.5, 370: 135, 3700: 1350},
    "generate, all targets, nothing changed": {37: 15, 370: 90, 3700: 900},
}
# What is for no cluster; the others write manifests.
ALONE = "json-schema,editor-schema,docs,rules,rust"
BUF = "@bufbuild/buf"
# Milliseconds that the peer took for 37 types on the machine that the targets were set on.
PEER_THEN = 77
# Milliseconds, of `generate --watch` at 370 types.
SAVE = 50
EMPTY = "into an empty folder"
RUNTIME = "<!-- runtime:begin -->"


def run(command, cwd=None):
    """Runs a command; returns wall milliseconds and peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = (time.perf_counter() - start) * 1000
    if status != 0:
        sys.exit(f"failed with status {status}: {' '.join(map(str, command))}")
    return wall, usage.ru_maxrss / 1024


def build():
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "-p", "knative-lambda-codegen", "--bins", "--examples"],
        cwd=ROOT, check=True,
    )
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    return target / "klambda", target / "examples" / "synthetic-catalog"


def peer(folder):
    """Installs buf from npm; None where npm is missing."""
    if not shutil.which("npm"):
        return None, "missing"
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, BUF], check=True
    )
    found = sorted(folder.glob("node_modules/@bufbuild/buf-*/bin/buf"))
    binary = found[0] if found else folder / "node_modules/.bin/buf"
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    return binary, (version.stdout + version.stderr).strip()


def measure(klambda, synthetic, buf, folder):
    """Figures by size and name, each the best wall time with the memory of that run.

    The rounds go through all that is measured, so that a neighbour's busy seconds spoil a round and
    not a figure. In each, a run that does not count brings the caches back.
    """
    commands = {}
    for size in SIZES:
        catalogue, proto, out = folder / f"c{size}", folder / f"p{size}", folder / f"o{size}"
        subprocess.run([synthetic, str(size), catalogue, "--proto", proto], check=True)
        spec = catalogue / "spec"
        commands[size, "check"] = [klambda, "check", "--spec", spec], None
        for targets, only in [
            ("targets of the compiler alone", ["--only", ALONE]),
            ("all targets", []),
        ]:
            generate = [klambda, "generate", "--spec", spec, "--out", out, *only]
            commands[size, f"generate, {targets}, {EMPTY}"] = generate, None
            commands[size, f"generate, {targets}, nothing changed"] = generate, None
        if buf:
            commands[size, "buf lint"] = [buf, "lint"], proto
    rows = {size: {} for size in SIZES}
    for _ in range(RUNS):
        for (size, name), (command, cwd) in commands.items():
            for counts in (False, True):
                if name.endswith(EMPTY):
                    shutil.rmtree(folder / f"o{size}", ignore_errors=True)
                figures = run(command, cwd)
                if counts:
                    rows[size][name] = min(figures, rows[size].get(name, figures))
    return rows


def watch(klambda, folder):
    """Milliseconds from the save of one of 370 types to the last file written, best and median."""
    spec, out = folder / "c370/spec", folder / "watched"
    command = [klambda, "generate", "--watch", "--spec", spec, "--out", out, "--only", ALONE]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def settled():
        """Reads on until the run is over."""
        line = process.stderr.readline()
        while not line.startswith("watching"):
            line = process.stderr.readline()

    saved = spec / "data/record7.yaml"
    text = saved.read_text()
    figures = []
    settled()
    for number in range(2 * RUNS + 1):
        time.sleep(0.1)
        start = time.perf_counter()
        saved.write_text(text.replace("Name of the thing.", f"Name {number} of the thing."))
        settled()
        figures.append((time.perf_counter() - start) * 1000)
    process.terminate()
    process.wait()
    figures = sorted(figures[1:])
    return figures[0], figures[len(figures) // 2]


def crate():
    """Seconds of `cargo check` of the generated crate alone, dependencies warm."""
    command = ["cargo", "check", "--quiet", "-p", "knative-lambda-events"]
    subprocess.run(command, cwd=ROOT, check=True)
    figures = []
    for _ in range(3):
        os.utime(ROOT / "generated/src/lib.rs")
        figures.append(run(command, ROOT)[0] / 1000)
    return min(figures)


def cold_library(folder):
    """Seconds to compile the compiler library from nothing, as cargo compiles a build dependency."""
    command = ["cargo", "build", "--quiet", "-p", "knative-lambda-codegen", "--no-default-features", "--lib"]
    for setting in ("debug", "incremental"):
        command += ["--config", f"profile.dev.{setting}=false"]
    return min(run(command + ["--target-dir", folder / str(n)], ROOT)[0] for n in range(3)) / 1000


def table(rows, buf):
    def cell(size, name):
        wall, memory = rows[size][name]
        limit = TARGETS[name][size]
        return f"{wall:.1f} (target {limit}; {memory:.0f} MB)"

    head = "| ms, best of 5 | " + " | ".join(f"{size} types" for size in SIZES) + " |"
    lines = [head, "|---" * (len(SIZES) + 1) + "|"]
    for name in TARGETS:
        cells = " | ".join(cell(size, name) for size in SIZES)
        lines.append(f"| `klambda` {name} | {cells} |")
    if buf:
        theirs = " | ".join(f"{rows[size]['buf lint'][0]:.1f}" for size in SIZES)
        ratios = " | ".join(f"{rows[size]['buf lint'][0] / rows[size]['check'][0]:.1f}×" for size in SIZES)
        lines.append(f"| `buf lint` | {theirs} |")
        lines.append(f"| `buf lint` / `klambda check` | {ratios} |")
    return "\n".join(lines)


def judged(rows, save):
    """What the peer says about the targets: how much slower this machine is, and what is beyond."""
    if "buf lint" not in rows[37]:
        return "Without the peer nothing says what the targets are here."
    slower = rows[37]["buf lint"][0] / PEER_THEN
    figures = [(f"{name}, {size} types", rows[size][name][0], TARGETS[name][size]) for name in TARGETS for size in SIZES]
    figures.append(("from a save at 370 types, as a rule", save[1], SAVE))
    beyond = [f"{name} ({wall / limit:.2f} of the target)" for name, wall, limit in figures if wall > limit * slower]
    return (
        f"Targets were set on a machine on which `buf lint` takes {PEER_THEN} ms for 37 types. Here it takes "
        f"{slower:.2f} times as long, and so may `klambda`. Beyond that: {'; '.join(beyond) or 'nothing'}."
    )


def main():
    klambda, synthetic = build()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as temporary:
        folder = Path(temporary)
        buf, version = peer(folder / "npm")
        rows = measure(klambda, synthetic, buf, folder)
        save = watch(klambda, folder)
        seconds = crate()
    with tempfile.TemporaryDirectory() as temporary:
        cold = cold_library(Path(temporary))
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    text = f"""# Benchmarks

Written by `python3 tests/benchmarks.py`; run it to measure again. Release build, whole processes, process start included. Machines differ and are noisy: read the ratios. The synthetic catalogue (`synthetic-catalog` in `codegen/examples/`) has ten fields a type, and the peer reads the same types as Protocol Buffers.

Files {"in memory" if memory else "on disk"}; {os.cpu_count()} cores, {processor}, {platform.system()} {platform.machine()}; buf {version}.

{table(rows, buf)}

From a save to the end of `generate --watch` at 370 types: {save[0]:.0f} ms at best, {save[1]:.0f} ms as a rule (target {SAVE}), with the targets of the compiler alone.

{judged(rows, save)}

| s | measured | target |
|---|---|---|
| `cargo check` of the generated crate alone, dependencies warm | {seconds:.2f} | 2 |
| the compiler library without its command line, compiled from nothing | {cold:.1f} | 30 |

`cargo bench -p knative-lambda-codegen` measures the phases one by one.
"""
    page = ROOT / "docs/benchmarks.md"
    # The other script's part stays.
    _, marker, runtime = page.read_text().partition(RUNTIME)
    page.write_text(text + ("\n" + marker + runtime if marker else ""))
    print(text)


if __name__ == "__main__":
    main()
