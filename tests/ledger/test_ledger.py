"""The ledger: nothing in it can be changed in the database, and whatever is changed in a dump is found."""

import ast
import copy
import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from taskflow import db
from taskflow.ledger import checkpoint, dump, seal, verify, writer
from taskflow.tasks.models import TaskState
from tests import factories as make

SEALED = (*writer.SEALED, "at")


@pytest.fixture
def history(county, clock, tmp_path):
    """Two tasks lived through three days, with a checkpoint each evening: (entries, checkpoints)."""
    first, second = make.walk(make.task(), TaskState.UNDERWAY), make.task("agri")
    checkpoint.write(county.region_code, tmp_path)
    clock.to("2024-03-05")
    make.do(make.report(first), "draft", problems="资金未到位")
    make.walk(second, TaskState.REFUSED)
    checkpoint.write(county.region_code, tmp_path)
    clock.to("2024-03-06")
    make.do(second, "uphold")
    make.walk(make.review(), "self_assessed")
    checkpoint.write(county.region_code, tmp_path)
    return list(dump.entries()), list(checkpoint.read(checkpoint.path_of(county.region_code, tmp_path)))


def sealed_anew(entries):
    """What an attacker with the source code can do: every seal made again over changed contents."""
    newest = {}
    for entry in entries:
        entry["prev_hash"] = newest.get(entry["chain"], seal.GENESIS)
        entry["hash"] = newest[entry["chain"]] = verify.seal_of(entry)
    return entries


# The walls in the database


@pytest.mark.parametrize("sql", ["UPDATE ledger_entry SET note = 'x'", "DELETE FROM ledger_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(county, sql):
    make.task()
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text(sql))


def test_postgresql_refuses_to_truncate_the_ledger(county):
    make.task()
    if db.session().get_bind().dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text("TRUNCATE ledger_entry CASCADE"))
    else:  # SQLite has no TRUNCATE; the trigger that stands in its way is the one on DELETE
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text("DELETE FROM ledger_entry WHERE 1 = 1"))


# The dump and its verifier


def test_an_untouched_ledger_verifies_with_and_without_checkpoints(history):
    entries, checkpoints = history
    assert len(entries) > 12
    assert {entry["chain"].split(":")[0] for entry in entries} == {"task", "review"}
    assert verify.check(entries).breaks == []
    report = verify.check(entries, checkpoints)
    assert report.breaks == []
    assert (report.entries, report.checkpoints) == (len(entries), 3)
    assert report.chains == len({entry["chain"] for entry in entries})


def test_the_dump_says_what_the_lines_say_and_survives_json(history):
    entries, _ = history
    assert [json.loads(line) for line in dump.lines()] == entries
    assert verify.check(json.loads(line) for line in dump.lines()).ok


def test_the_seal_of_writer_and_verifier_is_the_same_although_they_share_no_code(history):
    entries, _ = history
    assert [verify.seal_of(entry) for entry in entries] == [entry["hash"] for entry in entries]
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", [*SEALED, "hash"])
def test_an_edited_field_is_found_at_its_entry_and_day(history, name):
    entries, _ = history
    place = next(i for i, e in enumerate(entries) if e["verb"] == "draft")
    altered = copy.deepcopy(entries)
    victim = altered[place]
    victim[name] = changed(victim.get(name), name)
    broken = verify.check(altered).breaks
    assert broken, name
    if name == "chain":  # the entry now stands in a chain of its own; it is missing from the old one
        assert {b.chain for b in broken} >= {"task:999"}
        return
    assert [(b.chain, b.entry) for b in broken] == [(victim["chain"], victim["id"])]
    assert broken[0].day == ("1999-01-01" if name == "at" else "2024-03-05")
    if name in ("seq", "prev_hash"):
        assert broken[0].field == name


def changed(value, name):
    """Another value of the same sort."""
    if name == "chain":
        return "task:999"
    if name == "at":
        return "1999-01-01T00:00:00.000000Z"
    if name in ("facts", "changes", "raw"):
        return {**(value or {}), "percent": "99"}
    return value + 7 if isinstance(value, int) else f"{value or ''}改"[-60:]


def test_an_edited_seal_is_told_from_edited_contents(history):
    entries, _ = history
    place = next(i for i, e in enumerate(entries) if e["chain"] == entries[i + 1]["chain"])
    entries[place]["hash"] = "f" * 64
    broken = verify.check(entries).breaks
    assert [(b.entry, b.field) for b in broken] == [(entries[place]["id"], "hash")]


