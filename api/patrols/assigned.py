"""For whom a patrol is handed in: a post that is there; and, by somebody who sees no more than that, one's own."""

from sqlalchemy import Connection

from api.access.reader import Reader
from api.patrols.accept import Outing, check_outing
from layers import query
from layers.errors import BadInput, NotAllowed


def check_assigned(connection: Connection, outing: Outing, device: str | None, own: Reader | None = None) -> None:
    """Raises BadInput for an outing that cannot be or a post that never was, NotAllowed for what is another's.

    own: who may hand in for nobody else; None for one who may for all. A crew or a device that is not registered is
    nobody's; a post that one's token does not name is another's.
    """
    check_outing(outing, device)
    owner = {"own_post": own.post or None if own else None, "person": own.name if own else None}
    (found,) = query.rows(
        connection, "patrol/outing_owners", None, crew=outing.crew, device=device, post_code=outing.post_code, **owner
    )
    if outing.post_code is not None and not found["post_known"]:
        raise BadInput(f"没有编码为 {outing.post_code[:80]!r} 的责任岗位:可用的见 /posts。")
    if own is None:
        return
    if own.post and outing.post_code not in (None, own.post):
        raise NotAllowed(f"{own.name} 属岗位 {own.post!r},不能替岗位 {outing.post_code[:80]!r} 上交:请改岗位或不填。")
    for name, value, mine in (("巡查组", outing.crew, found["crew_own"]), ("设备", device, found["device_own"])):
        if mine is False:
            raise NotAllowed(f"{name} {str(value)[:80]!r} 是别的巡查组的:请用本组的,或由调度员上交。")
