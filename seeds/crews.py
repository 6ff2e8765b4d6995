"""The crews whose patrols the tracks are, and the devices that they carry."""

from typing import NamedTuple

from seeds.patrols import CREWS

__all__ = ["CrewHeld", "DeviceHeld", "crews", "devices"]


class CrewHeld(NamedTuple):
    """A crew as its table has it. Nobody is named a member; a crew that goes out for several posts belongs to none."""

    code: str
    name: str
    mode: str
    post_code: str | None


class DeviceHeld(NamedTuple):
    """A device as its table has it. datum: what it says that its positions are in."""

    code: str
    crew_code: str
    datum: str


def crews(scale: int = 1) -> list[CrewHeld]:
    """Every crew that goes out in `seeds.tracks` of that scale."""
    return [
        CrewHeld(crew.code(copy), crew.called(copy), crew.mode, crew.post) for crew in CREWS for copy in range(scale)
    ]


def devices(scale: int = 1) -> list[DeviceHeld]:
    """Every device that sends in `seeds.tracks` of that scale; how wrong it is it tells with each position, or not."""
    return [
        DeviceHeld(crew.device(copy, number), crew.code(copy), datum)
        for crew in CREWS
        for copy in range(scale)
        for number, datum in enumerate(crew.datums)
    ]