def test_a_removed_or_added_field_is_found(history):
    entries, _ = history
    without = copy.deepcopy(entries)
    del without[1]["note"]
    assert verify.check(without).breaks[0].entry == entries[1]["id"]
    with_more = copy.deepcopy(entries)
    with_more[1]["remark"] = "x"
    assert verify.check(with_more).breaks[0].entry == entries[1]["id"]


def test_raw_facts_taken_out_or_put_in_are_found(history):
    entries, _ = history
    place = next(i for i, e in enumerate(entries) if e.get("raw") and e["verb"] == "accept")
    for raw in ({"state": ["assigned", "closed"]}, {}, None):
        altered = copy.deepcopy(entries)
        altered[place]["raw"] = raw
        assert [b.entry for b in verify.check(altered).breaks] == [entries[place]["id"]], raw
    without = next(i for i, e in enumerate(entries) if "raw" not in e)  # as in older entries
    altered = copy.deepcopy(entries)
    altered[without]["raw"] = {"percent": [0, 100]}
    assert [b.entry for b in verify.check(altered).breaks] == [entries[without]["id"]]


def test_a_deleted_entry_is_found_by_number(history):
    entries, _ = history
    at = next(i for i, e in enumerate(entries) if e["chain"] == entries[i + 2]["chain"]) + 1
    gone = entries.pop(at)
    broken = verify.check(entries).breaks
    assert [(b.chain, b.seq) for b in broken] == [(gone["chain"], gone["seq"] + 1)]
    assert f"缺少第 {gone['seq']} 条" in broken[0].what


def test_two_swapped_lines_are_found(history):
    entries, _ = history
    at = next(i for i, e in enumerate(entries) if e["chain"] == entries[i + 2]["chain"]) + 1
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    assert {b.seq for b in verify.check(entries).breaks} == {entries[at]["seq"], entries[at + 1]["seq"]}


def test_a_chain_in_reverse_order_is_found(history):
    entries, _ = history
    assert not verify.check(entries[::-1]).ok


def test_two_entries_that_exchanged_their_numbers_are_found(history):
    entries, _ = history
    at = next(i for i, e in enumerate(entries) if e["chain"] == entries[i + 2]["chain"]) + 1
    one, two = entries[at : at + 2]
    one["seq"], two["seq"] = two["seq"], one["seq"]
    entries[at : at + 2] = [two, one]  # as a dump in order of the numbers gives them
    assert {one["id"], two["id"]} <= {b.entry for b in verify.check(entries).breaks}


def test_a_line_twice_is_found(history):
    entries, _ = history
    entries.insert(2, copy.deepcopy(entries[1]))
    assert [b.field for b in verify.check(entries).breaks] == ["seq"]


def test_a_cut_off_tail_is_found_by_the_checkpoints(history):
    entries, checkpoints = history
    lengths = Counter(entry["chain"] for entry in entries)
    chain, length = lengths.most_common(1)[0]
    cut = [e for e in entries if e["chain"] != chain or e["seq"] < length]
    assert verify.check(cut).ok, "nothing in the dump itself can show it"
    broken = verify.check(cut, checkpoints).breaks
    assert [(b.chain, b.seq) for b in broken] == [(chain, length)]
    assert "截去" in broken[0].what


def test_a_dropped_chain_is_found_by_the_checkpoints(history):
    entries, checkpoints = history
    left = [e for e in entries if not e["chain"].startswith("review")]
    assert verify.check(left).ok
    broken = verify.check(left, checkpoints).breaks
    assert [(b.chain.split(":")[0], b.day) for b in broken] == [("review", "2024-03-06")]
    assert "整条链不见了" in broken[0].what


def test_a_history_sealed_anew_is_found_by_the_checkpoints(history):
    entries, checkpoints = history
    victim = next(e for e in entries if e["verb"] == "refuse")
    victim["note"] = "没有退回过"
    sealed_anew(entries)
    assert verify.check(entries).ok
    broken = verify.check(entries, checkpoints).breaks
    assert [(b.chain, b.day) for b in broken] == [(victim["chain"], "2024-03-05")]


