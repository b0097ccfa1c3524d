#!/usr/bin/env bash
# Whole commands against the cost of reading their files once: ratios of wall time, both in one run.
#
#   benches/ratios.sh OLD_ORDER.txt NEW_ORDER.txt            against sha256sum of the two
#   benches/ratios.sh OLD.zip NEW.zip                        against unzip -p of their order files
#   benches/ratios.sh OLD NEW DIR                            scan, against ripgrep searching the same files for the codes
#                                                            that died; DIR is made by examples/generate_mixed.rs
#   RUNS=15 benches/ratios.sh ...                            more runs (default 9)
#
# Each run times the two commands one after the other; the median of the ratios is what counts, since the speed of a
# machine drifts. Build first: cargo build --profile dist
set -euo pipefail

[ $# -eq 2 ] || [ $# -eq 3 ] || { sed -n '2,11p' "$0"; exit 2; }
old=$1 new=$2 mixed=${3:-} runs=${RUNS:-9}
codeset=$(dirname "$0")/../target/dist/codeset
[ -x "$codeset" ] || { echo "build first: cargo build --profile dist" >&2; exit 2; }

command=diff
ours() { "$codeset" diff "$old" "$new" --format json --quiet >/dev/null; }
if [ -n "$mixed" ]; then
    command=scan what="rg -F of the codes that died"
    ours() { "$codeset" scan "$old" "$new" "$mixed/mixed" --format json --quiet >/dev/null; }
    yardstick() { rg -F -c -f "$mixed/affected.txt" "$mixed/mixed" >/dev/null; }
else
    case $old in
        *.zip | *.ZIP)
            what="unzip -p of the two order files"
            # unzip takes a name with patterns in it for a pattern, and the addenda for order files.
            member() { unzip -Z1 "$1" | grep -i order | grep -iv -e addenda -e pdf | head -n 1; }
            old_member=$(member "$old") new_member=$(member "$new")
            yardstick() { unzip -p "$old" "$old_member" >/dev/null && unzip -p "$new" "$new_member" >/dev/null; }
            ;;
        *)
            what="sha256sum of the two files"
            yardstick() { sha256sum "$old" "$new" >/dev/null; }
            ;;
    esac
fi

seconds() {
    local start=$EPOCHREALTIME
    "$1"
    local end=$EPOCHREALTIME
    echo "$start $end" | awk '{ printf "%.6f", $2 - $1 }'
}

ours && yardstick
for _ in $(seq "$runs"); do
    echo "$(seconds ours) $(seconds yardstick)"
done | sort -n | awk -v what="$what" -v command="$command" '
    { ratio[NR] = $1 / $2; ours[NR] = $1; theirs[NR] = $2 }
    function median(list, n,    i, j, t) {
        for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) { t = list[i]; list[i] = list[j]; list[j] = t }
        return list[int((n + 1) / 2)]
    }
    END {
        printf "codeset %-9s %.3f s (median of %d)\n", command, median(ours, NR), NR
        printf "%s: %.3f s\n", what, median(theirs, NR)
        printf "ratio             %.2f (median of the pairs; lowest %.2f, highest %.2f)\n", median(ratio, NR), ratio[1], ratio[NR]
    }'
