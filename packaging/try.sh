#!/usr/bin/env bash
# shellcheck disable=SC2317 # Functions are called by `try`.
# Builds the packages that Linux can build, and tries them: in a fresh Python environment, in a system of Debian's, in an
# empty root, unpacked. Prints a line for each try, and fails if one failed.
#
#   packaging/try.sh [--needs]      --needs: prints the packages of Debian or Ubuntu that it needs, and ends
#
# Needs root, for chroot. SKIP="windows-gnu .." leaves targets out.
set -euo pipefail
if [ "${1:-}" = --needs ]; then
  echo buildah debootstrap dpkg-dev gcc-mingw-w64-x86-64 lintian msitools musl-tools openssl osslsigncode python3-venv ruby wixl
  exit
fi
cd "$(dirname "$0")/.."
work=$PWD/${CARGO_TARGET_DIR:-target}/packaging
case ${CARGO_TARGET_DIR:-} in /*) work=$CARGO_TARGET_DIR/packaging ;; esac
mkdir -p "$work"
logs=$work/logs dist=$work/dist artifacts=$work/artifacts failed=0
rm -rf "$logs" "$dist" "$artifacts"
mkdir -p "$logs" "$dist" "$artifacts"
version=$(sed -n '/^version = /{s/.*"\(.*\)"/\1/p;q}' Cargo.toml)
stem=$dist/codeset-$version

# Runs a command and prints whether it succeeded; its output goes to a file.
try() {
  local name=$1 start=$SECONDS log status
  log=$logs/${name//[^a-zA-Z0-9]/-}.log
  shift
  # Not as a condition: in one, bash goes on after a command that fails.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if [ $status = 0 ]; then
    printf 'ok    %s (%d s)\n' "$name" $((SECONDS - start))
  else
    printf 'FAIL  %s (exit %d; %s)\n' "$name" $status "$log"
    failed=1
  fi
}
skip() { printf 'skip  %s: %s\n' "$1" "$2"; }
has() { [[ " ${SKIP:-} " != *" $1 "* ]]; }

# -- Programs --------------------------------------------------------------------------------------------------------------
targets=()
for kind in linux-gnu linux-musl; do has $kind && targets+=("$(uname -m)-unknown-$kind"); done
has windows-gnu && targets+=(x86_64-pc-windows-gnu)
[ -x "$work/venv/bin/maturin" ] || { python3 -m venv "$work/venv" && "$work/venv/bin/pip" -q install 'maturin>=1.9,<2'; }

program() { # TARGET
  local path
  path=$(packaging/build.sh "$1") && mkdir -p "$artifacts/built-$1" && cp "$path" "$artifacts/built-$1/"
}
wheel() { # TARGET
  (
    eval "$(packaging/build.sh --env "$1")"
    cd packaging/wheel
    "$work/venv/bin/maturin" build --target "$1" --out "$artifacts/built-$1"
  )
}
for target in "${targets[@]}"; do
  try "program for $target" program "$target"
  # Elsewhere the compiler of Debian is called with options that maturin does not pass on.
  if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
    try "wheel for $target" wheel "$target"
  fi
done

# -- Packages, twice -------------------------------------------------------------------------------------------------------
# A certificate of our own, so that the step that signs is tried; its signature has no timestamp.
sign_try() {
  openssl req -x509 -newkey rsa:3072 -nodes -keyout "$work/key.pem" -out "$work/certificate.pem" -days 30 \
    -subj "/CN=codeset try" -addext extendedKeyUsage=codeSigning
  openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/certificate.pem" -out "$work/certificate.pfx" -passout pass:try
  cp -r "$artifacts" "$work/signed-artifacts"
  WINDOWS_CERTIFICATE=$(base64 -w0 "$work/certificate.pfx") WINDOWS_CERTIFICATE_PASSWORD=try SIGN_OFFLINE=1 \
    packaging/all.sh "$work/signed-artifacts" "$work/signed"
  for file in "$work/signed-artifacts/built-x86_64-pc-windows-gnu/codeset.exe" "$work"/signed/*.msi; do
    osslsigncode verify -CAfile "$work/certificate.pem" -in "$file" >"$work/verified"
    cat "$work/verified"
    grep -q "Signature verification: ok" "$work/verified"
  done
}
twice() {
  rm -rf "$work/again"
  sleep 2 # Times in archives count by two seconds.
  (umask 077 && TZ=Pacific/Auckland packaging/all.sh "$artifacts" "$work/again")
  (cd "$dist" && find . -type f -exec sha256sum {} +) | (cd "$work/again" && sha256sum --check)
  diff -r "$dist" "$work/again"
}
sboms() {
  for file in "$dist"/*.cdx.json; do python3 packaging/check_sbom.py "$file"; done
}
manifests() {
  python3 packaging/release.py record "$dist" --partial
  python3 packaging/release.py fill "$dist"
  python3 packaging/release.py check "$dist"
  (cd "$dist" && sha256sum --check SHA256SUMS)
}
try "licenses of all crates" python3 packaging/dependencies.py check
try "all packages" packaging/all.sh "$artifacts" "$dist"
try "all packages again: the same bytes" twice
try "SBOMs" sboms
try "release.toml, SHA256SUMS, manifests" manifests
try "Homebrew formula (ruby -c)" ruby -c "$dist/manifests/homebrew/codeset.rb"
if has windows-gnu; then
  rm -rf "$work/signed" "$work/signed-artifacts"
  try "signing, with a certificate of our own" sign_try
fi

# -- Tries -----------------------------------------------------------------------------------------------------------------
demo_in() { # FOLDER COMMAND..
  rm -rf "$1/demo-here"
  "${@:2}" demo "$1/demo-here"
  test -s "$1/demo-here/prepare-2026/index.html"
  test -s "$1/demo-here/reports/impact.html"
}
archive_try() { # TARGET
  rm -rf "$work/unpacked" && mkdir "$work/unpacked"
  tar -xzf "$stem-$1.tar.gz" -C "$work/unpacked"
  cmp "$artifacts/built-$1/codeset" "$work/unpacked/codeset-$version-$1/codeset"
  ls "$work/unpacked/codeset-$version-$1"/{THIRD-PARTY.md,LICENSE-MIT,man/codeset.1,completions/_codeset}
  "$work/unpacked/codeset-$version-$1/codeset" --version | grep -F "$version"
}
wheel_try() {
  rm -rf "$work/fresh"
  python3 -m venv "$work/fresh"
  "$work/fresh/bin/pip" install --no-index --find-links "$dist" codeset-cli
  "$work/fresh/bin/pip" check
  "$work/fresh/bin/codeset" --version | grep -F "$version"
  cmp "$artifacts/built-$(uname -m)-unknown-linux-gnu/codeset" "$work/fresh/bin/codeset"
  demo_in "$work/fresh" "$work/fresh/bin/codeset"
}
empty_root() {
  rm -rf "$work/root" && mkdir "$work/root"
  cp "$artifacts/built-$(uname -m)-unknown-linux-musl/codeset" "$work/root/"
  (cd "$work/root" && find .)
  chroot "$work/root" /codeset --version | grep -F "$version"
  chroot "$work/root" /codeset demo /demo-here
  test -s "$work/root/demo-here/prepare-2026/index.html"
}
deb_try() {
  local root=$work/debian deb=("$dist"/*-linux-gnu.deb)
  rm -rf "$root"
  dpkg-deb --info "${deb[0]}" && dpkg-deb --contents "${deb[0]}"
  debootstrap --variant=minbase "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$root"
  cp "${deb[0]}" "$root/codeset.deb"
  chroot "$root" dpkg -i /codeset.deb
  chroot "$root" codeset --version | grep -F "$version"
  chroot "$root" codeset demo /demo-here
  test -s "$root/demo-here/prepare-2026/index.html"
  (cd "$root" && md5sum --check --quiet var/lib/dpkg/info/codeset.md5sums)
  chroot "$root" dpkg -r codeset
  [ ! -e "$root/usr/bin/codeset" ]
}
msi_try() {
  rm -rf "$work/msi" && mkdir "$work/msi"
  msiextract -C "$work/msi" "$stem-x86_64-pc-windows-gnu.msi"
  cmp "$(find "$work/msi" -name codeset.exe)" "$artifacts/built-x86_64-pc-windows-gnu/codeset.exe"
  [ "$(find "$work/msi" -name THIRD-PARTY.md)" ]
  msiinfo export "$stem-x86_64-pc-windows-gnu.msi" Property >"$work/msi/properties"
  cat "$work/msi/properties"
  grep -q "^ALLUSERS.1" "$work/msi/properties"
  msiinfo export "$stem-x86_64-pc-windows-gnu.msi" Environment
}
zip_try() {
  rm -rf "$work/zip" && python3 -m zipfile -e "$stem-x86_64-pc-windows-gnu.zip" "$work/zip"
  cmp "$work/zip/codeset-$version-x86_64-pc-windows-gnu/codeset.exe" "$artifacts/built-x86_64-pc-windows-gnu/codeset.exe"
}
image_try() {
  local processor
  case $(uname -m) in x86_64) processor=amd64 ;; aarch64) processor=arm64 ;; esac
  export STORAGE_DRIVER=vfs
  rm -f "$work"/image*.tar
  packaging/image.sh "$stem-$(uname -m)-unknown-linux-musl.image" "$processor" codeset-try "$work/image.tar"
  sleep 1
  packaging/image.sh "$work/again/codeset-$version-$(uname -m)-unknown-linux-musl.image" "$processor" codeset-try "$work/image-again.tar"
  # The content of an image is named by its checksum.
  for archive in image image-again; do tar -tf "$work/$archive.tar" | grep blobs/sha256/. | sort >"$work/$archive.blobs"; done
  cat "$work/image.blobs"
  cmp "$work/image.blobs" "$work/image-again.blobs"
  local container
  container=$(buildah from localhost/codeset-try)
  buildah run --isolation chroot "$container" -- /codeset --version | grep -F "$version"
  buildah run --isolation chroot "$container" -- /codeset demo /tmp/demo-here
  buildah rm "$container"
}
for target in "${targets[@]}"; do
  case $target in
    *-linux-*) try "archive of $target" archive_try "$target" ;;
  esac
done
if has linux-gnu; then
  try "wheel in a fresh environment, --no-index" wheel_try
  try ".deb in a new system of Debian's" deb_try
  try ".deb: lintian" lintian --fail-on error "$dist"/*-linux-gnu.deb
fi
if has linux-musl; then
  try "static program in an empty root" empty_root
  try "container image, twice the same" image_try
fi
if has windows-gnu; then
  try "zip unpacked" zip_try
  try "MSI unpacked" msi_try
  if command -v wine >/dev/null; then
    try "the program for Windows, under Wine" packaging/wine.sh "$artifacts/built-x86_64-pc-windows-gnu/codeset.exe"
    cat "$logs/the-program-for-Windows--under-Wine.log"
  else
    skip "the program for Windows, under Wine" "no Wine on this machine"
  fi
fi
echo
python3 packaging/release.py sizes "$dist"
exit $failed
