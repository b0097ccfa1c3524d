#!/usr/bin/env python3
"""The crates that are in the program: their licenses and texts (THIRD-PARTY.md), and the SBOM.

    packaging/dependencies.py check                      licenses against deny.toml; two versions of one crate
    packaging/dependencies.py licenses TARGET [-o FILE]  the page of third-party licenses
    packaging/dependencies.py sbom TARGET [-o FILE]      CycloneDX 1.5, JSON
    packaging/dependencies.py unsafe TARGET [-o FILE]    how often `unsafe` is in the source of each crate, as Markdown
"""

import argparse
import collections
import json
import pathlib
import re
import sys
import time
import tomllib
import urllib.parse
import uuid

import project

# Names of files with license texts. Folders named like them hold several.
TEXTS = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)([-._].*)?$", re.IGNORECASE)
# Longer than any license: a file with such a name that is something else.
LONGEST = 200_000

# C libraries that crates bring as source, with the file and the pattern that has their version.
BUNDLED = {
    "libsqlite3-sys": ("sqlite", "blessing", "sqlite3/sqlite3.h", r'#define SQLITE_VERSION\s+"([^"]+)"'),
    "zstd-sys": ("zstd", "BSD-3-Clause", "Cargo.toml", r'version = "[^"]*\+zstd\.([^"]+)"'),
}


def crates(target, kinds=(None,)):
    """Returns the crates that codeset is built from, without itself: (crate, ids of its own dependencies), by name."""
    found = project.metadata(target)
    nodes = {node["id"]: node for node in found["resolve"]["nodes"]}
    edges = {
        node["id"]: [
            dep["pkg"] for dep in node["deps"] if any(kind["kind"] in kinds for kind in dep["dep_kinds"])
        ]
        for node in nodes.values()
    }
    root = found["resolve"]["root"]
    reached, left = {root}, [root]
    while left:
        for dep in edges[left.pop()]:
            if dep not in reached:
                reached.add(dep)
                left.append(dep)
    packages = [one for one in found["packages"] if one["id"] in reached and one["id"] != root]
    packages.sort(key=lambda one: (one["name"], one["version"]))
    return packages, {one: sorted(set(edges[one])) for one in reached}, root


