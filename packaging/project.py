"""What the scripts for packages share: the project's own metadata, targets, and files with fixed times."""

import functools
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The targets of a release, and what is made for each.
#   linux-gnu is built against an old glibc by the release workflow; the .deb and the wheel for PyPI come from it.
TARGETS = {
    "x86_64-unknown-linux-gnu": ("tar.gz", "deb", "wheel"),
    "aarch64-unknown-linux-gnu": ("tar.gz", "deb", "wheel"),
    "x86_64-unknown-linux-musl": ("tar.gz", "image"),
    "aarch64-unknown-linux-musl": ("tar.gz", "image"),
    "x86_64-apple-darwin": ("tar.gz", "wheel"),
    "aarch64-apple-darwin": ("tar.gz", "wheel"),
    "x86_64-pc-windows-msvc": ("zip", "msi", "wheel"),
    # Built where Microsoft's linker is not available, to try what can be tried there. Not published.
    "x86_64-pc-windows-gnu": ("zip", "msi"),
}


# The target of the page codeset.html, and the features it is built with (web/build.py): guidelines are PDFs; tables of SQLite
# and Parquet need C, and a page has no network.
PAGE, PAGE_FEATURES = "wasm32-wasip1", "pdf"


@functools.cache
def metadata(target=None):
    """Returns `cargo metadata` with the features of a target, or the default ones for all."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--manifest-path", str(ROOT / "Cargo.toml")]
    if target:
        command += ["--filter-platform", target]
    if target == PAGE:
        command += ["--no-default-features", "--features", PAGE_FEATURES]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


@functools.cache
def package():
    """Returns the metadata of codeset itself: name, version, description, license, repository ..."""
    found = metadata()
    return next(one for one in found["packages"] if one["id"] == found["resolve"]["root"])


def repository():
    """Returns the address of the repository: that of Cargo.toml. A release workflow must run in that very one."""
    declared = package()["repository"]
    if "GITHUB_REPOSITORY" in os.environ:
        running = f"{os.environ['GITHUB_SERVER_URL']}/{os.environ['GITHUB_REPOSITORY']}"
        if running.lower() != declared.lower():
            raise SystemExit(f"error: Cargo.toml has the repository {declared}, but this is {running}")
    return declared


@functools.cache
def epoch():
    """Returns the time that all files of a package have: SOURCE_DATE_EPOCH, or that of the last commit."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def date():
    return time.strftime("%Y-%m-%d", time.gmtime(epoch()))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def write(path, data):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def tar(files):
    """Returns a tar archive. `files`: names to (bytes, mode), written by name, with folders; owned by root."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for folder in sorted({name[:at] for name in files for at, char in enumerate(name) if char == "/"}):
            archive.addfile(_entry(folder, tarfile.DIRTYPE, 0o755, 0))
        for name, (data, mode) in sorted(files.items()):
            archive.addfile(_entry(name, tarfile.REGTYPE, mode, len(data)), io.BytesIO(data))
    return out.getvalue()


def _entry(name, kind, mode, size):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.mtime = kind, mode, size, epoch()
    entry.uname = entry.gname = "root"
    return entry


def gz(data):
    """Returns data packed by gzip, without a name and a time."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=0) as packed:
        packed.write(data)
    return out.getvalue()


def zipped(files):
    """Returns a zip archive. `files`: names to (bytes, mode), written in the given order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (data, mode) in files.items():
            # The earliest time that a zip archive can have is that of 1980.
            entry = zipfile.ZipInfo(name, max(time.gmtime(epoch())[:6], (1980, 1, 1, 0, 0, 0)))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, (0o100000 | mode) << 16, 3
            archive.writestr(entry, data)
    return out.getvalue()


def fill(template, values):
    """Returns a file of templates/ with each `@NAME@` replaced; a name without a value is an error."""
    text = (ROOT / "packaging" / "templates" / template).read_text()

    def value(found):
        if found.group(1) not in values:
            raise SystemExit(f"error: {template} asks for @{found.group(1)}@, which has no value")
        return values[found.group(1)]

    return re.sub(r"@([A-Z0-9_]+(?::[\w.-]+)?)@", value, text)


def maintainer():
    """Returns the maintainer as Debian writes it. A name needs an address; reports go to the repository."""
    return f"{package()['authors'][0]} <maintainers@codeset.invalid>"