def test_an_entry_removed_and_all_sealed_anew_is_found_by_the_checkpoints(history):
    entries, checkpoints = history
    gone = next(e for e in entries if e["verb"] == "refuse")
    entries.remove(gone)
    for entry in entries:
        if entry["chain"] == gone["chain"] and entry["seq"] > gone["seq"]:
            entry["seq"] -= 1
    assert verify.check(sealed_anew(entries)).ok
    assert {b.chain for b in verify.check(entries, checkpoints).breaks} == {gone["chain"]}


@pytest.mark.parametrize("attack", ["edit", "drop", "swap", "root"])
def test_a_changed_checkpoint_is_found(history, attack):
    entries, checkpoints = history
    if attack == "edit":
        checkpoints[0]["day"] = "2024-03-01"
    elif attack == "drop":
        del checkpoints[1]
    elif attack == "swap":
        checkpoints[0], checkpoints[1] = checkpoints[1], checkpoints[0]
    else:
        checkpoints[-1]["root"] = "0" * 64
    assert any("检查点" in b.what or "根值" in b.what for b in verify.check(entries, checkpoints).breaks)


def test_checkpoints_that_were_all_made_again_show_against_the_digest_on_paper(history):
    entries, checkpoints = history
    on_paper = verify.check(entries, checkpoints).digest
    entries = sealed_anew([e for e in entries if not e["chain"].startswith("review")])
    del checkpoints[-1]["heads"][next(c for c in checkpoints[-1]["heads"] if c.startswith("review"))]
    checkpoints[-1]["root"] = checkpoint.merkle_root({e["chain"]: (e["seq"], e["hash"]) for e in entries})
    forged = verify.check(entries, checkpoints)
    assert forged.ok, "a forger who makes everything again deceives the verifier alone"
    assert forged.digest != on_paper


def test_a_line_that_is_no_entry_is_a_break_and_not_a_crash(history):
    entries, _ = history
    report = verify.check([*entries, {"id": 5}, {"chain": 1, "seq": "x", "hash": None}])
    assert len(report.breaks) == 2
    assert report.breaks[0].entry == 5
    assert len(verify.check([{**entries[0], "note": "\ud800"}]).breaks) == 1  # text that no UTF-8 can hold


# Checkpoints


def test_a_checkpoint_is_written_once_a_day_unless_something_happened(county, clock, tmp_path):
    make.task()
    first = checkpoint.write(county.region_code, tmp_path)
    assert checkpoint.write(county.region_code, tmp_path) == first
    make.task()
    second = checkpoint.write(county.region_code, tmp_path)
    assert (second["number"], second["former"]) == (2, checkpoint.digest(first))
    assert len(second["heads"]) == 1, "only what changed"
    clock.to("2024-03-05")
    third = checkpoint.write(county.region_code, tmp_path)
    assert (third["root"], third["heads"], third["day"]) == (second["root"], {}, "2024-03-05")
    assert checkpoint.latest(county.region_code, tmp_path) == ("2024-03-05", checkpoint.digest(third))


def test_there_is_no_newest_checkpoint_before_the_first(county, tmp_path):
    assert checkpoint.latest(county.region_code, tmp_path) is None


def test_a_line_torn_by_a_crash_is_mended_by_the_next_checkpoint(county, clock, tmp_path):
    make.task()
    checkpoint.write(county.region_code, tmp_path)
    path = checkpoint.path_of(county.region_code, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"number": 2, "da')
    clock.to("2024-03-05")
    assert checkpoint.write(county.region_code, tmp_path)["number"] == 2
    assert path.read_bytes().startswith(whole)
    assert verify.check(dump.entries(), checkpoint.read(path)).ok


def test_a_chain_that_vanished_before_a_checkpoint_stays_a_break_for_ever(county, clock, tmp_path):
    make.task()
    checkpoint.write(county.region_code, tmp_path)
    path = checkpoint.path_of(county.region_code, tmp_path)
    lost = json.loads(path.read_text(encoding="utf-8"))
    lost["heads"]["task:999"] = [3, "a" * 64]
    lost["root"] = checkpoint.merkle_root({chain: tuple(head) for chain, head in lost["heads"].items()})
    path.write_text(json.dumps(lost) + "\n", encoding="utf-8")
    clock.to("2024-03-05")
    assert checkpoint.write(county.region_code, tmp_path)["heads"] == {"task:999": [0, ""]}
    broken = verify.check(dump.entries(), checkpoint.read(path)).breaks
    assert [(b.chain, b.day) for b in broken] == [("task:999", "2024-03-04")]
