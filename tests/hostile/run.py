#!/usr/bin/env python3
"""Runs the program on files that are made to be slow, large or broken, and prints time and memory of each.

    tests/hostile/run.py [--bin PROGRAM] [--seconds 2] [--megabytes 300] [--markdown] [--keep FOLDER] [NAME ...]

Build the program with `cargo build --profile dist` first. A file that takes longer or more memory fails; so does a
program that is killed by a signal, panics, or says nothing about a file that it refuses.
"""

import argparse
import collections
import gzip
import io
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
OLD, NEW = ROOT / "demo/icd10cm-order-2025.txt", ROOT / "demo/icd10cm-order-2026.txt"
MiB = 1 << 20

SCAN = ("scan", OLD, NEW)
USAGE = ("impact", OLD, NEW, "--usage")
MIGRATE = ("migrate", OLD, NEW)
DIFF = ("diff", OLD)
GUIDELINES = ("guidelines",)
IMPORT = ("store", "import")

Case = collections.namedtuple("Case", "name file make commands")
CASES = []


def case(file, *commands):
    """Registers a function that returns the bytes of a file."""

    def register(make):
        CASES.append(Case(make.__name__.replace("_", "-"), file, make, commands))
        return make

    return register


def archive(*members, method=zipfile.ZIP_DEFLATED):
    """A zip archive; a member is (name, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


# -- Word, PowerPoint, OpenDocument ----------------------------------------------------------------------------------------
TYPES = ("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body, *more):
    document = f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return archive(TYPES, ("word/document.xml", document), *more)


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def relations(targets):
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<Relationship Id="r{at}" Type="{base}/header" Target="{target}"/>' for at, target in enumerate(targets)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


@case("a.docx", SCAN)
def docx_one_member_in_20000_relations():
    header = f"<w:hdr {W}>{paragraph('G35 ') * 40_000}</w:hdr>"
    targets = ["header1.xml" if at % 2 else "header2.xml" for at in range(20_000)]
    return docx(
        paragraph("G35"),
        ("word/header1.xml", header),
        ("word/header2.xml", header),
        ("word/_rels/document.xml.rels", relations(targets)),
    )


@case("a.docx", SCAN)
def docx_nested_tables():
    return docx("<w:tbl><w:tr><w:tc>" * 100_000 + paragraph("G35") + "</w:tc></w:tr></w:tbl>" * 100_000)


@case("a.docx", SCAN)
def docx_elements_left_open():
    return docx("<w:tbl><w:tr><w:tc>" * 300_000)


@case("a.docx", SCAN)
def docx_entities_that_multiply():
    names = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "G35 ">{names}]>'
    return archive(TYPES, ("word/document.xml", f"{head}<w:document {W}><w:body>{paragraph('&e11;')}</w:body></w:document>"))


@case("a.docx", SCAN)
def docx_of_a_million_runs():
    return docx("<w:p>" + "<w:r><w:t>G</w:t></w:r>" * 1_000_000 + "</w:p>")


@case("a.docx", SCAN)
def docx_of_one_paragraph_of_codes():
    return docx(paragraph("G35 and B88.0, " * 500_000))


@case("a.docx", SCAN)
def docx_that_unpacks_to_a_gibibyte():
    return archive(TYPES, ("word/document.xml", b" " * (1 << 30)))


@case("a.docx", SCAN)
def docx_of_one_tag_of_50_mib():
    return docx('<w:p w:x="' + "a" * 50 * MiB + '"/>')


@case("a.docx", SCAN)
def docx_of_200000_attributes():
    return docx("<w:p " + " ".join(f'a{at}="1"' for at in range(200_000)) + "/>")


@case("a.pptx", SCAN)
def pptx_of_20000_slides():
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    slide = f"<p:sld {a} {p}><a:p><a:r><a:t>G35 and B88.0</a:t></a:r></a:p></p:sld>"
    return archive(TYPES, *((f"ppt/slides/slide{at}.xml", slide) for at in range(1, 20_001)))


@case("a.pptx", SCAN)
def pptx_of_one_slide_of_30_mib():
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    text = "<a:p><a:r><a:t>G35 and B88.0</a:t></a:r></a:p>" * (30 * MiB // 48)
    return archive(TYPES, ("ppt/slides/slide1.xml", f"<p:sld {a} {p}>{text}</p:sld>"))


def open_document(kind, content):
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(
        f'xmlns:{short}="{space}:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = f'<?xml version="1.0"?><office:document-content {names}><office:body>{content}</office:body></office:document-content>'
    return archive(
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", content),
    )


def ods(rows):
    return open_document("spreadsheet", f'<office:spreadsheet><table:table table:name="a">{rows}</table:table></office:spreadsheet>')


@case("a.ods", SCAN, USAGE, MIGRATE)
def ods_of_a_cell_repeated_to_the_end():
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>G35</text:p></table:table-cell>'
    return ods(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')


@case("a.ods", SCAN, USAGE)
def ods_of_numbers_too_large():
    cell = '<table:table-cell table:number-columns-repeated="99999999999999999999"><text:p>G35</text:p></table:table-cell>'
    return ods(f'<table:table-row table:number-rows-repeated="-1">{cell}</table:table-row>')


@case("a.odt", SCAN)
def odt_of_blanks_repeated():
    return open_document("text", '<office:text><text:p>G35<text:s text:c="2000000000"/>G35</text:p></office:text>')


@case("a.odt", SCAN)
def odt_nested_spans():
    return open_document("text", "<office:text><text:p>" + "<text:span>" * 500_000 + "G35" + "</text:span>" * 500_000 + "</text:p></office:text>")


# -- Workbooks -------------------------------------------------------------------------------------------------------------
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def xlsx(sheets, *more):
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<Relationship Id="r{at}" Type="{base}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(len(sheets))
    ) + f'<Relationship Id="s" Type="{base}/sharedStrings" Target="sharedStrings.xml"/>'
    names = "".join(f'<sheet name="s{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in range(len(sheets)))
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return archive(
        TYPES,
        ("_rels/.rels", f'<Relationships xmlns="{package}"><Relationship Id="w" Type="{base}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f"<workbook {S} {R}><sheets>{names}</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{rows}</Relationships>'),
        *((f"xl/worksheets/sheet{at}.xml", sheet) for at, sheet in enumerate(sheets)),
        *more,
    )


def sheet(rows, head=""):
    return f"<worksheet {S}>{head}<sheetData>{rows}</sheetData></worksheet>"


def inline(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def shared(texts):
    return ("xl/sharedStrings.xml", f"<sst {S}>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")


@case("a.xlsx", SCAN, USAGE, MIGRATE)
def xlsx_long_shared_text_in_60000_cells():
    rows = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 60_001))
    return xlsx([sheet(rows)], shared(["G35 " * 8_000]))


@case("a.xlsx", SCAN, USAGE, MIGRATE)
def xlsx_two_cells_in_opposite_corners():
    rows = f'<row r="1">{inline("A1", "code")}</row><row r="1048576">{inline("XFD1048576", "G35")}</row>'
    return xlsx([sheet(rows, '<dimension ref="A1:XFD1048576"/>')])


@case("a.xlsx", SCAN, USAGE)
def xlsx_cells_beyond_the_last_column():
    return xlsx([sheet(f'<row r="4294967295">{inline("ZZZZZZZZ4294967295", "G35")}</row>')])


@case("a.xlsx", SCAN, USAGE)
def xlsx_of_5000_sheets():
    return xlsx([sheet(f'<row r="1">{inline("A1", "G35")}</row>')] * 5_000)


@case("a.xlsx", SCAN, USAGE)
def xlsx_of_two_million_empty_rows():
    return xlsx([sheet("".join(f'<row r="{at % 1_000_000 + 1}"/>' for at in range(2_000_000)))])


@case("a.xlsx", SCAN, USAGE)
def xlsx_of_a_million_shared_texts():
    return xlsx([sheet(f'<row r="1">{inline("A1", "G35")}</row>')], shared(["a"] * 1_000_000))


@case("a.xlsx", SCAN, USAGE)
def xlsx_merged_a_million_times():
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 300_000
    text = f"<worksheet {S}><sheetData><row r=\"1\">{inline('A1', 'G35')}</row></sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    return xlsx([text])


@case("a.xlsx", SCAN, USAGE)
def xlsx_that_unpacks_to_a_gibibyte():
    return xlsx([b" " * (1 << 30)])


@case("a.xlsx", SCAN, USAGE, MIGRATE)
def xlsx_without_its_sheets():
    return archive(TYPES, ("xl/workbook.xml", f'<workbook {S} {R}><sheets><sheet name="a" sheetId="1" r:id="r9"/></sheets></workbook>'))


@case("a.xlsx", SCAN, USAGE)
def xlsx_cut_in_half():
    whole = xlsx([sheet("".join(f'<row r="{at}">{inline(f"A{at}", "G35")}</row>' for at in range(1, 1_000)))])
    return whole[: len(whole) // 2]


@case("a.xlsx", MIGRATE)
def xlsx_of_16000_columns_and_200_rows():
    def name(column):
        text = ""
        while column:
            column, rest = divmod(column - 1, 26)
            text = chr(65 + rest) + text
        return text

    names = [name(at) for at in range(1, 16_001)]
    rows = "".join(
        f'<row r="{at}">' + "".join(f'<c r="{column}{at}" t="s"><v>{0 if at == 1 else 1}</v></c>' for column in names) + "</row>"
        for at in range(1, 61)
    )
    return xlsx([sheet(rows)], shared(["dx", "G35"]))


@case("a.xlsb", SCAN, USAGE)
def xlsb_of_lengths_too_large():
    return archive(TYPES, ("xl/workbook.bin", b"\x83\x01\xff\xff\xff\x7f"), ("xl/worksheets/sheet1.bin", b"\xff" * 100_000))


@case("a.xls", SCAN, USAGE)
def xls_whose_sectors_form_a_ring():
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    struct.pack_into("<HHHH", head, 24, 0x3E, 3, 0xFFFE, 9)
    struct.pack_into("<I", head, 44, 1)
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<I", head, 68, 0)
    struct.pack_into("<I", head, 72, 1)
    struct.pack_into("<109I", head, 76, *range(109))
    table = struct.pack("<128I", *((at + 1) % 3 for at in range(128)))
    return bytes(head) + table * 200


# -- PDF -------------------------------------------------------------------------------------------------------------------
def pdf(*objects, trailer="/Root 1 0 R"):
    """A PDF of objects (bytes), numbered from 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer.encode(), start)
    return bytes(out)


