#!/usr/bin/env bash
# Everything that must hold before a change lands. Needs Rust; tests against real servers need Go,
# RabbitMQ and promtool, and are skipped where these are missing, except with CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "format"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --all-features -- -D warnings
# Build scripts use the compiler without its command line.
cargo clippy -p knative-lambda-codegen --no-default-features -- -D warnings

step "tests"
cargo test --workspace --all-features

step "robustness: the spec, changed at random"
KLAMBDA_MUTATIONS="${KLAMBDA_MUTATIONS:-20000}" \
  cargo test --profile robustness -p knative-lambda-tests --test robustness

step "generated files are up to date"
cargo run --quiet --profile robustness -- generate --check

step "packages"
# Cargo takes a packaged crate for one of a registry, which never changes at the same version: what
# an earlier run unpacked and compiled must go, or the packages are verified against it.
rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/knative-lambda-*
cargo clean --quiet -p knative-lambda-codegen -p knative-lambda-events -p knative-lambda-macros
cargo package --quiet --workspace --exclude knative-lambda-tests --exclude knative-lambda-testbed --allow-dirty

printf '\nAll of it holds.\n'
