"""The columns of a register's sheet: those that people write, and the version that each row was read from."""

from sqlalchemy import Connection

from api.registers.register import Register
from api.transfer.columns import Column, Shape, aliases_of, shape_of

__all__ = ["VERSION", "sheet_shape"]

VERSION = Column("version", "text", "依据版本(请勿改)", "Version it was read from; leave as it is")


def sheet_shape(connection: Connection, register: Register) -> Shape:
    """What a sheet of the register holds: its body's fields in the order of the table, and the version last.

    Where a row came from is the platform's to say: what is written by hand counts as real data.
    """
    stored = shape_of(connection, register.layer, aliases_of(register.layer))
    written = {"code", *register.body.model_fields}
    return Shape((*(column for column in stored.fields if column.name in written), VERSION), frozenset())
