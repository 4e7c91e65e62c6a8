#!/usr/bin/env bash
# Everything that must hold before a change lands. Needs Rust; tests against real servers need Go,
# RabbitMQ and promtool, and are skipped where these are missing, except with CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "format"
cargo fmt --all --check

# It computes for minutes, while much of the rest waits: for servers, or for one crate that the
# others need. So it runs beside all that, whenever nobody else wants the processor, in a process
# group of its own, which ends with this script. What it says comes last.
log=$(mktemp)
set -m
KLAMBDA_MUTATIONS="${KLAMBDA_MUTATIONS:-20000}" nice -n 19 \
  cargo test --profile robustness -p knative-lambda-tests --test robustness >"$log" 2>&1 &
robustness=$!
set +m
trap 'kill -- "-$robustness" 2>/dev/null || true; rm -f "$log"' EXIT

step "lints"
cargo clippy --workspace --all-targets --all-features -- -D warnings
# Build scripts use the compiler without its command line.
cargo clippy -p knative-lambda-codegen --no-default-features -- -D warnings
# So do handlers in Rust with the runtime.
cargo clippy -p knative-lambda-runtime --no-default-features -- -D warnings

step "tests"
# Of the changes at random the first few: all are tried beside.
KLAMBDA_MUTATIONS=20 cargo test --workspace --all-features --no-fail-fast

step "generated files are up to date"
# As the tests have built it.
"${CARGO_TARGET_DIR:-target}/debug/klambda" generate --check

step "packages"
# Cargo takes a packaged crate for one of a registry, which never changes at the same version: what
# an earlier run unpacked and compiled must go, or the packages are verified against it.
rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/knative-lambda-*
cargo clean --quiet -p knative-lambda-codegen -p knative-lambda-events -p knative-lambda-macros
cargo package --quiet --workspace --exclude knative-lambda-tests --exclude knative-lambda-testbed --allow-dirty

step "robustness: the spec, changed at random"
held=0
wait "$robustness" || held=$?
cat "$log"
[ "$held" = 0 ] || exit "$held"

printf '\nAll of it holds.\n'