def stream(data, extra=b"", packed=True):
    if packed:
        data, extra = zlib.compress(data, 9), extra + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n" % (len(data), extra) + data + b"\nendstream"


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page(contents, resources=b"/Font<</F1 4 0 R>>"):
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %s/Resources<<%s>>>>" % (contents, resources)


def pdf_of(content, pages=1, **more):
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    return pdf(CATALOG, tree, stream(content, **more), FONT, *[page(b"3 0 R")] * pages)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_40_pages_of_one_stream_of_operators():
    return pdf_of(b"q Q " * 5_000_000, pages=40)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_one_stream_of_text_shown_2000_times():
    return pdf_of(b"BT /F1 9 Tf 1 0 0 1 50 700 Tm " + b"(G35) Tj " * 20_000 + b"ET", pages=2_000)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_that_unpacks_to_a_gibibyte():
    return pdf_of(b" " * (1 << 30))


@case("a.pdf", SCAN, GUIDELINES)
def pdf_packed_five_times():
    data = b" " * (1 << 28)
    for _ in range(4):
        data = zlib.compress(data, 9)
    filters = b"/Filter[/FlateDecode/FlateDecode/FlateDecode/FlateDecode]"
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    return pdf(CATALOG, tree, stream(data, filters, packed=False), FONT, page(b"3 0 R"))


