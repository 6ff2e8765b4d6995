"""Writing staged rows so that every row the database refuses is known by its number and its reason."""

from collections.abc import Mapping

from psycopg2 import Error
from sqlalchemy.exc import DBAPIError

from api.transfer.reasons import Rule, reason_of
from api.transfer.stage import Stage
from layers.errors import Conflict, NotReady

_DATA_FAULTS = ("22", "23", "54", "P0")  # classes of SQLSTATE that a row's content can cause


class Writing:
    """One attempt to write many rows: in one go where all fit, else by halves until each misfit stands alone.

    fields: row number -> its values as text. rules: the table's checks by name. patience: how many misfits to
    look for before giving up, where the file is refused anyway.
    """

    def __init__(
        self,
        stage: Stage,
        edition_id: int,
        fields: Mapping[int, Mapping[str, str | None]],
        rules: Mapping[str, Rule],
        *,
        patience: int | None = None,
    ) -> None:
        self._stage, self._edition_id = stage, edition_id
        self._fields, self._rules, self._patience = fields, rules, patience
        self.faults: dict[int, str] = {}
        self.gave_up = False

    def write(self, numbers: list[int]) -> None:
        """Write these rows; afterwards `faults` has the refused ones, and the others are written.

        A row may need another of the same file, such as its parent grid, so that the refused are tried again
        until no more of them go in.
        """
        error = self._attempt(numbers)
        if error is None:
            return
        if (stuck := self._attempt([])) is not None:
            raise Conflict(f"撤销文件里没有的记录会破坏数据:{self._reason(stuck, None)}。未写入任何数据。")
        waiting = numbers
        while True:
            self.faults = {}
            self._by_halves(waiting, error)
            if self.gave_up or not self.faults or len(self.faults) == len(waiting):
                return
            waiting = sorted(self.faults)

    def _by_halves(self, numbers: list[int], error: Error | None) -> None:
        if self._patience is not None and len(self.faults) >= self._patience:
            self.gave_up = True
            return
        if error is None and (error := self._attempt(numbers)) is None:
            return
        if len(numbers) == 1:
            self.faults[numbers[0]] = self._reason(error, numbers[0])
            return
        middle = len(numbers) // 2
        self._by_halves(numbers[:middle], None)
        self._by_halves(numbers[middle:], None)

    def _attempt(self, numbers: list[int]) -> Error | None:
        connection = self._stage.connection
        savepoint = connection.begin_nested()
        try:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
            self._stage.write(numbers, self._edition_id)
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        except DBAPIError as error:
            savepoint.rollback()
            return _data_fault(error)
        savepoint.commit()
        return None

    def _reason(self, error: Error, number: int | None) -> str:
        values = self._fields.get(number, {}) if number is not None else {}
        return reason_of(error, self._stage.shape, values, self._rules)


def _data_fault(error: DBAPIError) -> Error:
    cause = error.orig
    state = getattr(cause, "pgcode", None) or ""
    if isinstance(cause, Error) and state[:2] in _DATA_FAULTS:
        return cause
    if state in ("55P03", "57014", "40P01"):
        raise NotReady("写入时等待太久或与别的写入冲突:请稍后重试,未写入任何数据。") from error
    raise error
