#!/usr/bin/env python3
"""Version and checksums of a release in one file, and the manifests of package managers filled from it.

    packaging/release.py record [DIST] [--partial]    writes release.toml and SHA256SUMS from the packages in DIST
    packaging/release.py fill [DIST]                  fills packaging/templates/ from DIST/release.toml, into DIST/manifests/
    packaging/release.py check [DIST]                 checks the packages and manifests in DIST against release.toml
    packaging/release.py sizes [DIST]                 prints the sizes

A release needs the packages of all targets that are published. With --partial, those that are missing are named and get a
checksum of zeros, so that the manifests can be checked all the same.
"""

import argparse
import json
import pathlib
import re
import tomllib

import package
import project

# What a target's kinds are called as files. `image` goes to a registry, and a wheel has a name of its own.
SUFFIXES = {"tar.gz": "tar.gz", "zip": "zip", "deb": "deb", "msi": "msi"}
UNPUBLISHED = {"x86_64-pc-windows-gnu"}
MANIFESTS = {
    "codeset.rb": "homebrew/codeset.rb",
    "scoop.json": "scoop/codeset.json",
    "winget/codeset.codeset.yaml": "winget/codeset.codeset.yaml",
    "winget/codeset.codeset.installer.yaml": "winget/codeset.codeset.installer.yaml",
    "winget/codeset.codeset.locale.en-US.yaml": "winget/codeset.codeset.locale.en-US.yaml",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["record", "fill", "check", "sizes"])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path("dist"))
    parser.add_argument("--partial", action="store_true")
    args = parser.parse_args()
    match args.what:
        case "record":
            record(args.folder, args.partial)
        case "fill":
            fill(args.folder)
        case "check":
            check(args.folder)
        case "sizes":
            sizes(args.folder)


def packages(folder):
    """Returns the files of a release, by name."""
    skipped = {"SHA256SUMS", "release.toml"}
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name not in skipped)


def expected():
    """Returns the names of the packages that manifests point to, by target and suffix."""
    own = project.package()
    return {
        f"{target}.{SUFFIXES[kind]}": f"{own['name']}-{own['version']}-{target}.{SUFFIXES[kind]}"
        for target, kinds in project.TARGETS.items()
        for kind in kinds
        if kind in SUFFIXES and target not in UNPUBLISHED
    }


def record(folder, is_partial):
    own = project.package()
    found = {path.name: path.read_bytes() for path in packages(folder)}
    missing = [name for name in expected().values() if name not in found]
    if missing and not is_partial:
        raise SystemExit(f"error: these packages are missing: {', '.join(missing)}")
    lines = [
        "# Version and checksums of a release: written by packaging/release.py, and all manifests are filled from it.",
        f'version = "{own["version"]}"',
        f"date = {project.date()}",
        f'repository = "{project.repository()}"',
        f'license = "{own["license"]}"',
        f"description = {json.dumps(own['description'])}",
        f'product_code = "{package.product_code()}"',
        f'upgrade_code = "{package.UPGRADE_CODE}"',
    ]
    for name, data in found.items():
        lines += ["", "[[file]]", f'name = "{name}"', f"size = {len(data)}", f'sha256 = "{project.sha256(data)}"']
    if missing:
        lines += ["", f"# Not built here: {', '.join(missing)}"]
        print("\n".join(f"missing: {name}" for name in missing))
    project.write(folder / "release.toml", "\n".join(lines) + "\n")
    # In the form that `sha256sum --check` reads.
    project.write(folder / "SHA256SUMS", "".join(f"{project.sha256(data)}  {name}\n" for name, data in found.items()))


def values(folder):
    """Returns the values of templates, from release.toml."""
    release = tomllib.loads((folder / "release.toml").read_text())
    sums = {file["name"]: file["sha256"] for file in release["file"]}
    found = {
        "DATE": release["date"].isoformat(),
        "DESCRIPTION": release["description"],
        "LICENSE": release["license"],
        "PRODUCT_CODE": release["product_code"],
        "REPOSITORY": release["repository"],
        # Homebrew allows 80 characters, and no name of the program.
        "SHORT_DESCRIPTION": release["description"].split(":")[0],
        "UPGRADE_CODE": release["upgrade_code"],
        "VERSION": release["version"],
    }
    for key, name in expected().items():
        checksum = sums.get(name, "0" * 64)
        found[f"SHA256:{key}"] = checksum
        found[f"SHA256_UPPER:{key}"] = checksum.upper()
        found[f"URL:{key}"] = f"{release['repository']}/releases/download/v{release['version']}/{name}"
    return found


def fill(folder):
    filled = values(folder)
    for template, name in MANIFESTS.items():
        print(project.write(folder / "manifests" / name, project.fill(template, filled)))


def check(folder):
    """Checks what package managers would refuse, without their programs."""
    release = tomllib.loads((folder / "release.toml").read_text())
    known = {file["name"]: file for file in release["file"]}
    for name, file in known.items():
        data = (folder / name).read_bytes()
        assert len(data) == file["size"] and project.sha256(data) == file["sha256"], f"{name} has changed"
    assert set(known) == {path.name for path in packages(folder)}, "files of the release are not in release.toml"
    manifests = folder / "manifests"
    every = {name: (manifests / name).read_text() for name in MANIFESTS.values()}
    for name, text in every.items():
        assert not re.search(r"@[A-Z0-9_]+[:@]", text), f"{name} has a placeholder"
        assert release["version"] in text, f"{name} lacks the version"
        for checksum, url in pairs(text):
            known_sum = known.get(url.rsplit("/", 1)[1], {}).get("sha256", "0" * 64)
            assert checksum.lower() == known_sum, f"{name}: the checksum of {url}"
    scoop = json.loads(every["scoop/codeset.json"])
    assert {"version", "description", "homepage", "license", "architecture", "bin"} <= set(scoop)
    for architecture in scoop["architecture"].values():
        assert re.fullmatch(r"[0-9a-f]{64}", architecture["hash"])
    ids = set()
    for name in (name for name in every if name.startswith("winget/")):
        fields = dict(re.findall(r"^(\w+): (.+)$", every[name], re.MULTILINE))
        ids.add((fields["PackageIdentifier"], fields["PackageVersion"], fields["ManifestVersion"]))
        assert len(fields.get("ShortDescription", "abc")) in range(3, 257)
    assert len(ids) == 1, f"winget's manifests differ: {ids}"
    installer = every["winget/codeset.codeset.installer.yaml"]
    assert re.search(r"InstallerSha256: [0-9A-F]{64}$", installer, re.MULTILINE)
    description = re.search(r'desc "(.+)"', every["homebrew/codeset.rb"]).group(1)
    assert len(description) < 80 and not description.lower().startswith(("a ", "the ", "codeset"))
    print(f"ok: {len(known)} files as in release.toml, {len(every)} manifests")


def pairs(text):
    """Returns the checksums of a manifest with the addresses before them."""
    url = None
    for line in text.splitlines():
        if found := re.search(r"https://\S+?/releases/download/v[0-9][^\s\"]*", line):
            url = found.group()
        if found := re.search(r"\b([0-9a-fA-F]{64})\b", line):
            yield found.group(1), url


def sizes(folder):
    width = max(len(path.name) for path in packages(folder))
    for path in packages(folder):
        data = path.read_bytes()
        print(f"{path.name:<{width}}  {len(data) / 1e6:7.2f} MB  {project.sha256(data)}")


if __name__ == "__main__":
    main()
