#!/usr/bin/env bash
# Codes in use: `codeset impact` against DuckDB and polars, which only count. Ratios of wall time, all in one run.
#
#   benches/usage.sh OLD NEW LINES.csv                       LINES.csv is made by examples/generate_usage.rs
#   PYTHON=venv/bin/python RUNS=9 benches/usage.sh ...       a Python with duckdb and polars; more runs (default 5)
#
# The lines are counted as CSV and as Parquet, which DuckDB writes: by code; then by code, department and the edition of the day,
# with sums of amounts. Build first: cargo build --profile dist
set -euo pipefail

[ $# -eq 3 ] || { sed -n '2,9p' "$0"; exit 2; }
old=$1 new=$2 lines=$3 runs=${RUNS:-5} python=${PYTHON:-python3}
codeset=$(dirname "$0")/../target/dist/codeset
[ -x "$codeset" ] || { echo "build first: cargo build --profile dist" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" - "$codeset" "$old" "$new" "$lines" "$folder" "$runs" <<'PROGRAM'
import os, statistics, subprocess, sys, time

codeset, old, new, lines, folder, runs = sys.argv[1:]
TYPES = "types = {'code': 'VARCHAR', 'date_of_service': 'DATE', 'charges': 'DECIMAL(18, 2)'}"
codes_csv, codes_parquet, lines_parquet = (f"{folder}/{name}" for name in ("codes.csv", "codes.parquet", "lines.parquet"))
source = f"read_csv('{lines}', {TYPES})"
# In a process of its own: what this one holds would count for each process that it starts.
for query, file in [("code", codes_csv), ("code", codes_parquet), ("*", lines_parquet)]:
    copy = f"COPY (SELECT {query} FROM {source}) TO '{file}' (FORMAT {file.rsplit('.')[-1]})"
    subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.sql({copy!r})"], check=True)

BY_CODE = "SELECT code, count(*) FROM {} GROUP BY code"
BY_EDITION = """SELECT code, department, year(date_of_service + INTERVAL 3 MONTH) AS edition, count(*), sum(charges)
    FROM {} GROUP BY ALL"""
POLARS_BY_CODE = "pl.{}.group_by('code').len().collect(engine='streaming')"
POLARS_BY_EDITION = """pl.{}.group_by('code', 'department',
    pl.col('date_of_service').dt.offset_by('3mo').dt.year()).agg(pl.len(), pl.col('charges').sum()).collect(engine='streaming')"""
CASES = [
    ("CSV, code column only", codes_csv, BY_CODE, f"read_csv('{codes_csv}', all_varchar = true)", POLARS_BY_CODE, "scan_csv"),
    ("CSV, all columns", lines, BY_EDITION, source, POLARS_BY_EDITION, "scan_csv"),
    ("Parquet, code column only", codes_parquet, BY_CODE, f"'{codes_parquet}'", POLARS_BY_CODE, "scan_parquet"),
    ("Parquet, all columns", lines_parquet, BY_EDITION, f"'{lines_parquet}'", POLARS_BY_EDITION, "scan_parquet"),
]

def timed(arguments):
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.perf_counter() - start, usage.ru_maxrss / 1024

for name, file, query, table, polars, scan in CASES:
    ours = [codeset, "impact", old, new, "--usage", file, "--format", "json", "--quiet"]
    program = lambda text: [sys.executable, "-c", text]
    duck = program(f"import duckdb; duckdb.sql({query.format(table)!r}).fetchall()")
    options = ", try_parse_dates=True" if scan == "scan_csv" else ""
    polars = program(f"import polars as pl; {polars.format(f'{scan}({file!r}{options})')}")
    every = [("codeset", ours), ("DuckDB", duck), ("polars", polars)]
    [timed(arguments) for _, arguments in every]
    rounds = [[timed(arguments) for _, arguments in every] for _ in range(int(runs))]
    for at, (who, _) in enumerate(every):
        seconds = [of[at][0] for of in rounds]
        memory = max(of[at][1] for of in rounds)
        print(f"{name}: {who} {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {memory:.0f} MB")
    for at, (who, _) in list(enumerate(every))[1:]:
        ratios = [of[0][0] / of[at][0] for of in rounds]
        print(f"{name}: codeset / {who} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
PROGRAM
