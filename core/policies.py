"""Fetching authorises: one policy per protected model decides for portal, admin, API, exports and tasks alike."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

_policies = {}


class Policy:
    """Which rows of ``model`` a user sees, and what they may do with one. Subclasses override ``visible`` and ``may``."""

    model = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.model is not None:
            _policies[cls.model] = cls()

    def visible(self, user):
        """The rows this user may know to exist."""
        return self.model._default_manager.none()

    def may(self, user, action, row):
        """Whether the user may do ``action`` ("change", "close" …) with a row they see."""
        return False

    def get(self, user, action=None, /, **lookup):
        """One visible row. Http404 for the outsider, PermissionDenied for who sees it but may not do ``action``."""
        try:
            row = self.visible(user).get(**lookup)
        except (self.model.DoesNotExist, ValueError):
            raise Http404 from None
        if action and not self.may(user, action, row):
            raise PermissionDenied
        return row


def policy_for(model):
    """The policy of a protected model; KeyError when it has none (then it must not be shown at all)."""
    return _policies[model]
