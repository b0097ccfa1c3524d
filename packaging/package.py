#!/usr/bin/env python3
"""Makes the packages of one target out of one program.

    packaging/package.py TARGET PROGRAM [-o dist] [--runner CODESET] [--only tar.gz,deb,..] [--wheel FILE]

PROGRAM is what packaging/build.sh printed, signed or not. CODESET is a codeset that runs on this machine, for the manual
pages and completions; PROGRAM itself by default. `image` is a folder for `buildah build`; `wheel` needs the wheel that
maturin built, and puts PROGRAM and the license texts into it.
"""

import argparse
import base64
import hashlib
import lzma
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import textwrap
import time
import uuid
import zipfile

import dependencies
import project

# Fixed for ever: by it Windows knows that a newer MSI replaces an older one.
UPGRADE_CODE = "8B7E1C52-5C0A-4E6B-9D8F-3A1B6C2D7E40"
# The folder of the program in the PATH of all users, and not after it is removed. wixl has no element for that.
PATH_VARIABLE = [
    "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, "
    "`Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)",
    "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) "
    "VALUES ('Path', '=-*PATH', '[~];[INSTALLDIR]', 'Program')",
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('RemoveEnvironmentStrings', 3300)",
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('WriteEnvironmentStrings', 5200)",
]
SHELLS = {"bash": "codeset.bash", "zsh": "_codeset", "fish": "codeset.fish", "powershell": "codeset.ps1"}
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=project.TARGETS)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("dist"))
    parser.add_argument("--runner", type=pathlib.Path)
    parser.add_argument("--only")
    parser.add_argument("--wheel", type=pathlib.Path)
    args = parser.parse_args()
    kinds = args.only.split(",") if args.only else project.TARGETS[args.target]
    program = args.program.read_bytes()
    texts = own_texts(args.target)
    pages = generated(args.runner or args.program)
    stem = f"{project.package()['name']}-{project.package()['version']}-{args.target}"
    for kind in kinds:
        match kind:
            case "tar.gz":
                files = {f"{stem}/{name}": entry for name, entry in archive("codeset", program, texts, pages).items()}
                made = project.write(args.output / f"{stem}.tar.gz", project.gz(project.tar(files)))
            case "zip":
                files = {f"{stem}/{name}": entry for name, entry in archive("codeset.exe", program, texts, pages).items()}
                made = project.write(args.output / f"{stem}.zip", project.zipped(dict(sorted(files.items()))))
            case "deb":
                made = project.write(args.output / f"{stem}.deb", deb(args.target, args.program, texts, pages))
            case "msi":
                made = project.write(args.output / f"{stem}.msi", msi(program, texts))
            case "image":
                made = image(args.output / f"{stem}.image", program, texts)
            case "wheel":
                if not args.wheel:
                    parser.error("--wheel FILE is needed to make a wheel")
                made = project.write(args.output / args.wheel.name, wheel(args.wheel, program, texts, dependencies.sbom(args.target)))
            case _:
                parser.error(f"unknown kind of package {kind}")
        print(made)


def own_texts(target):
    """Returns the texts that go into every package."""
    names = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
    texts = {name: (project.ROOT / name).read_bytes() for name in names}
    return texts | {"THIRD-PARTY.md": dependencies.licenses(target).encode()}


def generated(runner):
    """Returns the manual pages and completions, which the program itself writes."""
    run = lambda *args: subprocess.run([runner, *args], check=True, stdout=subprocess.PIPE).stdout
    pages = {f"completions/{file}": run("completions", shell) for shell, file in SHELLS.items()}
    with tempfile.TemporaryDirectory() as folder:
        run("man", "--dir", folder)
        pages |= {f"man/{path.name}": path.read_bytes() for path in pathlib.Path(folder).iterdir()}
    return pages


def archive(name, program, texts, pages):
    files = {name: (program, 0o755)}
    return files | {name: (data, 0o644) for name, data in (texts | pages).items()}


