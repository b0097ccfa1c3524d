#!/usr/bin/env python3
"""Builds codeset.html: the program, compiled to WebAssembly, in one page that needs neither installation nor network.

    web/build.py [--profile release] [--codeset target/debug/codeset] [-o target/codeset.html]

The program is compiled for wasm32-wasip1 by the toolchain that has this target, or else by Debian's Rust with the
standard library's source (packages cargo-web, rust-web-src, lld and wasi-libc). `--codeset` is a program of the same
version for this machine: the scripts of the pages that it writes may run in the page, and no others.
"""

import argparse
import base64
import gzip
import hashlib
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

WEB = pathlib.Path(__file__).resolve().parent
ROOT = WEB.parent
sys.path.insert(0, str(ROOT / "packaging"))

from project import PAGE as TARGET, PAGE_FEATURES as FEATURES  # noqa: E402

# Bytes of a page that is handed out; one for tests is not optimized.
LIMIT = 8_000_000


def compile_program(profile, target_dir):
    """Returns the path of the compiled program."""
    env = dict(os.environ, CARGO_TARGET_DIR=str(target_dir))
    flags = "-Clink-arg=-zstack-size=8388608"
    name = f"CARGO_PROFILE_{profile.upper().replace('-', '_')}"
    # Optimized for size: it runs as fast as optimized for speed, because browsers optimize once more.
    env[f"{name}_OPT_LEVEL"] = "0" if profile == "dev" else "s"
    env[f"{name}_PANIC"] = "abort"
    env[f"{name}_STRIP"] = "symbols"
    command = ["cargo"]
    # A table of this crate is a function with more local variables than a browser takes, unless it is optimized.
    options = ["--config", "profile.dev.package.lopdf.opt-level=1"] if profile == "dev" else []
    targets = subprocess.run(["rustc", "--print", "target-libdir", "--target", TARGET], capture_output=True, text=True)
    if targets.returncode != 0 or not pathlib.Path(targets.stdout.strip()).is_dir():
        command = ["/usr/bin/cargo"]
        options.append("-Zbuild-std=std,panic_abort")
        env.update(RUSTC="/usr/bin/rustc", RUSTC_BOOTSTRAP="1", CARGO_TARGET_WASM32_WASIP1_LINKER="wasm-ld-14")
        env.pop("RUSTUP_TOOLCHAIN", None)
        # Debian's C library is older than Rust's: the page answers what it lacks.
        flags += " -L/usr/lib/wasm32-wasi -Clink-arg=--allow-undefined -Clink-arg=--export=malloc"
    env["CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS"] = flags
    command += ["build", "--locked", "--bin", "codeset", "--profile", profile, "--target", TARGET]
    subprocess.run([*command, "--no-default-features", "--features", FEATURES, *options], cwd=ROOT, env=env, check=True)
    folder = "debug" if profile == "dev" else profile
    return pathlib.Path(target_dir) / TARGET / folder / "codeset.wasm"


def hash_of(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def hashes_of_pages(codeset):
    """Returns the hashes of scripts and of styles of all pages that the program writes, as their own policies name them."""
    with tempfile.TemporaryDirectory() as folder:
        demo = pathlib.Path(folder) / "demo"
        subprocess.run([codeset, "--quiet", "demo", str(demo)], check=True, stdout=subprocess.DEVNULL)
        pages = [page.read_text(encoding="utf-8") for page in sorted(demo.rglob("*.html"))]
    found = {"script-src": set(), "style-src": set()}
    for page in pages:
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1)
        for directive in html.unescape(policy).split(";"):
            name, *sources = directive.split()
            found.get(name, set()).update(source for source in sources if source.startswith("'sha256-"))
    if not all(found.values()):
        sys.exit("error: the pages of the demo name no script or no style")
    return [sorted(hashes) for hashes in found.values()]


def crates(what):
    """Returns the licenses or the SBOM of the crates in the program."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / what
        subprocess.run([sys.executable, ROOT / "packaging/dependencies.py", what, TARGET, "-o", file], check=True)
        return file.read_bytes()


def packed(data):
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def page_of(wasm, codeset):
    def read(name):
        return (WEB / name).read_text(encoding="utf-8")

    worker = "".join(read(name) for name in ("disk.js", "wasi.js", "worker.js"))
    # The program is a part of the script, so that the script's hash is that of the program too.
    script = f'"use strict";\nconst PROGRAM = "{packed(wasm)}";\nconst WORKER = {json.dumps(worker)};\n'
    script += f'const LICENSES = "{packed(crates("licenses"))}";\n{read("page.js")}'
    if "</script" in script:
        sys.exit("error: the script would end early")
    style = (ROOT / "src/render/html/style.css").read_text(encoding="utf-8") + read("page.css")
    scripts, styles = hashes_of_pages(codeset)
    scripts = " ".join([hash_of(script), *scripts])
    styles = " ".join([hash_of(f"\n{style}\n"), *styles])
    policy = (
        f"default-src 'none'; connect-src 'none'; script-src {scripts} 'wasm-unsafe-eval'; worker-src blob:; "
        f"style-src {styles}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
    values = {"policy": policy, "style": style, "version": version, "script": script}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found.group(1)], read("page.html"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release")
    parser.add_argument("--target-dir", type=pathlib.Path, default=ROOT / "target")
    parser.add_argument("--codeset", type=pathlib.Path)
    parser.add_argument("--wasm", type=pathlib.Path, help="the compiled program, if it is there already")
    parser.add_argument("-o", "--output", type=pathlib.Path)
    options = parser.parse_args()
    codeset = options.codeset or options.target_dir / "debug/codeset"
    output = options.output or options.target_dir / "codeset.html"
    wasm = options.wasm or compile_program(options.profile, options.target_dir / "web")
    page = page_of(wasm.read_bytes(), codeset).encode()
    if options.profile != "dev" and len(page) > LIMIT:
        sys.exit(f"error: {output} would have {len(page):,} bytes, more than {LIMIT:,}")
    output.write_bytes(page)
    checksum = hashlib.sha256(page).hexdigest()
    output.with_name(output.name + ".sha256").write_text(f"{checksum}  {output.name}\n")
    output.with_name(output.name + ".cdx.json").write_bytes(crates("sbom"))
    print(f"{output}: {len(page):,} bytes, sha256 {checksum}")


if __name__ == "__main__":
    main()
