"""Files that prove something: judged, kept over a refusal, handed out exactly as they came in."""

import errno
import io
from pathlib import Path

import pytest
from PIL import ImageFile
from sqlalchemy import select

from taskflow import db, errors, storage
from taskflow.escalations.models import EscalationState
from taskflow.reports import evidence
from taskflow.reports.models import Evidence, ReportState
from tests import factories as make
from tests.reporting import (
    PDF,
    beside,
    due,
    excel_file,
    nothing_lost,
    of_report,
    old_office_file,
    picture,
    send,
    soup_of,
    state_of,
    value_of,
    word_file,
    zipped,
)

__all__ = ["due"]  # a fixture

BAD_FILES = [
    ("程序.exe", b"MZ\x90\x00", "的类型不能上传"),
    ("没有扩展名", PDF, "的类型不能上传"),
    ("网页.html", b"<script>alert(1)</script>", "的类型不能上传"),
    ("空.pdf", b"", "是空文件"),
    ("假.pdf", b"MZ\x90\x00 not a pdf", "的内容不是 pdf 文件"),
    ("假.jpg", PDF, "的内容不是 jpg 文件"),
    ("六个字节.pdf", b"%PDF-1", "几乎没有内容"),
    ("断开的.pdf", PDF[:-30], "不完整"),
    ("文字改名.PDF", "完成情况说明：主体封顶。".encode(), "的内容不是 pdf 文件"),
    ("文字改名.docx", "完成情况说明：主体封顶。".encode(), "的内容不是 docx 文件"),
    ("断开的.docx", word_file()[:-100], "不完整"),
    ("断开的.zip", zipped(**{"说明.txt": "完成"})[:-10], "不完整"),
    ("没有文件.zip", zipped(), "里没有文件"),
    ("空文件.zip", zipped(**{"说明.txt": ""}), "里没有文件"),
    ("文字改名.zip", "完成情况说明：主体封顶。".encode(), "的内容不是 zip 文件"),
    ("表.docx", excel_file(), "的内容不是 docx 文件"),
    ("文.XLSX", word_file(), "的内容不是 xlsx 文件"),
    ("只有目录.docx", zipped(**{"[Content_Types].xml": "<Types/>", "word/document.xml": ""}), "的内容不是 docx 文件"),
    ("断开的.jpg", picture("JPEG")[:-2000], "不完整"),
    ("断开的.png", picture("PNG")[:-20], "不完整"),
    ("一个点.png", picture("PNG", side=1), "太小（1×1 像素）"),
    ("图标.JPG", picture("JPEG", side=32), "太小（32×32 像素）"),
    ("图.jpg", picture("PNG"), "的内容不是 jpg 文件"),
    ("表格.doc", old_office_file("Workbook"), "的内容不是 doc 文件"),
    ("新版改名.doc", word_file(), "的内容不是 doc 文件"),
    ("断开的.xls", old_office_file("Workbook")[:600], "不完整"),
    ("二进制.txt", b"abc\x00def", "的内容不是 txt 文件"),
    ("扫描改名.txt", PDF, "的内容不是 txt 文件"),
    ("两个字.txt", "完成".encode(), "几乎没有内容"),
    ("空白.csv", b" \n" * 50, "几乎没有内容"),
    ("大.pdf", PDF + b"\0" * 100_000, "请压缩或拆分后再传"),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_a_bad_file_is_refused_by_name_and_nothing_typed_is_lost(client, due, settings, monkeypatch, bad):
    name, data, sentence = bad
    monkeypatch.setattr(evidence, "LIMIT", 100_000)
    answer = send(client("industry-clerk"), due, evidence=(io.BytesIO(data), name))
    assert answer.status_code == 422
    soup = soup_of(answer)
    assert sentence in beside(soup, "evidence")
    assert name in beside(soup, "evidence")
    nothing_lost(soup, due)
    assert state_of(due) is ReportState.DUE
    assert not list(evidence.folder(settings["DATA"]).glob("coming-*"))


def test_a_picture_that_breaks_off_is_refused_also_where_sheets_are_drawn(client, due, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does when it is imported
    answer = send(client("industry-clerk"), due, evidence=(io.BytesIO(picture("JPEG")[:-2000]), "断开的.jpg"))
    assert answer.status_code == 422


GOOD_FILES = [
    ("报告.PDF", PDF),
    ("盖章件（第2版）.pdf", PDF + b"\0" * 1000),
    ("照片.jpeg", picture("JPEG")),
    ("现场.JPG", picture("JPEG", side=400) + b"moving picture of a telephone"),
    ("截图.png", picture("PNG")),
    ("纪要.docx", word_file()),
    ("表.XLSX", excel_file()),
    ("汇报.pptx", zipped(**{"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"})),
    ("旧文.doc", old_office_file("WordDocument")),
    ("旧表.xls", old_office_file("Workbook")),
    ("说明.txt", "国标编码，主体已经封顶。".encode("gb18030")),
    ("记事本.txt", "\ufeff门诊楼主体三月封顶。".encode()),
    ("数据.csv", "单位,数量\n工信局,8\n".encode()),
    ("全套.zip", zipped(**{"说明.txt": "主体封顶"})),
]


@pytest.mark.parametrize(("name", "data"), GOOD_FILES, ids=[name for name, _ in GOOD_FILES])
def test_every_kind_that_the_page_names_is_taken(client, due, name, data):
    assert send(client("industry-clerk"), due, evidence=(io.BytesIO(data), name)).status_code == 303
    kept = db.session.scalars(select(Evidence).where(of_report(due))).one()
    assert (kept.name, kept.size) == (name, len(data))


def test_a_file_survives_the_refusal_of_another_field(client, due):
    browser = client("industry-clerk")
    files = [(io.BytesIO(PDF), "合同.pdf"), (io.BytesIO(b"MZ"), "坏.exe")]
    soup = soup_of(send(browser, due, percent="x", evidence=files))
    assert "合同.pdf" in soup.select_one(".files").get_text()
    answer = send(browser, due, kept=value_of(soup, "kept"))
    assert answer.status_code == 303
    assert [file.name for file in db.rows(select(Evidence).where(of_report(due)))] == ["合同.pdf"]


def test_a_kept_file_can_be_dropped(client, due):
    browser = client("industry-clerk")
    soup = soup_of(send(browser, due, percent="x", evidence=(io.BytesIO(PDF), "错发.pdf")))
    drop = soup.find(attrs={"name": "drop"})["value"]
    assert send(browser, due, kept=value_of(soup, "kept"), drop=drop).status_code == 303
    assert not db.exists(select(Evidence.id).where(of_report(due)))


def test_nobody_claims_a_file_that_somebody_else_uploaded(client, due):
    soup = soup_of(send(client("industry-clerk"), due, percent="x", evidence=(io.BytesIO(PDF), "合同.pdf")))
    other = make.report(make.task("agri"))
    db.session.commit()
    for stolen in (value_of(soup, "kept"), value_of(soup, "kept")[:-2] + "xx", "garbage"):
        again = soup_of(send(client("agri-clerk"), other, percent="x", kept=stolen))
        assert not again.select(".files [name=drop]")


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(tmp_path):
    just = b"%PDF-1.7\n".ljust(20 * 1024 * 1024 - len(PDF), b" ") + PDF
    assert evidence.store(io.BytesIO(just), "大.pdf", tmp_path)["size"] == 20 * 1024 * 1024
    with pytest.raises(errors.Refusal, match=r"“大\.pdf”超过 20 MB"):
        evidence.store(io.BytesIO(just + b"\0"), "大.pdf", tmp_path)
    assert len([path for path in evidence.folder(tmp_path).rglob("*") if path.is_file()]) == 1


def test_a_name_keeps_no_folder_and_no_invisible_sign():
    assert storage.plain_name("C:\\我的\\..\\验收\u202e单\x00.pdf") == "验收单.pdf"
    assert storage.plain_name("../../etc/passwd") == "passwd"
    assert len(storage.plain_name("长" * 300 + ".pdf")) == storage.LONGEST_NAME


def test_the_whole_request_too_large_is_a_sentence(client, due, app):
    app.config["MAX_CONTENT_LENGTH"], before = 10_000, app.config["MAX_CONTENT_LENGTH"]
    try:
        answer = send(client("industry-clerk"), due, evidence=(io.BytesIO(PDF + b"\0" * 20_000), "大.pdf"))
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before
    assert answer.status_code == 413
    assert "单个文件不超过 20 MB" in answer.text


def test_a_full_disk_keeps_every_word_and_the_files_that_came_through(client, due, monkeypatch):
    real, taken = storage._copy, []

    def fills(stream, kept, name, limit):
        if taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken.append(name)
        return real(stream, kept, name, limit)

    monkeypatch.setattr(storage, "_copy", fills)
    files = [(io.BytesIO(PDF), "先到.pdf"), (io.BytesIO(PDF + b" "), "后到.pdf")]
    answer = send(client("industry-clerk"), due, evidence=files)
    assert answer.status_code == 503
    soup = soup_of(answer)
    assert "磁盘已满，“后到.pdf”没有保存" in soup.select_one("#refusal").get_text()
    assert "先到.pdf" in soup.select_one(".files").get_text()
    nothing_lost(soup, due)
    assert state_of(due) is ReportState.DUE


# Reading, downloading


@pytest.fixture
def proof(client, due):
    send(client("industry-clerk"), due, evidence=(io.BytesIO(PDF), "验收 报告.pdf"))
    return db.session.scalars(select(Evidence).where(of_report(due))).one()


def test_a_file_comes_back_as_it_was_and_runs_nowhere(client, proof):
    with client("officer-1").get(f"/evidence/{proof.id}") as answer:
        assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E9%AA%8C%E6%94%B6%20%E6%8A%A5%E5%91%8A.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.content_type == "application/pdf"


def test_a_file_is_for_those_who_see_its_task(client, proof):
    assert client("agri-head").get(f"/evidence/{proof.id}").status_code == 404
    assert client("security").get(f"/evidence/{proof.id}").status_code == 404
    assert client("").get(f"/evidence/{proof.id}").status_code == 401
    assert client("mayor").get(f"/evidence/{proof.id + 1000}").status_code == 404


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"%PDF-forged")])
def test_a_damaged_file_is_never_handed_out(client, proof, settings, harm):
    harm(evidence.path_of(proof.sha256, settings["DATA"]))
    answer = client("officer-1").get(f"/evidence/{proof.id}")
    assert answer.status_code == 503
    assert "缺失或已损坏" in answer.text