@case("a.pdf", SCAN, GUIDELINES)
def pdf_pages_that_contain_themselves():
    return pdf(CATALOG, b"<</Type/Pages/Count 99/Kids[2 0 R 2 0 R 3 0 R]/Parent 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]/Parent 3 0 R>>")


@case("a.pdf", SCAN, GUIDELINES)
def pdf_pages_100000_deep():
    middle = [b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (at + 1, at - 1) for at in range(2, 100_000)]
    return pdf(CATALOG, *middle, page(b"2 0 R"))


@case("a.pdf", SCAN, GUIDELINES)
def pdf_forms_that_show_each_other_twice():
    forms = []
    for at in range(30):
        inner = b"/XObject<</A %d 0 R/B %d 0 R>>" % (7 + at, 7 + at)
        forms.append(stream(b"/A Do /B Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>" % inner))
    forms.append(stream(b"BT /F1 9 Tf (G35) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 4 0 R>>>>"))
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    return pdf(CATALOG, tree, stream(b"/A Do /B Do"), FONT, page(b"3 0 R", b"/Font<</F1 4 0 R>>/XObject<</A 6 0 R/B 6 0 R>>"), *forms)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_arrays_nested_a_million_deep():
    return pdf(CATALOG, b"[" * 1_000_000 + b"]" * 1_000_000)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_outline_that_is_a_ring():
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    ring = [b"<</Title(Section %d)/Parent 6 0 R/First 6 0 R/Next %d 0 R/Dest[5 0 R/XYZ 0 0 0]>>" % (at, 7 + (at + 1) % 3) for at in range(3)]
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>", tree, stream(b"BT /F1 9 Tf (G35) Tj ET"), FONT, page(b"3 0 R"),
        b"<</Type/Outlines/First 7 0 R/Last 9 0 R/Count 3>>", *ring,
    )


