#!/usr/bin/env bash
# Signs a program for macOS and has Apple notarize it.
#
#   packaging/sign-macos.sh PROGRAM      APPLE_CERTIFICATE (P12 in Base64), APPLE_CERTIFICATE_PASSWORD,
#                                        APPLE_ID, APPLE_TEAM, APPLE_PASSWORD
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'security delete-keychain "$work/keys.keychain" 2>/dev/null; rm -rf "$work"' EXIT
password=$(openssl rand -hex 16)
base64 --decode <<<"$APPLE_CERTIFICATE" >"$work/certificate.p12"
security create-keychain -p "$password" "$work/keys.keychain"
security unlock-keychain -p "$password" "$work/keys.keychain"
security import "$work/certificate.p12" -k "$work/keys.keychain" -P "$APPLE_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -k "$password" "$work/keys.keychain" >/dev/null
security list-keychains -d user -s "$work/keys.keychain" login.keychain
identity=$(security find-identity -v -p codesigning "$work/keys.keychain" | sed -n 's/.*"\(Developer ID Application: .*\)"/\1/p' | head -1)
codesign --force --options runtime --timestamp --sign "$identity" --keychain "$work/keys.keychain" "$program"
ditto -c -k "$program" "$work/codeset.zip"
xcrun notarytool submit "$work/codeset.zip" --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM" --password "$APPLE_PASSWORD" --wait