# The answer to an escalation


@pytest.fixture
def paper(county):
    issued = make.walk(make.escalation(), EscalationState.ISSUED)
    db.session.commit()
    return issued


def answer_to(browser, paper, **changes):
    data = {"key": make.fresh("key"), "seen": paper.version, "answer": "已补报进度，并加派人手现场推进"} | changes
    return browser.post(f"/escalation/{paper.id}/answer", data=data)


def test_an_answer_brings_its_proof(client, paper):
    sent = answer_to(client("industry-head"), paper, evidence=(io.BytesIO(PDF), "整改照片.pdf"))
    assert sent.status_code == 303
    db.session.refresh(paper)
    assert (paper.state, paper.answer) == (EscalationState.ANSWERED, "已补报进度，并加派人手现场推进")
    assert [file.name for file in db.rows(select(Evidence).where(Evidence.task_id == paper.task_id))] == [
        "整改照片.pdf"
    ]


def test_an_answer_that_is_refused_keeps_words_and_files(client, paper):
    browser = client("industry-head")
    refused = answer_to(browser, paper, answer="知道了", evidence=(io.BytesIO(PDF), "整改照片.pdf"))
    assert refused.status_code == 422
    soup = soup_of(refused)
    assert beside(soup, "answer") == "请写出答复内容（至少 5 个字）。"
    assert value_of(soup, "answer") == "知道了"
    assert "整改照片.pdf" in soup.select_one(".files").get_text()
    assert answer_to(browser, paper, kept=value_of(soup, "kept")).status_code == 303
    assert db.exists(select(Evidence.id).where(Evidence.task_id == paper.task_id))