def deb(target, path, texts, pages):
    """Returns a .deb: an `ar` of the version of its format, the control files, and the files."""
    own = project.package()
    gzipped = {name: project.gz(data) for name, data in pages.items() if name.startswith("man/")}
    files = {"usr/bin/codeset": (path.read_bytes(), 0o755)}
    plain = {f"usr/share/man/man1/{name.removeprefix('man/')}.gz": data for name, data in gzipped.items()}
    plain |= {
        "usr/share/bash-completion/completions/codeset": pages["completions/codeset.bash"],
        "usr/share/zsh/vendor-completions/_codeset": pages["completions/_codeset"],
        "usr/share/fish/vendor_completions.d/codeset.fish": pages["completions/codeset.fish"],
        "usr/share/doc/codeset/README.md.gz": project.gz(texts["README.md"]),
        "usr/share/doc/codeset/CHANGELOG.md.gz": project.gz(texts["CHANGELOG.md"]),
        "usr/share/doc/codeset/changelog.gz": project.gz(debian_changelog()),
        "usr/share/doc/codeset/THIRD-PARTY.md.gz": project.gz(texts["THIRD-PARTY.md"]),
        "usr/share/doc/codeset/copyright": copyright_file(texts),
        # SQLite is compiled in on purpose: the system's may be too old.
        "usr/share/lintian/overrides/codeset": b"codeset: embedded-library *\ncodeset: initial-upload-closes-no-bugs\n",
    }
    files |= {name: (data, 0o644) for name, data in plain.items()}
    size = sum(len(data) for data, _ in files.values()) // 1024 + 1
    description = own["description"]
    control = f"""\
Package: codeset
Version: {own["version"]}
Section: science
Priority: optional
Architecture: {DEBIAN[target.split("-")[0]]}
Depends: {shared_libraries(path)}
Recommends: ca-certificates
Installed-Size: {size}
Maintainer: {project.maintainer()}
Homepage: {project.repository()}
Description: compares releases of medical code sets
{textwrap.fill(description + ".", 78, initial_indent=" ", subsequent_indent=" ")}
 ICD-10-CM, ICD-10-PCS, HCPCS Level II, CPT, CDT, NDC and ICD-11.
"""
    sums = "".join(f"{hashlib.md5(data).hexdigest()}  {name}\n" for name, (data, _) in sorted(files.items()))
    control_files = {"./control": (control.encode(), 0o644), "./md5sums": (sums.encode(), 0o644)}
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", lzma.compress(project.tar(control_files))),
        ("data.tar.xz", lzma.compress(project.tar({f"./{name}": entry for name, entry in files.items()}))),
    ]
    out = b"!<arch>\n"
    for name, data in members:
        header = f"{name:<16}{project.epoch():<12}{0:<6}{0:<6}{0o100644:<8o}{len(data):<10}`\n"
        out += header.encode() + data + b"\n" * (len(data) % 2)
    return out


def debian_changelog():
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(project.epoch()))
    head = f"codeset ({project.package()['version']}) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n"
    return f"{head} -- {project.maintainer()}  {date}\n".encode()


def shared_libraries(path):
    """Returns the packages with the shared libraries that a program needs, as Debian's own tool names them."""
    with tempfile.TemporaryDirectory() as folder:
        project.write(f"{folder}/debian/control", "Source: codeset\n\nPackage: codeset\nArchitecture: any\n")
        command = ["dpkg-shlibdeps", "-O", str(path.resolve())]
        out = subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return out.decode().strip().removeprefix("shlibs:Depends=")


def copyright_file(texts):
    """Returns the copyright file in Debian's form for machines (DEP-5)."""
    mit = texts["LICENSE-MIT"].decode()
    holder = re.search(r"Copyright \(c\) (.+)", mit).group(1)
    body = mit[mit.index("Permission") :]
    indented = "\n".join(f" {line}" if line.strip() else " ." for line in body.strip().splitlines())
    return f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: codeset
Source: {project.repository()}
Comment: The crates in the program, with their licenses, are in THIRD-PARTY.md.gz.

Files: *
Copyright: {holder}
License: MIT or Apache-2.0

License: MIT
{indented}

License: Apache-2.0
 The text is in /usr/share/common-licenses/Apache-2.0.
