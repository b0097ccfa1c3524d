#!/usr/bin/env bash
# Builds a container image from a folder that packaging/package.py wrote.
#
#   packaging/image.sh FOLDER PROCESSOR NAME [ARCHIVE]       PROCESSOR: amd64 or arm64; ARCHIVE: also written, as OCI
set -euo pipefail
folder=$1 processor=$2 name=$3 archive=${4:-}
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$(dirname "$0")" log -1 --format=%ct)}
# Nothing runs during the build, so neither user namespaces nor the processor itself are needed.
buildah build --isolation chroot --timestamp "$epoch" --platform "linux/$processor" --layers=false --tag "$name" "$folder"
[ -z "$archive" ] || buildah push "$name" "oci-archive:$archive:$name"
