#!/usr/bin/env bash
# Makes all packages of a release out of the programs and wheels that were built on several machines.
#
#   packaging/all.sh ARTIFACTS DIST      ARTIFACTS/built-TARGET/{codeset[.exe],*.whl}
#
# With WINDOWS_CERTIFICATE (a PFX in Base64) and WINDOWS_CERTIFICATE_PASSWORD, programs and installers for Windows are signed.
# With SIGN_OFFLINE=1 they get no timestamp, for trying.
set -euo pipefail
artifacts=$(realpath "$1") dist=$(realpath -m "$2")
cd "$(dirname "$0")/.."
mkdir -p "$dist"

sign() {
  [ -n "${WINDOWS_CERTIFICATE:-}" ] || return 0
  local key timestamp=(-ts http://timestamp.digicert.com)
  [ -z "${SIGN_OFFLINE:-}" ] || timestamp=()
  key=$(mktemp)
  base64 -d <<<"$WINDOWS_CERTIFICATE" >"$key"
  osslsigncode sign -pkcs12 "$key" -readpass <(printf %s "${WINDOWS_CERTIFICATE_PASSWORD:-}") -h sha256 \
    -n codeset "${timestamp[@]}" -in "$1" -out "$1.signed" >&2
  rm "$key"
  mv "$1.signed" "$1"
}

# The manual pages and completions come from a program that runs on this machine.
runner=
for built in "$artifacts"/built-"$(uname -m)"-unknown-linux-*/codeset; do
  chmod +x "$built"
  runner=$built
done
[ -x "$runner" ] || { echo "error: no program for this machine in $artifacts" >&2; exit 1; }

version=$(sed -n '/^version = /{s/.*"\(.*\)"/\1/p;q}' Cargo.toml)
for folder in "$artifacts"/built-*; do
  target=${folder##*/built-}
  case $target in *-windows-*) program=$folder/codeset.exe && sign "$program" ;; *) program=$folder/codeset ;; esac
  wheel=()
  for file in "$folder"/*.whl; do [ -e "$file" ] && wheel=(--wheel "$file"); done
  python3 packaging/package.py "$target" "$program" -o "$dist" --runner "$runner" "${wheel[@]}"
  python3 packaging/dependencies.py sbom "$target" -o "$dist/codeset-$version-$target.cdx.json"
  case $target in *-windows-*) sign "$dist/codeset-$version-$target.msi" ;; esac
done
