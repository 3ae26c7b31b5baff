"""Who may come in at all, before a row is looked for."""

from ..policies import rights_of
from .staff import StaffView


class RegistryView(StaffView):
    """A screen of the registry at the 工作台: city and district staff. Everybody else sees 404, organisers too."""

    def is_welcome(self, user):
        return rights_of(user).registry
