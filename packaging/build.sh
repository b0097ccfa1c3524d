#!/usr/bin/env bash
# Builds codeset for packages: the same bytes from every folder and at every time. PROFILE is `dist` unless set.
#
#   packaging/build.sh TARGET           e.g. x86_64-unknown-linux-musl
#   packaging/build.sh --env TARGET     prints the variables instead, for programs that call cargo themselves (maturin)
#
# Prints the path of the program. Uses rustup's target if it is installed. Otherwise it compiles the standard library
# as well, with the source that Debian's rust-web-src brings (and rustc-web, cargo-web; musl-tools and libunwind-NN-dev, or
# gcc-mingw-w64-x86-64).
set -euo pipefail
cd "$(dirname "$0")/.."

only_env="" profile=${PROFILE:-dist}
[ "${1:-}" = --env ] && only_env=1 && shift
target=${1:?the name of a target, such as x86_64-unknown-linux-gnu}

# The time of the last commit, for everything that has a time in it.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 315532800)}"
export CARGO_INCREMENTAL=0

has_target() {
  command -v rustc >/dev/null && [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]
}

cargo=cargo rust_flags=()
build_std=()
if has_target; then
  sysroot=$(rustc --print sysroot)
else
  # `-Z build-std` needs no nightly compiler with this variable.
  export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
  cargo=/usr/bin/cargo build_std=(-Z "build-std=std,panic_unwind")
  if ! [ -x "$RUSTC" ] || ! [ -x $cargo ]; then
    echo "error: no target $target; run rustup target add $target" >&2
    exit 1
  fi
  sysroot=$($RUSTC --print sysroot)
fi

# No path of this machine gets into the program.
registry=$(cd "${CARGO_HOME:-$HOME/.cargo}" 2>/dev/null && pwd)/registry/src
if [ -d "$registry" ]; then
  for source in "$registry"/*; do
    rust_flags+=("--remap-path-prefix=$source=registry")
    c_flags="${c_flags:-} -ffile-prefix-map=$source=registry"
  done
fi
target_folder=${CARGO_TARGET_DIR:-$PWD/target}
case $target_folder in /* | ?:*) ;; *) target_folder=$PWD/$target_folder ;; esac
rust_flags+=("--remap-path-prefix=$sysroot=rust" "--remap-path-prefix=$target_folder=target" "--remap-path-prefix=$PWD=codeset")

upper=$(echo "$target" | tr 'a-z-' 'A-Z_') lower=${target//-/_}
case $target in
  *-windows-msvc)
    # The C runtime is linked in: a managed laptop may not have it.
    rust_flags+=("-Ctarget-feature=+crt-static") ;;
  *-windows-gnu)
    export "CARGO_TARGET_${upper}_LINKER=x86_64-w64-mingw32-gcc" "CC_$lower=x86_64-w64-mingw32-gcc" "AR_$lower=x86_64-w64-mingw32-ar"
    # The linker would write the time of the build.
    rust_flags+=("-Clink-arg=-Wl,--no-insert-timestamp" "-Ctarget-feature=+crt-static") ;;
  *-linux-musl)
    command -v musl-gcc >/dev/null && export "CC_$lower=musl-gcc" "CARGO_TARGET_${upper}_LINKER=musl-gcc"
    rust_flags+=("-Ctarget-feature=+crt-static")
    if [ ${#build_std[@]} -gt 0 ]; then
      # Debian's Rust does not bring what rustup's target does: the startup objects, which are those of musl-tools here, and
      # LLVM's libunwind. That of Debian (libunwind-NN-dev) asks for one function that only glibc has.
      unwinder=$(compgen -G '/usr/lib/llvm-*/lib/libunwind.a' | sort -V | tail -1)
      [ "$unwinder" ] || { echo "error: install libunwind-NN-dev, of LLVM" >&2; exit 1; }
      mkdir -p "$target_folder/unwind"
      musl-gcc -O1 -c -o "$target_folder/unwind/checked.o" -x c - <<'C'
#include <stdarg.h>
#include <stdio.h>
int __fprintf_chk(FILE *file, int level, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int written = vfprintf(file, format, values);
    va_end(values);
    return written;
}
C
      echo "INPUT($unwinder $target_folder/unwind/checked.o)" >"$target_folder/unwind/libunwind.a"
      # Not as an option of rustc, which would make the program depend on this path.
      printf '#!/bin/sh\nexec musl-gcc -L%q "$@"\n' "$target_folder/unwind" >"$target_folder/unwind/musl-gcc"
      chmod +x "$target_folder/unwind/musl-gcc"
      export "CARGO_TARGET_${upper}_LINKER=$target_folder/unwind/musl-gcc"
      rust_flags+=("-Clink-self-contained=no" "-Crelocation-model=static")
    fi ;;
esac
case $target in *-windows-msvc) ;; *) export "CFLAGS_$lower=${c_flags:-}" ;; esac
# Separated as cargo wants it, so that paths may have blanks.
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${rust_flags[*]}")
export CARGO_ENCODED_RUSTFLAGS

if [ "$only_env" ]; then
  printf 'export %s=%q\n' SOURCE_DATE_EPOCH "$SOURCE_DATE_EPOCH" CARGO_INCREMENTAL 0 CARGO_ENCODED_RUSTFLAGS "$CARGO_ENCODED_RUSTFLAGS"
  for name in "CFLAGS_$lower" "CC_$lower" "AR_$lower" "CARGO_TARGET_${upper}_LINKER" RUSTC RUSTC_BOOTSTRAP; do
    [ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
  done
  exit
fi

"$cargo" build --locked --profile "$profile" --bin codeset --target "$target" "${build_std[@]}" >&2
case $target in *-windows-*) suffix=.exe ;; *) suffix= ;; esac
echo "$target_folder/$target/$profile/codeset$suffix"
