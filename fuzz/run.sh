#!/usr/bin/env bash
# Runs the fuzz targets, two at a time, and prints a table: executions, new coverage, findings.
#
#   fuzz/run.sh MINUTES [TARGET ..]      MINUTES: in all, shared by the targets
#
# Needs cargo-fuzz (cargo install cargo-fuzz). New inputs go to fuzz/found, which is not kept; an input that crashed lies in
# fuzz/artifacts, and is run again with: cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run TARGET FILE
set -euo pipefail
minutes=${1:?how many minutes}
shift
cd "$(dirname "$0")"
export RUSTC_BOOTSTRAP=1
mapfile -t targets < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else basename -s .rs -a fuzz_targets/*.rs; fi)
at_once=$(nproc)
[ "$at_once" -le 8 ] || at_once=8
seconds=$((minutes * 60 * at_once / ${#targets[@]}))
[ "$seconds" -gt 0 ] || seconds=1
cargo fuzz build >&2
# The programs themselves: cargo would build again what is edited meanwhile.
programs=${CARGO_TARGET_DIR:-target}/$(rustc -vV | sed -n 's/^host: //p')/release
logs=${LOGS:-$(mktemp -d)}
mkdir -p "$logs"
[ -n "${LOGS:-}" ] || trap 'rm -rf "$logs"' EXIT
export logs seconds programs

fuzz() { # TARGET
  local name=$1 options=()
  mkdir -p "found/$name" "artifacts/$name"
  case $name in
    pdf_* | guidelines) options=(-dict=dictionaries/pdf.dict) ;;
    docx | pptx | open_document | *workbook | conversion | decisions | tabular) options=(-dict=dictionaries/xml.dict) ;;
    # A described code set lives as long as the program.
    catalog | imported | journal | manifest | project) options=(-dict=dictionaries/toml.dict -detect_leaks=0) ;;
    html | migrate_again | programs | scan) options=(-dict=dictionaries/programs.dict) ;;
    attributes | fees | fields | maps | table | usage*) options=(-dict=dictionaries/tables.dict) ;;
  esac
  # What the program and the libraries say about each input is not wanted; libFuzzer says what it found.
  "$programs/$name" "found/$name" "corpus/$name" -artifact_prefix="artifacts/$name/" -max_total_time="$seconds" \
    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -close_fd_mask=3 "${options[@]}" >"$logs/$name" 2>&1 || true
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "$at_once" -I{} bash -c 'fuzz {}'

total=0 findings=0
echo "| target | executions | a second | coverage | new inputs | findings |"
echo "|---|--:|--:|--:|--:|--:|"
for name in "${targets[@]}"; do
  log=$logs/$name
  number() { sed -n "s/^stat::$1: *//p" "$log" | tail -1; }
  runs=$(number number_of_executed_units) speed=$(number average_exec_per_sec) new=$(number new_units_added)
  first=$(sed -n 's/.*INITED cov: \([0-9]*\).*/\1/p' "$log" | head -1)
  last=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -1)
  found=$(grep -c "Test unit written to" "$log" || true)
  [ "$found" = 0 ] || { findings=$((findings + found)); grep -h "Test unit written to" "$log" >&2; }
  echo "| $name | ${runs:-0} | ${speed:-0} | ${first:-?} -> ${last:-?} | ${new:-0} | $found |"
  total=$((total + ${runs:-0}))
done
echo
echo "${#targets[@]} targets, $seconds s each: $total executions, $findings findings"
[ "$findings" = 0 ]
