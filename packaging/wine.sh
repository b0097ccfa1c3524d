#!/usr/bin/env bash
# shellcheck disable=SC2317,SC2086,SC2012 # Functions are called by `try`; the paths that are not quoted have no blanks.
# Runs the program for Windows under Wine, as far as Linux can: folders with blanks, drives, shares, line ends, UTF-16, files
# that are open elsewhere, a download. Prints a line for each try, and fails if one failed.
#
#   packaging/wine.sh CODESET.EXE      needs wine, gcc-mingw-w64-x86-64, python3
#
# Not tried here: a real Windows, its certificates, SmartScreen and AppLocker.
set -euo pipefail
exe=$(realpath "$1")
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=" LC_ALL=C.UTF-8
unset DISPLAY
pids=() failed=0
wine() { command wine "$@" 2> >(grep -v "wine32\|multiarch needs\|dpkg --add-arch\|apt-get install wine32" >&2); }
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wineserver -k 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

echo "wine $(wine --version), $(basename "$exe") $(stat -c %s "$exe") bytes"
wine wineboot --init >/dev/null 2>&1 </dev/null
drive=$WINEPREFIX/drive_c
# A second drive, and a share on a server.
mkdir -p "$work/second drive" "$work/share/lists" "$drive/Users/Ana Torres/Code sets 2026"
ln -s "$work/second drive" "$WINEPREFIX/dosdevices/d:"
mkdir -p "$WINEPREFIX/dosdevices/unc/files01"
ln -s "$work/share" "$WINEPREFIX/dosdevices/unc/files01/him"
mkdir -p "$drive/Program Files/codeset"
cp "$exe" "$drive/Program Files/codeset/codeset.exe"
# Wine 8 lacks this library of Windows 10, from which Rust takes random numbers.
if [ ! -e "$drive/windows/system32/bcryptprimitives.dll" ]; then
  x86_64-w64-mingw32-gcc -shared -o "$drive/Program Files/codeset/bcryptprimitives.dll" -x c - -ladvapi32 <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
C
  echo "note  bcryptprimitives.dll of our own, since this Wine has none"
fi
home="$drive/Users/Ana Torres/Code sets 2026"

# Runs codeset in a folder; output and messages are in $out and $err. FOLDER ARGUMENTS..
out=$work/out err=$work/err
codeset() {
  local folder=$1
  shift
  (cd "$folder" && timeout 120 env CODESET_STORE='C:\store of Ana' wine 'C:\Program Files\codeset\codeset.exe' "$@" >"$out" 2>"$err" </dev/null) || {
    local status=$?
    cat "$out" "$err" >&2
    return $status
  }
}
# As `codeset`, for a run that ends with an exit code. EXIT FOLDER ARGUMENTS..
ends_with() {
  local wanted=$1 status=0
  shift
  codeset "$@" 2>/dev/null || status=$?
  cat "$err"
  [ $status = "$wanted" ] || { echo "exit $status, not $wanted"; return 1; }
}
# Each text must be in a file. FILE TEXT..
holds() {
  local file=$1 text
  shift
  for text; do grep -qF -- "$text" "$file" || { echo "not in $(basename "$file"): $text"; cat "$file"; return 1; }; done
}
lacks() { # FILE PATTERN
  if grep -nE -- "$2" "$1"; then
    echo "in $(basename "$1"): $2"
    return 1
  fi
}
try() {
  local name=$1 status
  shift
  set +e
  (
    set -e
    "$@"
  ) >"$work/log" 2>&1
  status=$?
  set -e
  if [ $status = 0 ]; then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    grep -v "wine32\|multiarch needs\|dpkg --add-arch\|apt-get install wine32" "$work/log" | head -30 | sed 's/^/        /'
    failed=1
  fi
}

