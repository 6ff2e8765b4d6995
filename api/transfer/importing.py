"""Bringing a file into a layer: all of its rows or none, in one transaction, with a report of what became of each."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from api.holding import ask_to_mix
from api.transfer.batch import Batch, Wishes, check_wishes, note_validity, prepare
from api.transfer.columns import Shape, aliases_of, shape_of
from api.transfer.declared import different
from api.transfer.edition import Edition, check_edition
from api.transfer.faults import kept, note
from api.transfer.follow import follow
from api.transfer.keyed import check_keyed, question, unanswered, unknown
from api.transfer.missing import find_missing
from api.transfer.reaches import fold
from api.transfer.reasons import Rule, broken_rule
from api.transfer.report import Cell, Reject, Report
from api.transfer.source import Source, column_of, filtered
from api.transfer.stage import Stage, Step
from api.transfer.statement import run, table_of
from api.transfer.tables import file_shape, findings, from_table, row_faults
from api.transfer.writing import Writing
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import Bounds
from layers.errors import BadInput, Conflict

WITHDRAWN_SHARE = 0.2
"""More than this share of a layer is not withdrawn without asking: a wrong file looks just like that."""
_PATIENCE = 50
Ask = Callable[[str], bool]


@dataclass(frozen=True)
class Manner:
    """How an import goes about it.

    ask: answers a question that stands in the way, by default with no. step: told of staged rows. tell: told what is
    being done now. list_changes: is given every cell that changes, before anything is asked or written.
    declared: the column of the file with areas in m², which are held against the shapes.
    """

    wishes: Wishes = field(default_factory=Wishes)
    where: tuple[str, ...] = ()
    edition: Edition = field(default_factory=Edition)
    skip_bad: bool = False
    dry_run: bool = False
    ask: Ask = lambda question: False
    step: Step = lambda count: None
    tell: Callable[[str], None] = lambda doing: None
    list_changes: Callable[[Iterable[Cell]], None] | None = None
    declared: str | None = None


def import_source(connection: Connection, catalogue: Catalogue, layer: Layer, source: Source, manner: Manner) -> Report:
    """Bring a file's rows into a layer, inside the caller's transaction; the report says whether anything was written.

    Raises BadInput or Conflict where the file as a whole cannot be taken; then, too, nothing is written.
    """
    if layer.derived and not from_table(layer):
        raise BadInput(f"图层 {layer.id}({layer.title.zh})由平台推算,不能导入:请导入它所依据的图层。")
    check_edition(layer, manner.edition)
    query.execute(connection, "deployment/transfer_turn", table=layer.table)
    savepoint = connection.begin_nested()
    try:
        report = _Import(connection, catalogue, layer, manner).run(source)
    except BaseException:
        savepoint.rollback()
        raise
    if report.applied:
        savepoint.commit()
    else:
        savepoint.rollback()
    return report


class _Import:
    """One import under way: staged, planned, written, counted."""

    def __init__(self, connection: Connection, catalogue: Catalogue, layer: Layer, manner: Manner) -> None:
        self.connection, self.catalogue, self.layer, self.manner = connection, catalogue, layer, manner
        facts = query.rows(connection, "deployment/transfer_deployment")[0]
        self.bounds = Bounds(*facts["bounds"])
        self.today: date = facts["today"]
        self.as_of = manner.edition.valid_from or self.today

    def run(self, source: Source) -> Report:
        """Everything up to, and without, keeping it."""
        source = filtered(source, list(self.manner.where))
        batch, stage = self._staged(source)
        report = self._begun(source, batch)
        report.findings += self._declared(source, batch)
        self.manner.tell("与现有数据比较")
        actions = stage.plan()
        self._note_missing(report, batch)
        faults = self._broken(stage, batch) | (unknown(actions, _codes(batch), self.as_of) if self.keyed else {})
        self._tell_changes(stage, report, faults)
        changed = [number for number, action in actions.items() if action != "keep" and number not in faults]
        if changed or report.withdrawn:
            self._ask_to_mix(report)
            if self.keyed:
                self._ask_to_update(report, len(changed), doomed=bool(report.rejects or faults))
            faults |= self._written(stage, batch, source, report, changed, faults)
        codes = _codes(batch)
        report.rejects += [Reject(number, codes.get(number), reason) for number, reason in faults.items()]
        report.rejects.sort()
        taken = Counter(action for number, action in actions.items() if number not in faults)
        return self._closed(source, report, taken)

    def _tell_changes(self, stage: Stage, report: Report, refused: Iterable[int]) -> None:
        altered = stage.altered(refused)
        report.alterations = [change.told(*stage.words(name)) for name, change in altered.items()]
        if self.manner.list_changes:
            self.manner.list_changes(stage.altered_cells(refused))
        elif any(change.kinds > len(change.steps) for change in altered.values()):
            report.alterations.append("改动未一一列出:加 --changes 文件.csv 逐格写出")

    def _staged(self, source: Source) -> tuple[Batch, Stage]:
        aliases = aliases_of(self.layer)
        stored = shape_of(self.connection, self.layer, aliases)
        shape = file_shape(self.layer, stored)
        wishes = replace(self.manner.wishes, own_dates=self.manner.edition.valid_from is None)
        if self._is_keyed(source, shape):
            shape = replace(shape, kinds=frozenset())
            source = replace(source, notes=(*source.notes, "文件没有图形:按编码更新已有的记录,图形不变"))
        check_wishes(wishes, shape)
        batch = prepare(source, shape, aliases.columns, wishes, self.bounds)
        note_validity(batch, self.as_of)
        note(batch.faults, row_faults(self.connection, self.catalogue, self.layer, batch, self.as_of))
        replacing = self.manner.edition.replace
        if shape.repeats:
            batch = fold(self.connection, batch, self.as_of, replacing=replacing)
        stored = replace(stored, kinds=shape.kinds)
        stage = Stage(self.connection, self.layer, stored, tuple(batch.fields), self.as_of, replacing)
        stage.load(batch, self.manner.step)
        return batch, stage

    def _is_keyed(self, source: Source, shape: Shape) -> bool:
        self.keyed = source.shapeless and bool(shape.kinds)
        if self.keyed:
            check_keyed(source, self.manner.edition)
        return self.keyed

    def _begun(self, source: Source, batch: Batch) -> Report:
        codes = _codes(batch)
        bad = {int(number): str(fault) for number, fault in zip(batch.numbers, batch.faults, strict=True) if fault}
        return Report(
            layer=f"{self.layer.title.zh} {self.layer.id}",
            source=source.name,
            read=len(batch),
            rejects=[Reject(number, codes.get(number), fault) for number, fault in bad.items()],
            repairs=batch.repairs,
            notes=batch.notes,
            matched=batch.matched,
            ignored=batch.ignored,
            edition=self.manner.edition.name or source.name,
            findings=self._not_yet(),
            dry_run=self.manner.dry_run,
        )

    def _declared(self, source: Source, batch: Batch) -> list[str]:
        column = self.manner.declared
        if column is None or len(batch) != len(source):
            return []
        metric = query.rows(self.connection, "deployment/deployment_facts")[0]["metric_crs"]
        shapes = kept(batch.geometries, batch.faults)
        return different(column, column_of(source, column), shapes, batch.fields["code"], metric)

    def _not_yet(self) -> list[str]:
        if self.as_of <= self.today:
            return []
        return [f"提醒:生效日期 {self.as_of} 在今天之后,到那天才在地图上看到;若是笔误,请改 --valid-from。"]

    def _note_missing(self, report: Report, batch: Batch) -> None:
        """Find the stored rows that the file lacks, and count them as withdrawn. Raises Conflict for too many."""
        codes = _codes(batch)
        refused = [codes[int(number)] for number in batch.numbers[~batch.good] if int(number) in codes]
        missing = find_missing(self.connection, self.layer, self.manner.edition, self.as_of, self.bounds, refused)
        report.withdrawn = missing.rows
        self._ask_to_withdraw(report, missing.standing)

    def _ask_to_withdraw(self, report: Report, standing: int) -> None:
        missing = report.withdrawn
        if missing <= WITHDRAWN_SHARE * standing:
            return
        question = f"文件里没有的记录有 {missing} 条,占现有 {standing} 条的 {missing / standing:.0%}(超过 20%)"
        if self.manner.dry_run:
            report.findings.append(f"提醒:{question},真正导入时须加 --yes 确认。")
            return
        if not self.manner.ask(f"{question},确定从 {self.as_of} 起撤销它们?"):
            raise Conflict(f"{question}:若文件确实完整,请加 --yes;若只涉及一部分,请用 --within。未写入任何数据。")

    def _ask_to_mix(self, report: Report) -> None:
        reminder = ask_to_mix(self.connection, self.catalogue, self.manner.ask, dry_run=self.manner.dry_run)
        report.findings += [reminder] if reminder else []

    def _ask_to_update(self, report: Report, rows: int, *, doomed: bool) -> None:
        refused = doomed and not self.manner.skip_bad
        if not (self.manner.dry_run or refused or self.manner.ask(question(report.alterations, rows))):
            raise unanswered(report.alterations, rows)

    def _broken(self, stage: Stage, batch: Batch) -> dict[int, str]:
        broken = stage.broken()
        fields, rules = _fields(batch, set(broken)), self._rules()
        return {number: broken_rule(rule, stage.shape, fields[number], rules) for number, rule in broken.items()}

    def _rules(self) -> dict[str, Rule]:
        checks = query.rows(self.connection, "deployment/transfer_checks", table=self.layer.table)
        return {check["name"]: Rule(check["expression"], check["told"]) for check in checks}

    def _written(
        self, stage: Stage, batch: Batch, source: Source, report: Report, numbers: list[int], faults: dict[int, str]
    ) -> dict[int, str]:
        """Write, and answer the rows that the database refused."""
        edition_id = self._registered(source, report)
        if report.withdrawn:
            run(self.connection, "withdraw", {"table": table_of(self.layer.table)}, as_of=self.as_of)
        doomed = bool(report.rejects or faults) and not self.manner.skip_bad
        patience = None if self.manner.skip_bad else _PATIENCE
        writing = Writing(stage, edition_id, _fields(batch, set(numbers)), self._rules(), patience=patience)
        self.manner.tell(f"写入 {len(numbers):,} 行")
        writing.write(numbers)
        if writing.gave_up:
            report.findings.append(f"数据库拒绝的行超过 {_PATIENCE} 条,其余未逐一查找。")
        if not doomed and (self.manner.skip_bad or not writing.faults):
            good = [number for number in numbers if number not in writing.faults]
            self.manner.tell("更新由它推算的内容")
            codes = query.rows(self.connection, "deployment/transfer_touched", numbers=good)
            report.findings += follow(self.connection, self.layer, [row["code"] for row in codes])
        self._edition_id = edition_id
        return writing.faults

    def _registered(self, source: Source, report: Report) -> int:
        edition_id = query.value(
            self.connection,
            "deployment/transfer_edition",
            layer=self.layer.id,
            name=report.edition,
            valid_from=self.as_of,
            source=f"{source.name}({source.attribution})" if source.attribution else source.name,
            sha256=source.sha256,
        )
        return int(edition_id)

    def _confirms(self, report: Report) -> bool:
        """Whether the file is a new edition of the layer in which every row is as it was."""
        if not (self.manner.edition.replace and report.unchanged):
            return False
        known = "deployment/transfer_edition_known"
        return not query.value(self.connection, known, layer=self.layer.id, name=report.edition, valid_from=self.as_of)

    def _closed(self, source: Source, report: Report, actions: Counter[str]) -> Report:
        report.inserted, report.unchanged = actions["insert"], actions["keep"]
        report.updated = actions["update"] + actions["succeed"]
        report.refused = bool(report.rejects) and not self.manner.skip_bad
        kept = not report.refused and not report.dry_run
        if kept and not report.changes and self._confirms(report):
            self._edition_id = self._registered(source, report)
            report.confirmed = True
        report.applied = kept and (report.changes > 0 or report.confirmed)
        if not report.refused:
            report.findings += findings(self.connection, self.layer, self.as_of)
        if report.applied:
            query.execute(
                self.connection,
                "deployment/transfer_edition_counts",
                edition_id=self._edition_id,
                read=report.read,
                inserted=report.inserted,
                updated=report.updated,
                unchanged=report.unchanged,
                withdrawn=report.withdrawn,
                rejected=report.rejected,
            )
            query.execute(self.connection, "deployment/gather_statistics")
        return report


def _codes(batch: Batch) -> dict[int, str]:
    codes = batch.fields["code"]
    return {int(number): code for number, code in zip(batch.numbers, codes, strict=True) if code is not None}


def _fields(batch: Batch, numbers: set[int]) -> dict[int, dict[str, str | None]]:
    """The values of some rows by number, as messages about them need them."""
    places = {int(number): place for place, number in enumerate(batch.numbers) if int(number) in numbers}
    return {number: {name: values[place] for name, values in batch.fields.items()} for number, place in places.items()}