def alternatives(expression):
    """Returns the sets of licenses that an SPDX expression lets one choose from."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either():
        found = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            found = found + both()
        return found

    def both():
        found = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            more = one()
            found = [a | b for a in found for b in more]
        return found

    def one():
        token = tokens.pop(0)
        if token == "(":
            found = either()
            tokens.pop(0)
            return found
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            token = f"{token} WITH {tokens.pop(0)}"
        return [frozenset([token])]

    return either()


def check():
    """Returns what is wrong: licenses that deny.toml does not allow, other sources than the registry, another number of
    `unsafe` than in SECURITY.md. Crates in two versions are only printed."""
    policy = tomllib.loads((project.ROOT / "deny.toml").read_text())
    allowed = set(policy["licenses"]["allow"])
    exceptions = {one["crate"]: set(one["allow"]) for one in policy["licenses"].get("exceptions", [])}
    wrong = []
    packages, _, _ = crates(None, (None, "build"))
    for crate in packages:
        may = allowed | exceptions.get(crate["name"], set())
        if not any(choice <= may for choice in alternatives(crate["license"] or "none")):
            wrong.append(f"{crate['name']} {crate['version']}: {crate['license']} is not allowed by deny.toml")
        if not (crate["source"] or "").startswith("registry+"):
            wrong.append(f"{crate['name']} {crate['version']}: not from the registry of crates")
    counted = unsafe("x86_64-unknown-linux-gnu").split("\n")[0]
    if counted not in (project.ROOT / "SECURITY.md").read_text():
        wrong.append(f"SECURITY.md does not say: {counted}")
    versions = collections.defaultdict(list)
    for crate in packages:
        versions[crate["name"]].append(crate["version"])
    twice = {name: found for name, found in versions.items() if len(found) > 1}
    print(f"{len(packages)} crates; {len(wrong)} things are wrong")
    for name, found in twice.items():
        print(f"in {len(found)} versions: {name} {', '.join(found)}")
    return wrong


def texts(crate):
    """Returns the license texts of a crate, by the names of their files."""
    folder = pathlib.Path(crate["manifest_path"]).parent
    files = [path for path in folder.iterdir() if TEXTS.match(path.name)]
    files += [inner for path in files if path.is_dir() for inner in path.iterdir()]
    # The text of the C library in it; SQLite is in the public domain and has none.
    files += [path for path in folder.glob("*/LICENSE") if crate["name"] in BUNDLED]
    if crate["license_file"]:
        files.append(folder / crate["license_file"])
    found = {}
    for path in sorted(set(files)):
        if path.is_file() and path.suffix not in {".rs", ".html", ".yml"} and path.stat().st_size <= LONGEST:
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
            found[path.relative_to(folder).as_posix()] = text
    return found


def licenses(target):
    """Returns the page of third-party licenses."""
    packages, _, _ = crates(target)
    lines = [
        "# Third-party licenses",
        "",
        f"codeset {project.package()['version']} for {target} contains the crates below, under the licenses that they name. codeset itself is",
        f"licensed under {project.package()['license'].replace(' OR ', ' or ')}. It also contains the standard library of Rust (MIT or Apache-2.0,",
        "copyright the Rust Project Developers, https://www.rust-lang.org)" + _runtime(target) + ".",
        "",
        "| crate | version | license | source |",
        "|---|---|---|---|",
    ]
    groups, spelled = collections.defaultdict(list), {}
    without = []
    for crate in packages:
        source = crate["repository"] or f"https://crates.io/crates/{crate['name']}"
        lines.append(f"| {crate['name']} | {crate['version']} | {crate['license']} | {source} |")
        found = texts(crate)
        if not found:
            without.append(crate)
        for name, text in found.items():
            # Texts that only differ in how their lines are broken are one.
            same = spelled.setdefault(" ".join(text.split()), text)
            groups[same].append((crate, name))
    for crate in packages:
        if crate["name"] in BUNDLED:
            name, license_id, version = bundled(crate)
            lines.append(f"| {name} (C, in {crate['name']}) | {version} | {license_id} | |")
    if without:
        lines += ["", "## Crates without a license text of their own", ""]
        for crate in without:
            authors = ", ".join(re.sub(r"\s*<[^>]*>", "", author) for author in crate["authors"])
            lines.append(f"* {crate['name']} {crate['version']}: {crate['license']}" + (f"; {authors}" if authors else ""))
    lines += ["", "## Texts"]
    for text, holders in sorted(groups.items(), key=lambda group: [(one["name"], one["version"], name) for one, name in group[1]]):
        names = ", ".join(f"{one['name']} {one['version']} ({name})" for one, name in holders)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        lines += ["", f"### {names}", "", fence + "text", text, fence]
    return "\n".join(lines) + "\n"


def _runtime(target):
    if "musl" in target:
        return " and musl libc (MIT, https://musl.libc.org)"
    if "windows-gnu" in target:
        return " and the runtime of mingw-w64 and GCC (permissive licenses; GPL-3.0 with the GCC runtime exception)"
    return ""


def bundled(crate):
    """Returns name, license and version of the C library in a crate."""
    name, license_id, file, pattern = BUNDLED[crate["name"]]
    text = (pathlib.Path(crate["manifest_path"]).parent / file).read_text(errors="replace")
    return name, license_id, re.search(pattern, text).group(1)


def checksums():
    """Returns the checksum of each crate's file on the registry, from Cargo.lock."""
    lock = tomllib.loads((project.ROOT / "Cargo.lock").read_text())
    return {(one["name"], one["version"]): one.get("checksum") for one in lock["package"]}


def purl(crate):
    return f"pkg:cargo/{crate['name']}@{urllib.parse.quote(crate['version'], safe='.-')}"


