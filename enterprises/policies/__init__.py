"""Who may see and do what in the registry: one policy for each protected model, for portal, desk, admin, API, exports and tasks."""

from . import assistance, giving, imports  # noqa: F401 - their policies register themselves
from .registry import NOBODY, EnterprisePolicy, MembershipPolicy, PersonPolicy, Rights, rights_of

__all__ = ["NOBODY", "EnterprisePolicy", "MembershipPolicy", "PersonPolicy", "Rights", "rights_of"]