# -- What the tries use ----------------------------------------------------------------------------------------------------
old=releases/icd10cm-order-2025.txt new=releases/icd10cm-2026
x86_64-w64-mingw32-gcc -O1 -o "$work/hold.exe" -x c - <<'C'
#include <stdlib.h>
#include <windows.h>
/* Keeps a file open as another program would: hold.exe FILE SHARE READY, until the file READY is deleted. */
int main(int count, char **words) {
    HANDLE file = CreateFileA(words[1], GENERIC_READ | GENERIC_WRITE, atoi(words[2]), NULL, OPEN_EXISTING, 0, NULL);
    if (count != 4 || file == INVALID_HANDLE_VALUE) return 1;
    CloseHandle(CreateFileA(words[3], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    for (int tenth = 0; tenth < 600 && GetFileAttributesA(words[3]) != INVALID_FILE_ATTRIBUTES; tenth++) Sleep(100);
    return 0;
}
C
# A workbook with a list of codes. FILE
workbook() {
  python3 - "$1" <<'PYTHON'
import sys, zipfile
rows = [["icd10cm", "description"], ["G35", "Multiple sclerosis"], ["B88.0", "Other acariasis"], ["I10", "Hypertension"]]
cells = "".join(
    f'<row r="{at}">' + "".join(f'<c r="{"AB"[column]}{at}" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in enumerate(row)) + "</row>"
    for at, row in enumerate(rows, 1)
)
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
relations = "http://schemas.openxmlformats.org/package/2006/relationships"
head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
    out.writestr("[Content_Types].xml", head + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
    out.writestr("_rels/.rels", head + f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    out.writestr("xl/workbook.xml", head + f'<workbook xmlns="{main}" xmlns:r="{documents}"><sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>')
    out.writestr("xl/_rels/workbook.xml.rels", head + f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{documents}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
    out.writestr("xl/worksheets/sheet1.xml", head + f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>')
PYTHON
}
# Holds a file open while a command runs. FILE SHARE COMMAND..
while_open() {
  local file=$1 share=$2 status=0 pid
  shift 2
  rm -f "$work/ready"
  command wine "$work/hold.exe" "$file" "$share" "Z:${work//\//\\}\\ready" >/dev/null 2>&1 </dev/null &
  pid=$!
  for _ in $(seq 100); do [ -e "$work/ready" ] || sleep 0.1; done
  [ -e "$work/ready" ] || { echo "the file could not be held open"; return 1; }
  "$@" || status=$?
  rm -f "$work/ready"
  wait $pid || true
  return $status
}

# -- Tries -----------------------------------------------------------------------------------------------------------------
version() {
  codeset "$home" --version
  holds "$out" "codeset "
}
demo() {
  codeset "$home" demo
  test -s "$home/codeset-demo/prepare-2026/index.html"
  test -s "$home/codeset-demo/reports/impact.html"
}
# Reports name files as people on Windows do, or as relative paths; what they contain is the same as on Linux.
same_as_linux() {
  [ -z "${CODESET_HERE:-}" ] && { echo "CODESET_HERE is not set"; return 1; }
  (cd "$work" && rm -rf linux && mkdir linux && cd linux && "$CODESET_HERE" demo >/dev/null 2>&1)
  diff -rq "$work/linux/codeset-demo" "$home/codeset-demo"
}
diff_backslashes() {
  codeset "$home/codeset-demo" diff 'releases\icd10cm-order-2025.txt' 'C:\Users\Ana Torres\Code sets 2026\codeset-demo\releases\icd10cm-2026' --format json -o 'reports\on windows.json'
  (cd "$home/codeset-demo" && python3 -c 'import json; print(len(json.load(open("reports/on windows.json"))))')
}
diff_drives() {
  cp -r "$home/codeset-demo/releases" "$work/second drive/"
  codeset "$home" diff 'D:\releases\icd10cm-order-2025.txt' 'd:/releases/icd10cm-2026' --format csv -o 'D:\what changed.csv'
  test -s "$work/second drive/what changed.csv"
}
unc() {
  cp "$home"/codeset-demo/lists/* "$work/share/lists/"
  codeset "$home/codeset-demo" scan $old $new '\\files01\him\lists' --format text
  holds "$out" "problem-list.csv" "G35"
  codeset "$home/codeset-demo" scan $old $new '\\files01\him\lists' --format json -o '\\files01\him\findings.json'
  test -s "$work/share/findings.json"
}
init() {
  mkdir -p "$home/new project"
  cp -r "$home/codeset-demo/releases" "$home/codeset-demo/lists" "$home/codeset-demo/usage.csv" "$home/new project/"
  codeset "$home/new project" init
  # One project file for all systems.
  cat "$home/new project/codeset.toml"
  holds "$home/new project/codeset.toml" '"releases/icd10cm-2026/icd10cm-order-2026.txt"' '"lists"' '"usage.csv"'
  lacks "$home/new project/codeset.toml" '[\\]'
}
prepare() {
  rm -rf "$home/codeset-demo/prepare-2026"
  ends_with 3 "$home/codeset-demo" prepare # Two of the demo's decisions contradict each other.
  test -s "$home/codeset-demo/prepare-2026/index.html"
}
decisions() { printf 'source,target,status\r\nG35,G35.D,accept\r\nB88.0,B88.09,accept\r\n' >"$home/codeset-demo/decided.csv"; }
migrate_undo() {
  decisions
  rm -rf "$home/codeset-demo/my lists" && mkdir "$home/codeset-demo/my lists"
  printf 'icd10cm,note\r\nG35,"a, b"\r\nI10,\r\nB88.0,x\r\n' >"$home/codeset-demo/my lists/with CRLF.csv"
  cp "$home/codeset-demo/my lists/with CRLF.csv" "$work/before.csv"
  codeset "$home/codeset-demo" migrate $old $new 'my lists' --decisions decided.csv --in-place
  printf 'icd10cm,note\r\nG35.D,"a, b"\r\nI10,\r\nB88.09,x\r\n' | cmp - "$home/codeset-demo/my lists/with CRLF.csv"
  codeset "$home/codeset-demo" migrate undo '.codeset-migrate\1'
  cmp "$work/before.csv" "$home/codeset-demo/my lists/with CRLF.csv"
  # People see paths without \\?\.
  lacks "$out" '[\\][?]' && lacks "$err" '[\\][?]'
}
utf16() { # as PowerShell 5 writes: > list.csv
  rm -rf "$home/codeset-demo/my lists" && mkdir "$home/codeset-demo/my lists"
  printf 'icd10cm,note\r\nG35,Müller\r\nB88.0,x\r\n' | iconv -t UTF-16LE | (printf '\xff\xfe'; cat) >"$home/codeset-demo/my lists/powershell.csv"
  codeset "$home/codeset-demo" scan $old $new 'my lists\powershell.csv'
  holds "$out" "G35" "B88.0" "powershell.csv"
  codeset "$home/codeset-demo" migrate $old $new 'my lists' --decisions decided.csv --in-place
  printf 'icd10cm,note\r\nG35.D,Müller\r\nB88.09,x\r\n' | iconv -t UTF-16LE | (printf '\xff\xfe'; cat) | cmp - "$home/codeset-demo/my lists/powershell.csv"
  iconv -t UTF-16LE <"$home/codeset-demo/usage.csv" | (printf '\xff\xfe'; cat) >"$home/codeset-demo/usage16.csv"
  codeset "$home/codeset-demo" impact $old $new --usage usage16.csv --format json
  cp "$out" "$work/16.json"
  codeset "$home/codeset-demo" impact $old $new --usage usage.csv --format json
  diff <(sed 's/usage16/usage/g; s/[0-9a-f]\{64\}//g' "$work/16.json") <(sed 's/[0-9a-f]\{64\}//g' "$out") >"$work/16.diff" || true
  head -20 "$work/16.diff"
  python3 - "$work/16.json" "$out" <<'PYTHON'
import json, sys
a, b = (json.load(open(path)) for path in sys.argv[1:])
for key in a:
    if key not in ("inputs", "sources", "usage", "provenance", "problems"):
        assert a[key] == b[key], key
PYTHON
}
workbook_undo() {
  rm -rf "$home/codeset-demo/my lists" && mkdir "$home/codeset-demo/my lists"
  workbook "$home/codeset-demo/my lists/list of codes.xlsx"
  cp "$home/codeset-demo/my lists/list of codes.xlsx" "$work/before.xlsx"
  codeset "$home/codeset-demo" migrate $old $new 'my lists' --decisions decided.csv --in-place
  unzip -p "$home/codeset-demo/my lists/list of codes.xlsx" xl/worksheets/sheet1.xml | grep -q G35.D
  local journal
  journal=$(cd "$home/codeset-demo/.codeset-migrate" && ls -d [0-9]* | sort -n | tail -1)
  codeset "$home/codeset-demo" migrate undo ".codeset-migrate\\$journal"
  cmp "$work/before.xlsx" "$home/codeset-demo/my lists/list of codes.xlsx"
}
open_for_reading() { # Nobody else may even read it.
  workbook "$home/codeset-demo/my lists/list of codes.xlsx"
  while_open 'C:\Users\Ana Torres\Code sets 2026\codeset-demo\my lists\list of codes.xlsx' 0 \
    ends_with 2 "$home/codeset-demo" diff $old 'my lists\list of codes.xlsx'
  holds "$err" "list of codes.xlsx" "open in another program"
}
open_for_writing() { # As Excel holds a workbook: others may read, not replace it.
  workbook "$home/codeset-demo/my lists/list of codes.xlsx"
  cp "$home/codeset-demo/my lists/list of codes.xlsx" "$work/before.xlsx"
  while_open 'C:\Users\Ana Torres\Code sets 2026\codeset-demo\my lists\list of codes.xlsx' 1 \
    ends_with 2 "$home/codeset-demo" migrate $old $new 'my lists' --decisions decided.csv --in-place
  holds "$err" "list of codes.xlsx" "open in another program"
  cmp "$work/before.xlsx" "$home/codeset-demo/my lists/list of codes.xlsx"
  # When it is closed, the run can be finished.
  local journal
  journal=$(cd "$home/codeset-demo/.codeset-migrate" && ls -d [0-9]* | sort -n | tail -1)
  codeset "$home/codeset-demo" migrate resume ".codeset-migrate\\$journal"
  unzip -p "$home/codeset-demo/my lists/list of codes.xlsx" xl/worksheets/sheet1.xml | grep -q G35.D
}
open_report() { # The report of yesterday is still open.
  codeset "$home/codeset-demo" diff $old $new -o 'reports\what changed.xlsx'
  cp "$home/codeset-demo/reports/what changed.xlsx" "$work/before.xlsx"
  while_open 'C:\Users\Ana Torres\Code sets 2026\codeset-demo\reports\what changed.xlsx' 1 \
    ends_with 2 "$home/codeset-demo" diff $old $new -o 'reports\what changed.xlsx'
  holds "$err" "what changed.xlsx" "open in another program"
  cmp "$work/before.xlsx" "$home/codeset-demo/reports/what changed.xlsx"
  find "$home/codeset-demo/reports" -name '.codeset-*' >"$work/left"
  lacks "$work/left" .
}
pattern() { # Shells of Windows do not expand patterns.
  codeset "$home/codeset-demo" impact $old $new --usage 'usa*.csv' --format csv
  test -s "$out"
}
names() { # A name that is not ASCII, in a report and on the console.
  cp "$home/codeset-demo/lists/problem-list.csv" "$home/codeset-demo/my lists/Prüfliste – 2026 北京.csv"
  codeset "$home/codeset-demo" scan $old $new 'my lists\Prüfliste – 2026 北京.csv'
  holds "$out" "Prüfliste – 2026 北京.csv"
}
not_text() { # A name that is not valid UTF-16: half a pair. Wine gives such names to files of Linux that are not UTF-8.
  printf 'icd10cm\nG35\n' >"$home/codeset-demo/my lists/"$'bad \xff name.csv'
  codeset "$home/codeset-demo" scan $old $new 'my lists'
}
long_path() { # Longer than 260 characters.
  local folder=$home/codeset-demo/long
  for _ in 1 2 3 4 5 6; do folder=$folder/"a folder with a very long name, as departments make them"; done
  mkdir -p "$folder" && cp "$home/codeset-demo/lists/problem-list.csv" "$folder/"
  codeset "$home/codeset-demo" scan $old $new long
  holds "$out" "problem-list.csv" "G35"
}
colors() {
  codeset "$home/codeset-demo" diff $old $new
  lacks "$out" $'\x1b'
  lacks "$err" $'\x1b'
  codeset "$home/codeset-demo" diff $old $new --color always
  grep -q $'\x1b' "$out"
}
console() { # A terminal, with NO_COLOR: the text is there, and no sequence for a color.
  (cd "$home/codeset-demo" && NO_COLOR=1 TERM=xterm timeout 120 script -qec \
    "wine 'C:\\Program Files\\codeset\\codeset.exe' diff $old $new" /dev/null >"$work/console" 2>&1 </dev/null) || true
  tr -d '\r' <"$work/console" | tail -5
  grep -q "icd10cm" "$work/console"
  lacks "$work/console" $'\x1b''\[(1|3[0-7]|9[0-7])m'
}
fetch() {
  mkdir -p "$work/mirror/files" && cp "$home/codeset-demo/$old" "$work/mirror/files/order 2031.txt"
  python3 -m http.server --bind 127.0.0.1 --directory "$work/mirror" 0 >"$work/server" 2>&1 &
  local server=$! port=""
  for _ in $(seq 50); do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$work/server")
    [ -n "$port" ] || sleep 0.1
  done
  local file="$work/mirror/files/order 2031.txt" status=0
  cat >"$home/codeset-demo/catalog.toml" <<TOML
[[release]]
name = "icd10cm@2031"
[[release.file]]
role = "codes"
url = "https://files.example.org/files/order%202031.txt"
sha256 = "$(sha256sum "$file" | cut -d' ' -f1)"
bytes = $(stat -c %s "$file")
TOML
  codeset "$home/codeset-demo" fetch icd10cm@2031 --catalog catalog.toml --mirror "http://127.0.0.1:$port" --allow-http --timeout 20 || status=$?
  kill $server
  [ $status = 0 ] || return $status
  cat "$out" "$err"
  holds "$out" "icd10cm@2031" "fetched"
  codeset "$home/codeset-demo" list --catalog catalog.toml
  codeset "$home/codeset-demo" store verify
  codeset "$home/codeset-demo" lookup G35 --in icd10cm@2031 --catalog catalog.toml
  holds "$out" "Multiple sclerosis"
  # In the folder that CODESET_STORE names.
  test -d "$drive/store of Ana"
}
default_store() { # Without CODESET_STORE: in the user's own folder.
  (cd "$home" && env -u CODESET_STORE wine 'C:\Program Files\codeset\codeset.exe' store path >"$out")
  cat "$out"
  grep -qi 'AppData' "$out"
}
sqlite() {
  python3 - "$home/codeset-demo/my lists/codes of the clinic.db" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    db.execute("create table problems (icd10cm text, note text)")
    db.executemany("insert into problems values (?, ?)", [("G35", "a"), ("I10", "b"), ("B88.0", "c")])
PYTHON
  codeset "$home/codeset-demo" scan $old $new 'my lists\codes of the clinic.db'
  holds "$out" "G35"
}

try "--version, from Program Files" version
try "demo in a folder with blanks" demo
[ -z "${CODESET_HERE:-}" ] || try "demo writes the same files as on Linux" same_as_linux
try "diff: backslashes, an absolute path, an output with a blank" diff_backslashes
try "diff: another drive, both slashes" diff_drives
try "scan: a share (\\\\files01\\him\\lists)" unc
try "init: a project file with slashes" init
try "prepare" prepare
try "migrate and undo: CRLF and quotes kept" migrate_undo
try "UTF-16 of PowerShell: scan, migrate, impact" utf16
try "workbook: migrate and undo" workbook_undo
try "workbook that nobody else may read: the message says that it is open" open_for_reading
try "workbook that is open in Excel: migrate leaves it, and resume finishes" open_for_writing
try "report that is open in Excel: the message says so, and it stays as it was" open_report
try "patterns of files" pattern
try "names in other scripts" names
try "a name that is not text" not_text
try "a path of more than 260 characters" long_path
try "no colors in a file; colors if they are asked for" colors
try "a console without colors" console
try "SQLite" sqlite
try "fetch from a mirror on this machine; store and lookup" fetch
try "the store of the user" default_store
exit $failed
