#!/usr/bin/env python3
"""Checks an SBOM: references that lead nowhere, and the schema of CycloneDX if its Python library is installed.

    packaging/check_sbom.py FILE
"""

import json
import pathlib
import sys


def main(path):
    text = pathlib.Path(path).read_text()
    bom = json.loads(text)
    assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.5"
    refs = [one["bom-ref"] for one in bom["components"]] + [bom["metadata"]["component"]["bom-ref"]]
    assert len(refs) == len(set(refs)), "two components have one reference"
    known = set(refs)
    for one in bom["dependencies"]:
        assert {one["ref"], *one.get("dependsOn", [])} <= known, f"{one['ref']} leads nowhere"
    assert {one["ref"] for one in bom["dependencies"]} == known
    schema = "not checked against the schema: cyclonedx-python-lib[json-validation] is not installed"
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        pass
    else:
        errors = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
        assert errors is None, errors
        schema = "valid by the schema of CycloneDX 1.5"
    print(f"{path}: {len(bom['components'])} components, {schema}")


if __name__ == "__main__":
    main(sys.argv[1])
