"""PDF by LibreOffice: what it makes is the document; what hangs is ended with its children; else DOCX."""

import io
import os
import sys
import time
from pathlib import Path

import docx
import pypdfium2
import pytest
from pypdfium2 import raw

from api.landuse.paper import office
from api.landuse.paper.printing import FORMATS
from api.landuse.paper.words import typeset
from layers.errors import BadInput, NotPossible
from tests.api.landuse.paper.conftest import READER, made


def script(folder, text):
    made_of = folder / "soffice"
    made_of.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    made_of.chmod(0o755)
    return str(made_of)


def test_the_pdf_is_the_document_with_its_pages_counted_and_its_fonts_inside(pdf_file, answer):
    assert pdf_file.media == "application/pdf" and pdf_file.notice is None and pdf_file.name.endswith(".pdf")
    with pypdfium2.PdfDocument(pdf_file.body) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
        for number, page in enumerate(pages, start=1):
            assert f"第 {number} 页 共 {len(pages)} 页" in page and answer["check"] in page
            assert f"{READER} 于 2026-11-27 15:10 打印" in page and "内部资料" in page
        first, rest = pages[0], "".join(pages[1:])
        for said in ("用地核查意见", "不可", "占用永久基本农田 10.8 亩", "理由与依据", "第三十五条"):
            assert said in first, said
        for said in ("附图", "三调工作分类", "16,200.00", "42011108100001", "3383820.000", "须经现场核实"):
            assert said in rest, said
        for page in document:
            told = [one for one in page.get_objects() if one.type == raw.FPDF_PAGEOBJ_TEXT]
            assert all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(one)) == 1 for one in told)


def test_its_map_keeps_its_300_dpi(pdf_file):
    with pypdfium2.PdfDocument(pdf_file.body) as document:
        pictures = [one for page in document for one in page.get_objects() if one.type == raw.FPDF_PAGEOBJ_IMAGE]
        widths = [one.get_px_size()[0] for one in pictures]
        assert max(widths) == pytest.approx(165 / 25.4 * 300, abs=2), widths


def test_the_verdict_is_in_the_first_third_of_the_first_page(pdf_file):
    with pypdfium2.PdfDocument(pdf_file.body) as document:
        page = document[0]
        text = page.get_textpage()
        index, count = text.search("不可").get_next()
        assert count and page.get_height() - text.get_charbox(index)[3] < page.get_height() / 3


def test_without_libreoffice_the_docx_comes_and_says_why(monkeypatch, some_font, answer):
    monkeypatch.setattr(office, "program", lambda: None)
    file = made(answer, "pdf")
    assert file.media.endswith("wordprocessingml.document") and file.name.endswith(".docx")
    assert file.notice == office.ABSENT and "没有安装 LibreOffice" in file.notice
    assert typeset(file.notice) in [one.text for one in docx.Document(io.BytesIO(file.body)).paragraphs]


def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path):
    child = tmp_path / "child"
    hangs = script(
        tmp_path,
        "import pathlib, subprocess, sys, time\n"
        "started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(child)!r}).write_text(str(started.pid))\ntime.sleep(600)\n",
    )
    with pytest.raises(NotPossible, match=r"超过 1 秒.*DOCX"):
        office.converted(b"", hangs, limit_s=1)
    stat = Path(f"/proc/{child.read_text()}/stat")
    deadline = time.monotonic() + 10
    while stat.exists() and stat.read_text().split(")")[-1].split()[0] != "Z" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not stat.exists() or stat.read_text().split(")")[-1].split()[0] == "Z"


@pytest.mark.parametrize(("text", "told"), [("raise SystemExit(7)", "以 7 结束"), ("pass", "没有写出文件")])
def test_a_program_that_fails_is_told_of(tmp_path, text, told):
    with pytest.raises(NotPossible, match=told):
        office.converted(b"", script(tmp_path, text))
    with pytest.raises(NotPossible, match="启动不了"):
        office.converted(b"", str(tmp_path / "nothing"))


def test_it_is_run_in_a_folder_of_its_own_that_is_gone_afterwards_and_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("HUASHAN_SECRET", "s3cret")
    told = tmp_path / "told"
    runs = script(
        tmp_path,
        "import os, pathlib, sys\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        f"pathlib.Path({str(told)!r}).write_text(repr((str(out), dict(os.environ), sys.argv)))\n"
        "(out / 'check.pdf').write_bytes(b'%PDF-' + (out / 'check.docx').read_bytes())\n",
    )
    assert office.converted(b"docx", runs) == b"%PDF-docx"
    out, environment, asked = eval(told.read_text())
    assert not os.path.exists(out) and "HUASHAN_SECRET" not in environment and environment["HOME"] == out
    assert f"-env:UserInstallation=file://{out}/profile" in asked and "--headless" in asked


def test_one_at_a_time_and_who_waits_too_long_gets_the_docx(tmp_path):
    assert office._one_at_a_time.acquire(timeout=1)
    try:
        with pytest.raises(NotPossible, match="正忙"):
            office.converted(b"", script(tmp_path, "pass"), wait_s=0.01)
    finally:
        office._one_at_a_time.release()
    with pytest.raises(NotPossible, match="没有写出文件"):
        office.converted(b"", script(tmp_path, "pass"), wait_s=0.01)


def test_a_format_that_there_is_not_is_named_with_those_there_are(answer):
    with pytest.raises(BadInput, match=r"doc'.*docx、pdf、map、xlsx、gpkg"):
        made(answer, "doc")
    assert set(FORMATS) == {"docx", "pdf", "map", "xlsx", "gpkg"}