@case("a.pdf", SCAN, GUIDELINES)
def pdf_outline_of_200000_headings():
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    count = 200_000
    heads = [b"<</Title(%d. Section)/Parent 6 0 R/Next %d 0 R/Dest[5 0 R/XYZ 0 %d 0]>>" % (at, 8 + at, at % 700) for at in range(count - 1)]
    heads.append(b"<</Title(End)/Parent 6 0 R/Dest[5 0 R/XYZ 0 0 0]>>")
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>", tree, stream(b"BT /F1 9 Tf (G35) Tj ET"), FONT, page(b"3 0 R"),
        b"<</Type/Outlines/First 7 0 R/Last %d 0 R/Count %d>>" % (6 + count, count), *heads,
    )


@case("a.pdf", SCAN, GUIDELINES)
def pdf_font_map_of_a_million_ranges():
    ranges = b"".join(b"<%04X> <FFFF> <0041>\n" % (at % 65_536) for at in range(1_000_000))
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R>>"
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    return pdf(CATALOG, tree, stream(b"BT /F1 9 Tf <00410042> Tj ET"), font, page(b"3 0 R"), stream(b"1000000 beginbfrange\n" + ranges + b"endbfrange"))


def packed_objects(streams, each):
    """A PDF whose objects are in object streams: 7.5.7 of ISO 32000-1."""
    out, places = bytearray(b"%PDF-1.7\n"), []

    def put(number, body):
        places.append((number, len(out)))
        out.extend(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    put(1, CATALOG)
    put(2, b"<</Type/Pages/Count 1/Kids[3 0 R]>>")
    put(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
    first = 10 + streams
    entries = {number: (1, place) for number, place in places}
    for at in range(streams):
        numbers = range(first + at * each, first + (at + 1) * each)
        heads = b" ".join(b"%d %d" % (number, 5 * index) for index, number in enumerate(numbers))
        body = heads + b"\n" + b"<<>> " * each
        entries[10 + at] = (1, len(out))
        put(10 + at, stream(body, b"/Type/ObjStm/N %d/First %d" % (each, len(heads) + 1)))
        entries.update((number, (2, 10 + at, index)) for index, number in enumerate(numbers))
    start, size = len(out), first + streams * each
    rows = bytearray()
    for number in range(size):
        kind, *rest = entries.get(number, (0, 0))
        rows += struct.pack(">BIH", kind, rest[0], rest[1] & 0xFFFF if len(rest) > 1 else 0)
    put(9, stream(bytes(rows), b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % size))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


@case("a.pdf", SCAN, GUIDELINES)
def pdf_a_million_objects_in_one_stream():
    return packed_objects(1, 1_000_000)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_a_million_objects_in_100_streams():
    return packed_objects(100, 10_000)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_numbers_of_a_million_digits():
    return pdf_of(b"BT /F1 " + b"9" * 1_000_000 + b" Tf 1e" + b"9" * 1_000_000 + b" 0 Td (G35) Tj ET")


@case("a.pdf", SCAN, GUIDELINES)
def pdf_references_that_are_rings():
    return pdf(b"2 0 R", b"3 0 R", b"2 0 R")


@case("a.pdf", SCAN, GUIDELINES)
def pdf_cross_references_that_are_rings():
    return b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n"


@case("a.pdf", SCAN, GUIDELINES)
def pdf_predictor_of_absurd_columns():
    tree = b"<</Type/Pages/Count 1/Kids[5 0 R]>>"
    content = stream(b"\x02" * 1_000_000, b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>")
    return pdf(CATALOG, tree, content, FONT, page(b"3 0 R"))


@case("a.pdf", SCAN, GUIDELINES)
def pdf_that_only_says_so():
    return b"%PDF-1.7\n" + b"\0" * (20 * MiB)


@case("a.pdf", SCAN, GUIDELINES)
def pdf_encrypted():
    return pdf(CATALOG, b"<</Type/Pages/Count 0/Kids[]>>", b"<</Filter/Standard/V 4/R 4/O<00>/U<00>/P -4>>", trailer="/Root 1 0 R/Encrypt 3 0 R")


# -- SQLite ----------------------------------------------------------------------------------------------------------------
def database(script, *more):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.db")
        connection = sqlite3.connect(path)
        connection.executescript(script)
        for statement, rows in more:
            connection.executemany(statement, rows)
        connection.commit()
        connection.close()
        return pathlib.Path(path).read_bytes()


TABLE = "create table t(code text, n integer); insert into t values ('G35', 1), ('B88.0', 2), ('I10', 3);"


@case("a.db", SCAN, MIGRATE)
def sqlite_views_that_double_30_times():
    views = "".join(f"create view v{at} as select * from v{at - 1} union all select * from v{at - 1};" for at in range(1, 31))
    return database(TABLE + "create view v0 as select * from t;" + views)


@case("a.db", SCAN, MIGRATE)
def sqlite_view_that_never_ends():
    return database(TABLE + "create view v as with recursive r(code) as (select 'G35' union all select code from r) select * from r;")


@case("a.db", SCAN, MIGRATE)
def sqlite_of_20000_tables():
    return database("".join(f"create table t{at}(code text);" for at in range(20_000)))


@case("a.db", SCAN, MIGRATE)
def sqlite_table_of_2000_columns():
    columns = ",".join(f"dx{at} text" for at in range(1, 2_000))
    return database(f"create table t({columns});", (f"insert into t(dx1) values (?)", [("G35",)] * 5_000))


@case("a.db", SCAN, MIGRATE)
def sqlite_text_of_64_mib():
    return database("create table t(code text);", ("insert into t values (?)", [("G35 " * (16 * MiB),)]))


@case("a.db", SCAN, MIGRATE)
def sqlite_column_computed_slowly():
    return database("create table t(code text, x text generated always as (hex(zeroblob(100000000))) virtual); insert into t(code) values ('G35'),('I10'),('B88.0');")


@case("a.db", SCAN, MIGRATE)
def sqlite_triggers_on_every_change():
    return database(TABLE + "create trigger g after update on t begin update t set n = n + 1; insert into t select * from t; end;")


@case("a.db", SCAN, MIGRATE)
def sqlite_pages_of_noise():
    whole = bytearray(database(TABLE, ("insert into t values (?, 1)", [("G35",)] * 20_000)))
    whole[4096:] = bytes((at * 193 + 7) % 256 for at in range(len(whole) - 4096))
    return bytes(whole)


@case("a.db", SCAN, MIGRATE)
def sqlite_cut_in_half():
    whole = database(TABLE, ("insert into t values (?, 1)", [("G35",)] * 20_000))
    return whole[: len(whole) // 2]


@case("a.db", SCAN, MIGRATE)
def sqlite_schema_that_was_edited():
    return database(TABLE + "pragma writable_schema=on; update sqlite_master set sql = 'create table t(' || replace(hex(zeroblob(500000)), '0', 'x,') || 'y)';")


# -- Text: tables, programs, markup ----------------------------------------------------------------------------------------
@case("a.csv", SCAN, USAGE, MIGRATE)
def csv_one_line_of_200_mib():
    return b"code\n" + b"G35 " * (50 * MiB)


@case("a.csv", SCAN, USAGE, MIGRATE)
def csv_quote_left_open():
    return b'code,n\nG35,"' + b"I10,1\n" * (16 * MiB)


@case("a.csv", SCAN, USAGE, MIGRATE)
def csv_of_a_million_columns():
    return b",".join(b"dx%d" % at for at in range(1_000_000)) + b"\n" + (b"G35," * 1_000_000 + b"\n") * 3


@case("a.csv", SCAN, USAGE, MIGRATE)
def csv_of_300_code_columns():
    return (",".join(f"dx{at}" for at in range(300)) + "\n" + (",".join(["G35"] * 300) + "\n") * 2_000).encode()


@case("a.csv", SCAN, USAGE, MIGRATE)
def csv_of_quotes_only():
    return b'"' * (30 * MiB)


@case("a.csv", SCAN, USAGE)
def csv_of_zeros():
    return b"\0" * (100 * MiB)


@case("a.csv", SCAN, USAGE)
def csv_of_empty_lines():
    return b"\n" * (50 * MiB)


@case("a.csv", SCAN, USAGE)
def csv_of_separators_only():
    return b"," * (50 * MiB)


@case("a.csv", SCAN, USAGE)
def csv_of_carriage_returns():
    return b"code\r" + b"G35\r" * (5 * MiB)


@case("a.csv", SCAN, USAGE)
def csv_of_different_codes():
    return b"code\n" + b"".join(b"Q%07X\n" % at for at in range(2_000_000))


@case("a.csv", USAGE)
def csv_of_different_owners():
    return b"code,department,amount\n" + b"".join(b"G35,d%07d,1.00\n" % at for at in range(1_000_000))


@case("a.csv", USAGE)
def csv_amounts_of_a_million_digits():
    return b"code,amount\nG35," + b"9" * 1_000_000 + b"\nG35,1e" + b"9" * 900_000 + b"\nI10,5\n"


@case("a.csv", SCAN, USAGE)
def csv_utf16_cut():
    return b"\xff\xfe" + ("code\r\n" + "G35\r\n" * 2_000_000).encode("utf-16-le") + b"\x00"


@case("a.csv", SCAN, USAGE)
def csv_of_bytes_that_are_no_text():
    return bytes(range(256)) * 200_000


@case("a.txt", SCAN)
def text_of_one_line_of_codes():
    return b"G35, B88.0, " * (2 * MiB)


@case("a.txt", SCAN)
def text_of_letters_only():
    return b"A" * (100 * MiB)


@case("a.txt", SCAN)
def text_of_a_million_findings():
    return b"codes: G35, B88.0\n" * 500_000


@case("a.sql", SCAN, MIGRATE)
def sql_of_a_list_of_a_million_codes():
    return b"select * from t where dx in (" + b"'G35'," * 1_000_000 + b"'I10');"


@case("a.sql", SCAN, MIGRATE)
def sql_brackets_nested_a_million_deep():
    return b"select " + b"(" * 1_000_000 + b"'G35'" + b")" * 1_000_000


@case("a.sql", SCAN, MIGRATE)
def sql_comment_left_open():
    return b"select 'G35' /*" + b"/* 'I10' " * (4 * MiB)


@case("a.sql", SCAN)
def sql_of_200000_ranges():
    return b"select 1 where " + b" or ".join(b"dx between 'A00' and 'Z99'" for _ in range(200_000))


@case("a.sql", SCAN)
def sql_of_patterns_that_match_all():
    return b"\n".join(b"select 1 where dx like '%%_%%_%%_%%%d%%';" % at for at in range(50_000))


@case("a.py", SCAN, MIGRATE)
def program_of_patterns_that_multiply():
    return b"\n".join(b're.compile(r"^(((G[0-9]{1000}){1000}){1000}|G35)$") # %d' % at for at in range(2_000))


@case("a.py", SCAN, MIGRATE)
def program_of_different_patterns():
    return b"\n".join(b're.compile(r"^(G3[0-9].*|I1%d|[A-Z][0-9]{2}\\.?%d)$")' % (at, at) for at in range(20_000))


@case("a.py", SCAN, MIGRATE)
def program_of_quotes_left_open():
    return b'x = """' + b'G35 """ + """ ' * (2 * MiB) + b"'"


@case("a.html", SCAN, USAGE)
def html_tables_nested_200000_deep():
    return b"<table><tr><td>" * 200_000 + b"G35" + b"</td></tr></table>" * 200_000


@case("a.html", SCAN, USAGE)
def html_cells_that_span_everything():
    return b"<table>" + b"<tr><td colspan=1000000 rowspan=1000000>G35</td></tr>" * 20_000 + b"</table>"


@case("a.html", SCAN)
def html_of_open_angle_brackets():
    return b"<" * (20 * MiB)


@case("a.html", SCAN)
def html_comment_left_open():
    return b"<p>G35</p><!--" + b"--!> <!-- G35 " * MiB


@case("a.html", SCAN)
def html_of_entities():
    return b"<p>" + b"&amp;&#x47;&#51;&#53;" * MiB


@case("a.json", SCAN, MIGRATE)
def json_nested_a_million_deep():
    return b"[" * 1_000_000 + b'"G35"' + b"]" * 1_000_000


@case("a.json", SCAN, MIGRATE)
def json_objects_nested_200000_deep():
    return b'{"code":' * 200_000 + b'"G35"' + b"}" * 200_000


@case("a.json", SCAN, MIGRATE)
def json_of_500000_keys():
    return b"{" + b",".join(b'"k%d":"G35"' % at for at in range(500_000)) + b"}"


@case("a.json", SCAN)
def json_number_of_a_million_digits():
    return b'{"code":"G35","n":' + b"9" * 1_000_000 + b"}"


@case("a.jsonl", SCAN, USAGE)
def json_lines_of_one_open_line():
    return b'{"code":"G35"}\n{"code":["' + b"G35 " * (25 * MiB)


@case("a.json", USAGE)
def fhir_bundle_left_open():
    entry = b'{"resource":{"resourceType":"Claim","diagnosis":[{"sequence":1,"diagnosisCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"G35"}]}}]}},'
    return b'{"resourceType":"Bundle","entry":[' + entry * 200_000


@case("a.yaml", SCAN, MIGRATE)
def yaml_aliases_that_multiply():
    lines = ["a0: &a0 [G35, G35, G35, G35, G35, G35, G35, G35, G35]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 12)]
    return "\n".join(lines).encode()


@case("a.yaml", SCAN, MIGRATE)
def yaml_of_5000_keys():
    return b"codes:\n" + b"".join(b"  k%d: G35\n" % at for at in range(5_000))


@case("a.yaml", SCAN, MIGRATE)
def yaml_nested_100000_deep():
    return b"- " * 100_000 + b"G35"


@case("a.yaml", SCAN, MIGRATE)
def yaml_brackets_nested_100000_deep():
    return b"[" * 100_000


@case("a.xml", SCAN, USAGE)
def xml_nested_a_million_deep():
    return b"<?xml version='1.0'?>" + b"<a>" * 1_000_000 + b"G35" + b"</a>" * 1_000_000


@case("a.xml", SCAN, DIFF)
def xml_entities_that_multiply():
    names = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 12))
    return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "G35 ">' + names + b"]><ICD10CM.tabular><chapter><desc>&e11;</desc></chapter></ICD10CM.tabular>"


@case("a.xml", DIFF)
def tabular_list_nested_100000_deep():
    return b"<ICD10CM.tabular><chapter>" + b"<diag><name>G35</name><desc>a</desc>" * 100_000


@case("a.ipynb", SCAN)
def notebook_of_a_million_cells():
    return b'{"cells":[' + b",".join(b'{"cell_type":"code","source":["x = \'G35\'"]}' for _ in range(300_000)) + b'],"nbformat":4}'


@case("a.x12", USAGE)
def x12_of_segments_without_claims():
    head = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *251001*1200*^*00501*000000001*0*P*:~"
    return head + b"HI*ABK:G35*ABF:B880*ABF:I10~" * 700_000


@case("a.x12", USAGE)
def x12_of_one_segment_of_100_mib():
    head = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *251001*1200*^*00501*000000001*0*P*:~"
    return head + b"HI*" + b"ABK:G35*" * (13 * MiB)


@case("a.hl7", USAGE)
def hl7_of_one_message_that_goes_on():
    return b"MSH|^~\\&|A|B|C|D|20251001||DFT^P03|1|P|2.5\r" + b"DG1|1||G35^x^I10C\r" * 1_500_000


# -- Packed files ----------------------------------------------------------------------------------------------------------
@case("a.csv.gz", SCAN, USAGE)
def gzip_of_four_gibibytes_of_zeros():
    packer, part = zlib.compressobj(9, wbits=31), b"\0" * (16 * MiB)
    return b"".join(packer.compress(part) for _ in range(256)) + packer.flush()


@case("a.csv.gz", SCAN, USAGE)
def gzip_of_a_gibibyte_of_lines():
    packer, part = zlib.compressobj(9, wbits=31), b"G35\n" * (4 * MiB)
    return packer.compress(b"code\n") + b"".join(packer.compress(part) for _ in range(64)) + packer.flush()


@case("a.csv.gz", SCAN, USAGE)
def gzip_of_200000_empty_members():
    return gzip.compress(b"code\nG35\n") + gzip.compress(b"") * 200_000


@case("a.csv.gz", SCAN, USAGE)
def gzip_cut_in_half():
    whole = gzip.compress(b"code\n" + b"".join(b"G35,%d\n" % at for at in range(500_000)))
    return whole[: len(whole) // 2]


@case("a.zip", DIFF, SCAN)
def zip_that_unpacks_to_ten_gibibytes():
    data = b"0" * (1 << 30)
    one = archive(("a.txt", data))
    return archive(*((f"{at}.zip", one) for at in range(10)))


@case("a.zip", DIFF, SCAN)
def zip_nested_40_deep():
    data = archive(("a.txt", OLD.read_bytes()))
    for _ in range(40):
        data = archive(("a.zip", data))
    return data


@case("a.zip", DIFF, SCAN)
def zip_of_70000_members():
    return archive(*((f"{at}.txt", b"") for at in range(70_000)), method=zipfile.ZIP_STORED)


@case("a.zip", DIFF, SCAN)
def zip_of_members_that_share_their_bytes():
    one = archive(("a.txt", b"0" * (20 * MiB)))
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = one[start:end]
    entries = b"".join(entry.replace(b"a.txt", b"%05d" % at) for at in range(2_000))
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2_000, 2_000, len(entries), start, 0)
    return one[:start] + entries + tail


@case("a.zip", DIFF, SCAN)
def zip_whose_sizes_are_wrong():
    data = bytearray(archive(("a.txt", OLD.read_bytes())))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 5)
    return bytes(data)


@case("a.zip", IMPORT)
def import_of_files_that_no_release_names():
    return archive(*((f"blobs/{at:064x}", b"0" * (64 * MiB)) for at in range(20)))


@case("a.zip", IMPORT)
def import_of_paths_that_leave_the_store():
    return archive(("../../../a.txt", b"x"), ("/etc/a.txt", b"x"), ("releases/../../b.json", b"{}"))


@case("a.zip", IMPORT)
def import_of_a_manifest_of_100_mib():
    return archive(("releases/icd10cm@2026.json", b"[" * (100 * MiB)))


# -- Parquet, releases -----------------------------------------------------------------------------------------------------
@case("a.parquet", SCAN, USAGE)
def parquet_footer_of_two_gibibytes():
    return b"PAR1" + b"\0" * 1_000 + struct.pack("<I", 0x7FFFFFFF) + b"PAR1"


@case("a.parquet", SCAN, USAGE)
def parquet_footer_of_lists_of_lists():
    footer = b"\x19\xfc\xff\xff\xff\xff\x0f" * 1_000
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


@case("a.parquet", SCAN, USAGE)
def parquet_footer_of_structures_100000_deep():
    footer = b"\x1c" * 100_000
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


@case("a.txt", DIFF)
def order_file_of_one_line():
    return b"00001 G35     1 " + b"a" * (60 * MiB)


@case("a.txt", DIFF)
def order_file_of_100000_other_codes():
    return b"".join(b"%05d %-7s 1 %-60s %s\r\n" % (at % 100_000, b"A%06d" % at, b"a", b"a") for at in range(100_000))


@case("a.txt", DIFF)
def order_file_of_the_same_code():
    return b"".join(b"%05d %-7s 1 %-60s %s\r\n" % (at % 100_000, b"G35", b"a", b"a") for at in range(500_000))


@case("a.txt", DIFF)
def order_file_of_long_descriptions():
    return b"".join(
        b"%05d %-7s 1 %-60s %s\r\n" % (at, b"G35", b"a", b" ".join(b"w%d" % (word * at) for word in range(60_000))) for at in range(1, 3)
    )


# -- Running ---------------------------------------------------------------------------------------------------------------
Run = collections.namedtuple("Run", "seconds wall megabytes status said")


def write(one, file):
    """Writes the file of a case, in a process of its own: what a parent holds in memory counts for its children."""
    child = os.fork()
    if child == 0:
        done = 1
        try:
            file.write_bytes(one.make())
            done = 0
        finally:
            os._exit(done)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(f"error: {one.name} could not be made")


def run(program, command, file, folder, limit):
    """Runs a command on a file, and measures the process."""
    arguments = list(command) + ([file, file] if command is GUIDELINES else [file])
    out = folder / "out"
    with open(out, "wb") as said:
        began = time.monotonic()
        child = subprocess.Popen(
            [program, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "CODESET_STORE": str(folder / "store")},
        )
        signal.signal(signal.SIGALRM, lambda *_: child.kill())
        signal.alarm(limit)
        _, status, used = os.wait4(child.pid, 0)
        signal.alarm(0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
    with open(out, encoding="utf-8", errors="replace") as said:
        text = said.read(100_000)
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, child.returncode, text)


def fault(run, options):
    """Says what is wrong with a run."""
    if run.status < 0:
        return f"killed by {signal.Signals(-run.status).name}"
    if run.status not in (0, 1, 2, 3):
        return f"exit code {run.status}"
    if "panicked" in run.said:
        return "panic"
    if run.status in (2, 3) and not run.said.strip():
        return "refused without a word"
    if run.seconds > options.seconds:
        return "too slow"
    if run.megabytes > options.megabytes:
        return "too large"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=ROOT / "target/dist/codeset", type=pathlib.Path)
    parser.add_argument("--seconds", default=2.0, type=float)
    parser.add_argument("--megabytes", default=300.0, type=float)
    parser.add_argument("--markdown", action="store_true", help="a table for docs/")
    parser.add_argument("--keep", type=pathlib.Path, help="leave the files in this folder")
    parser.add_argument("--said", action="store_true", help="print what the program said")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    program = options.bin.resolve()
    chosen = [one for one in CASES if not options.names or any(name in one.name for name in options.names)]
    if not chosen:
        sys.exit(f"error: no file is named like {options.names}")
    faults, runs = 0, 0
    if options.markdown:
        print("| file | bytes | commands | CPU | memory | exit codes |\n|---|--:|---|--:|--:|---|")
    for one in chosen:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            file = folder / one.file
            write(one, file)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, options.keep / f"{one.name}{''.join(file.suffixes)}")
            size = file.stat().st_size
            all_runs = []
            for command in one.commands:
                ran = run(program, command, file, folder, 60)
                all_runs.append(ran)
                wrong = fault(ran, options)
                faults += bool(wrong)
                runs += 1
                if not options.markdown:
                    print(f"{one.name:45} {size:>11,} {command[0]:10} {ran.seconds:6.2f} s {ran.megabytes:6.0f} MB  exit {ran.status}  {wrong}", flush=True)
                if options.said:
                    print(re.sub(r"^", "    ", ran.said[:1_000], flags=re.MULTILINE))
            if options.markdown:
                commands = ", ".join(command[0] for command in one.commands)
                most = max(ran.seconds for ran in all_runs), max(ran.megabytes for ran in all_runs)
                exits = ", ".join(str(ran.status) for ran in all_runs)
                print(f"| {one.name} | {size:,} | {commands} | {most[0]:.2f} s | {most[1]:.0f} MB | {exits} |", flush=True)
    print(f"{len(chosen)} files, {runs} runs, {faults} over {options.seconds:g} s or {options.megabytes:g} MB, or wrong", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
