#!/usr/bin/env bash
# Builds the container images of DIST, and pushes them as one for all processors, by the version and as `latest`.
#
#   packaging/push-image.sh DIST ghcr.io/OWNER/codeset       needs GITHUB_TOKEN
set -euo pipefail
dist=$1 name=$2
cd "$(dirname "$0")/.."
version=$(sed -n '/^version = /{s/.*"\(.*\)"/\1/p;q}' Cargo.toml)
buildah login --username "${GITHUB_ACTOR:?}" --password-stdin "${name%%/*}" <<<"${GITHUB_TOKEN:?}"
for folder in "$dist"/*.image; do
  case $folder in *-x86_64-*) processor=amd64 ;; *-aarch64-*) processor=arm64 ;; *) exit 1 ;; esac
  packaging/image.sh "$folder" "$processor" "codeset-$processor"
  buildah manifest exists codeset-all || buildah manifest create codeset-all
  buildah manifest add codeset-all "localhost/codeset-$processor"
done
for tag in "$version" latest; do
  buildah manifest push --all codeset-all "docker://$name:$tag"
done