def sbom(target):
    """Returns the SBOM. Crates that only build scripts use have the scope `excluded`."""
    linked, _, _ = crates(target)
    linked = {one["id"] for one in linked}
    packages, edges, root = crates(target, (None, "build"))
    hashes = checksums()
    own = project.package()
    names = {one["id"]: purl(one) for one in packages} | {root: purl(own)}
    components, extra = [], {}
    for crate in packages:
        component = {
            "type": "library",
            "bom-ref": names[crate["id"]],
            "name": crate["name"],
            "version": crate["version"],
            "scope": "required" if crate["id"] in linked else "excluded",
            "licenses": [{"expression": crate["license"].replace("/", " OR ")}],
            "purl": names[crate["id"]],
        }
        if crate["description"]:
            component["description"] = " ".join(crate["description"].split())
        if checksum := hashes.get((crate["name"], crate["version"])):
            component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if crate["repository"]:
            component["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
        components.append(component)
        if crate["name"] in BUNDLED:
            name, license_id, version = bundled(crate)
            ref = f"pkg:generic/{name}@{version}"
            extra[crate["id"]] = ref
            components.append(
                {
                    "type": "library",
                    "bom-ref": ref,
                    "name": name,
                    "version": version,
                    "scope": "required" if crate["id"] in linked else "excluded",
                    "licenses": [{"license": {"id": license_id}}],
                    "purl": ref,
                }
            )
    dependencies = [
        {"ref": names[one], "dependsOn": sorted([names[dep] for dep in edges[one]] + ([extra[one]] if one in extra else []))}
        for one in sorted(edges, key=names.get)
    ]
    dependencies += [{"ref": ref} for ref in sorted(extra.values())]
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(project.epoch())),
            "component": {
                "type": "application",
                "bom-ref": names[root],
                "name": own["name"],
                "version": own["version"],
                "description": own["description"],
                "licenses": [{"expression": own["license"]}],
                "purl": names[root],
            },
            "properties": [{"name": "codeset:target", "value": target}],
        },
        "components": components,
        "dependencies": dependencies,
    }
    # A serial number of its content: the same source has the same one.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))
    bom = {key: bom[key] for key in ("$schema", "bomFormat", "specVersion")} | {"serialNumber": f"urn:uuid:{serial}"} | bom
    return json.dumps(bom, indent=1, ensure_ascii=False) + "\n"


COMMENTS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"', re.DOTALL)
UNSAFE = re.compile(r"\bunsafe\s*(?:\{|fn\b|impl\b|trait\b|extern\b)")


def unsafe(target):
    """Returns a table: places with `unsafe` in the sources of the crates of the program, without tests and examples."""
    rows, none = [], 0
    for crate in crates(target)[0]:
        folder = pathlib.Path(crate["manifest_path"]).parent
        if not any("lib" in one["kind"] or "rlib" in one["kind"] for one in crate["targets"]):
            continue
        files = [path for path in (folder / "src").rglob("*.rs") if "tests" not in path.parts]
        texts = [COMMENTS.sub("", path.read_text(encoding="utf-8", errors="replace")) for path in files]
        count = sum(len(UNSAFE.findall(text)) for text in texts)
        lines = sum(text.count("\n") for text in texts)
        if count:
            rows.append((count, crate["name"], crate["version"], lines))
        else:
            none += 1
    rows.sort(key=lambda row: (-row[0], row[1]))
    table = "".join(f"| {name} {version} | {count:,} | {lines:,} |\n" for count, name, version, lines in rows)
    total = sum(row[0] for row in rows)
    head = f"{none + len(rows)} crates, {none} of them without `unsafe`; {total:,} places in the others."
    return head + "\n\n| crate | unsafe | lines |\n|---|--:|--:|\n" + table


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "licenses", "sbom", "unsafe"])
    parser.add_argument("target", nargs="?")
    parser.add_argument("-o", "--output")
    args = parser.parse_args()
    if args.what == "check":
        wrong = check()
        print("\n".join(f"error: {one}" for one in wrong), end="\n" if wrong else "", file=sys.stderr)
        raise SystemExit(1 if wrong else 0)
    if not args.target:
        parser.error("name a target")
    text = {"licenses": licenses, "sbom": sbom, "unsafe": unsafe}[args.what](args.target)
    if args.output:
        project.write(args.output, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
