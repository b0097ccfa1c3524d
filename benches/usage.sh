#!/usr/bin/env bash
# Codes in use: `codeset impact` against DuckDB, which only counts. Ratios of wall time, both in one run.
#
#   benches/usage.sh OLD NEW LINES.csv                       LINES.csv is made by examples/generate_usage.rs
#   PYTHON=venv/bin/python RUNS=9 benches/usage.sh ...       a Python with the package duckdb; more runs (default 5)
#
# DuckDB counts lines by code; then by code, department and the edition of the day, with sums of amounts. Build first:
# cargo build --release
set -euo pipefail

[ $# -eq 3 ] || { sed -n '2,8p' "$0"; exit 2; }
old=$1 new=$2 lines=$3 runs=${RUNS:-5} python=${PYTHON:-python3}
codeset=$(dirname "$0")/../target/release/codeset
[ -x "$codeset" ] || { echo "build first: cargo build --release" >&2; exit 2; }
codes=$(mktemp --suffix=.csv)
trap 'rm -f "$codes"' EXIT
cut -d, -f1 "$lines" >"$codes"

"$python" - "$codeset" "$old" "$new" "$codes" "$lines" "$runs" <<'PROGRAM'
import os, statistics, subprocess, sys, time

codeset, old, new, codes, lines, runs = sys.argv[1:]
BY_CODE = "SELECT code, count(*) FROM read_csv('{}', all_varchar = true) GROUP BY code"
BY_EDITION = """SELECT code, department, year(date_of_service + INTERVAL 3 MONTH) AS edition, count(*),
    sum(charges) FROM read_csv('{}', types = {{'code': 'VARCHAR', 'date_of_service': 'DATE', 'charges': 'DECIMAL(18, 2)'}})
    GROUP BY ALL"""

def timed(arguments):
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.perf_counter() - start, usage.ru_maxrss / 1024

for name, file, query in [("code column only", codes, BY_CODE), ("all columns", lines, BY_EDITION)]:
    ours = [codeset, "impact", old, new, "--usage", file, "--format", "json", "--quiet"]
    theirs = [sys.executable, "-c", f"import duckdb; duckdb.sql({query.format(file)!r}).fetchall()"]
    timed(ours), timed(theirs)
    pairs = [(timed(ours), timed(theirs)) for _ in range(int(runs))]
    ratios = [one[0] / other[0] for one, other in pairs]
    for who, at in [("codeset", 0), ("DuckDB", 1)]:
        seconds = [pair[at][0] for pair in pairs]
        memory = max(pair[at][1] for pair in pairs)
        print(f"{name}: {who} {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {memory:.0f} MB")
    print(f"{name}: ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
PROGRAM
