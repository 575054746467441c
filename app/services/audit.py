"""The audit trail as its readers see it: the administrator all of it, an instructor their own deeds and their courses'."""

from app.persistence import audit
from app.persistence.audit import Action as Action
from app.persistence.audit import AuditLine as AuditLine
from app.persistence.database import Database
from app.security.principals import Principal, is_instructor
from app.services.refusals import NotAllowed


def read_trail(
    database: Database, principal: Principal, limit: int, before_id: int | None = None, action: Action | None = None
) -> list[AuditLine]:
    """The newest lines first, of one kind if given. Raises NotAllowed."""
    if not is_instructor(principal):
        raise NotAllowed("Only instructors may read the audit trail.")
    everything = principal.role == "administrator"
    with database.read() as connection:
        return audit.read_lines(connection, None if everything else principal.account_id, limit, before_id, action)
