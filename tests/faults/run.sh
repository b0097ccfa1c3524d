#!/usr/bin/env bash
# Tries every operation on files with every fault (tests/it/faults.rs), and prints the table of docs/accuracy.md. Takes
# about a quarter of an hour.
#
#   tests/faults/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# Thousands of syncs: memory takes them at once.
[ -d /dev/shm ] && export TMPDIR="${TMPDIR:-/dev/shm}"
[ -n "${CODESET_PROGRAM:-}" ] || { cargo build --release --locked; export CODESET_PROGRAM=$PWD/target/release/codeset; }
CODESET_ALL_FAULTS=1 cargo test --test it -- faults:: --nocapture --test-threads 1 2>"$log" >/dev/null || status=$?
echo "| command | operations | EIO | ENOSPC | half written | killed | of these: refused | done all the same | ended there |"
echo "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
grep '^| ' "$log" || true
awk -F'|' '/^\| /{ for (i = 4; i <= 7; i++) points += $i; killed += $7 } END { printf "\n%d points, %d of them kills\n", points, killed }' "$log"
[ $status = 0 ] || { grep -A 20 panicked "$log" >&2; exit $status; }
