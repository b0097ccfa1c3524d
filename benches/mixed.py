#!/usr/bin/env python3
"""Makes about 1 GB of mixed texts to scan: tables, JSON Lines, SQL, YAML, programs, logs and prose, one in ten with codes.

    mixed.py CODES FOLDER [MEGABYTES]

CODES has a code a line, as `codeset diff OLD NEW --format jsonl` can be cut down to. The same input makes the same files.
"""
import json
import pathlib
import random
import sys

codes = pathlib.Path(sys.argv[1]).read_text().split()
folder = pathlib.Path(sys.argv[2])
size = int(sys.argv[3] if len(sys.argv) > 3 else 1000) << 20
words = "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they".split()
draw = random.Random(20261001)


def dotted(code):
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def prose(lines):
    return "".join(" ".join(draw.choices(words, k=14)) + ".\n" for _ in range(lines))


def claims(lines):
    head = "claim_id,service_date,dx1,dx2,amount,provider\n"
    row = lambda n: f"{n},2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02},{draw.choice(codes)},{draw.choice(codes)}," \
        f"{draw.randint(10, 9000)}.{draw.randint(10, 99)},P{draw.randint(1000, 9999)}\n"
    return head + "".join(row(n) for n in range(lines))


def plain(lines):
    head = "id,name,street,city,balance,note\n"
    row = lambda n: f"{n},{draw.choice(words)} {draw.choice(words)},{draw.randint(1, 999)} {draw.choice(words)} street," \
        f"{draw.choice(words)},{draw.randint(0, 99999)},{' '.join(draw.choices(words, k=6))}\n"
    return head + "".join(row(n) for n in range(lines))


def json_lines(lines):
    row = lambda n: json.dumps({"id": n, "user": draw.choice(words), "path": "/" + "/".join(draw.choices(words, k=4)),
                                "status": draw.choice([200, 404, 500]), "text": " ".join(draw.choices(words, k=10))})
    return "".join(row(n) + "\n" for n in range(lines))


def sql(lines):
    row = lambda n: f"INSERT INTO orders (id, item, note) VALUES ({n}, '{draw.choice(words)}', '{' '.join(draw.choices(words, k=8))}');\n"
    return "".join(row(n) for n in range(lines))


def program(lines):
    row = lambda n: f"    value_{n} = compute(\"{draw.choice(words)}\", {draw.randint(0, 999)})  # {' '.join(draw.choices(words, k=5))}\n"
    return "def main():\n" + "".join(row(n) for n in range(lines))


def log(lines):
    row = lambda n: f"2026-11-{draw.randint(1, 28):02}T{draw.randint(0, 23):02}:00:00Z INFO [worker-{draw.randint(0, 9)}] " \
        f"request {draw.getrandbits(64):016x} took {draw.randint(1, 999)} ms {' '.join(draw.choices(words, k=6))}\n"
    return "".join(row(n) for n in range(lines))


def listing(lines):
    return "icd10:\n" + "".join(f"  - code: {dotted(draw.choice(codes))}\n    note: {' '.join(draw.choices(words, k=5))}\n" for _ in range(lines))


KINDS = [(claims, "csv", 10), (plain, "csv", 15), (json_lines, "jsonl", 20), (sql, "sql", 15), (program, "py", 15), (log, "log", 15),
         (prose, "md", 9), (listing, "yaml", 1)]
made, number = 0, 0
while made < size:
    for make, ending, share in KINDS:
        block = make(3000)
        text = (block * (share * 20_000_000 // 100 // len(block) + 1))
        path = folder / make.__name__ / f"{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        made += len(text)
    number += 1
print(f"{made} bytes")
