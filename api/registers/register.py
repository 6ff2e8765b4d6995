"""The four registers: what each holds, which body a row of it is, and whether what a row names is there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from api.answers.addresses import unaddressable
from api.answers.bodies import Body
from api.crews.bodies import CrewBody, DeviceBody
from api.duties.body import DutyBody
from api.duties.layers import layer_options
from api.registers.post_body import PostBody
from api.transfer import crew_faults, duty_faults
from api.transfer.tables import CREW, DEVICE, DUTY, POST
from api.versions.answers import columns_told
from layers.catalogue import Catalogue, Layer

__all__ = ["REGISTERS", "Register", "RegisterName", "columns_of", "faults"]

RegisterName = Literal["posts", "crews", "devices", "duties"]


class Register(NamedTuple):
    """A table that people edit, and the body by which they do.

    sheet_adds: whether a row of a sheet may be new; a device is not, for it comes with its first token.
    of_persons: whether only those who may see persons read it at all.
    """

    name: str
    layer: Layer
    body: type[Body]
    sheet_adds: bool = True
    of_persons: bool = False


REGISTERS: dict[str, Register] = {
    one.name: one
    for one in (
        Register("posts", POST, PostBody),
        Register("crews", CREW, CrewBody),
        Register("devices", DEVICE, DeviceBody, sheet_adds=False, of_persons=True),
        Register("duties", DUTY, DutyBody),
    )
}


def columns_of(connection: Connection, catalogue: Catalogue, register: Register) -> dict[str, dict[str, Any]]:
    """What the columns of a register mean; of duties with the layers that they can be about."""
    told = columns_told(connection, register.layer)
    if register.layer is DUTY:
        told["layer"]["options"] = layer_options(catalogue)
    return told


def faults(
    connection: Connection, catalogue: Catalogue, register: Register, rows: Sequence[Mapping[str, Any]]
) -> list[str | None]:
    """What is wrong with each of some rows beside the table's own rules, in one sentence without its stop, or None.

    rows: all that the table takes of each, with the day from which it is to be true.
    """
    days = [date.fromisoformat(row["valid_from"]) for row in rows]
    if not rows:
        return []
    if register.layer is DUTY:
        return duty_faults.faults(connection, catalogue, rows, days)
    found = [unaddressable(row["code"]) for row in rows]
    if register.layer.id not in crew_faults.NAMES:
        return found
    named = [row[crew_faults.NAMES[register.layer.id][0]] for row in rows]
    missing = crew_faults.faults(connection, register.layer.id, named, min(days))
    return [one or other for one, other in zip(found, missing, strict=True)]