""".encode()


def product_code():
    """Returns the identity of this version for Windows. The same version has the same one."""
    name = f"codeset {project.package()['version']} x64"
    return str(uuid.uuid5(uuid.UUID(UPGRADE_CODE), name)).upper()


def msi(program, texts):
    """Returns an MSI for all users of a machine, made by wixl, with the times in it fixed."""
    # Notepad opens what ends in .txt.
    names = {name: name if "." in name else f"{name}.txt" for name in texts}
    content = project.sha256(program + b"".join(texts.values()))
    package_code = str(uuid.uuid5(uuid.UUID(UPGRADE_CODE), content)).upper()
    with tempfile.TemporaryDirectory() as folder:
        project.write(f"{folder}/codeset.exe", program)
        lines = []
        for name, data in texts.items():
            project.write(f"{folder}/{names[name]}", data)
            identity = re.sub(r"[^A-Za-z0-9_.]", "_", names[name])
            lines.append(f'            <File Id="{identity}" Name="{names[name]}" Source="{names[name]}"/>')
        values = {
            "FILES": "\n".join(lines),
            "PRODUCT_CODE": product_code(),
            "REPOSITORY": project.repository(),
            "UPGRADE_CODE": UPGRADE_CODE,
            "VERSION": project.package()["version"].split("-")[0],
        }
        project.write(f"{folder}/codeset.wxs", project.fill("codeset.wxs", values))
        for path in pathlib.Path(folder).iterdir():
            os.utime(path, (project.epoch(), project.epoch()))
        command = ["wixl", "--arch", "x64", "-o", "codeset.msi", "codeset.wxs"]
        subprocess.run(command, check=True, cwd=folder, env=os.environ | {"TZ": "UTC"})
        for query in PATH_VARIABLE:
            subprocess.run(["msibuild", "codeset.msi", "-q", query], check=True, cwd=folder)
        return fixed_summary(pathlib.Path(f"{folder}/codeset.msi").read_bytes(), package_code)


def fixed_summary(data, package_code):
    """Returns an MSI whose summary has a given package code and SOURCE_DATE_EPOCH as its times: wixl makes up the code, and
    takes the time of day. Layout: [MS-OLEPS] 2.21; the stream is a few hundred bytes in one piece.
    """
    data = bytearray(data)
    start = data.index(bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")) - 28  # FMTID_SummaryInformation
    (section,) = struct.unpack_from("<I", data, start + 44)
    section += start
    (count,) = struct.unpack_from("<I", data, section + 4)
    for at in range(count):
        number, offset = struct.unpack_from("<II", data, section + 8 + 8 * at)
        (kind,) = struct.unpack_from("<I", data, section + offset)
        if number == 9:  # PIDSI_REVNUMBER, the package code
            assert kind == 0x1E and data[section + offset + 8 : section + offset + 9] == b"{"
            data[section + offset + 8 : section + offset + 46] = f"{{{package_code}}}".encode()
        if number in {12, 13}:  # PIDSI_CREATE_DTM, PIDSI_LASTSAVE_DTM
            assert kind == 0x40
            # In 100 nanoseconds since 1601.
            struct.pack_into("<Q", data, section + offset + 4, (project.epoch() + 11_644_473_600) * 10_000_000)
    return bytes(data)


def image(folder, program, texts):
    """Writes the folder from which `buildah build` makes the container image: the program alone."""
    shutil.rmtree(folder, ignore_errors=True)
    own = project.package()
    values = {
        "DESCRIPTION": own["description"],
        "LICENSE": own["license"],
        "REPOSITORY": project.repository(),
        "VERSION": own["version"],
    }
    project.write(folder / "Containerfile", project.fill("Containerfile", values))
    root = folder / "rootfs"
    project.write(root / "codeset", program)
    for name, data in texts.items():
        project.write(root / "licenses" / name, data)
    # Downloads trust the authorities that the machine of the release trusts.
    certificates = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    if certificates.exists():
        project.write(root / "etc/ssl/certs/ca-certificates.crt", certificates.read_bytes())
    for name in ["tmp", "work"]:
        (root / name).mkdir()
    for path in [*folder.rglob("*"), folder]:
        # Whatever the umask: the program runs as somebody who does not own them.
        path.chmod(0o755 if path.is_dir() or path == root / "codeset" else 0o644)
        os.utime(path, (project.epoch(), project.epoch()))
    (root / "tmp").chmod(0o1777)
    return folder


def wheel(path, program, texts, sbom):
    """Returns a wheel of maturin with the given program, the license texts, and fixed times."""
    with zipfile.ZipFile(path) as built:
        names = sorted(built.namelist())
        files = {name: built.read(name) for name in names}
    info = next(name.split("/")[0] for name in names if name.endswith(".dist-info/METADATA"))
    for name in names:
        if ".data/scripts/" in name:
            files[name] = program
        # That of maturin has the paths of this machine.
        if ".dist-info/sboms/" in name:
            files[name] = sbom.encode()
    for name, data in texts.items():
        files[f"{info}/licenses/{name}"] = data
    record = f"{info}/RECORD"
    del files[record]
    lines = []
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    entries = {name: (data, 0o755 if ".data/scripts/" in name else 0o644) for name, data in sorted(files.items())}
    return project.zipped(entries | {record: ("".join(lines + [f"{record},,\n"]).encode(), 0o644)})


if __name__ == "__main__":
    main()
