"""Admin screens for rows that not everyone may see.

Registering a permission policy is not enough: Wagtail's generic index, edit, delete, inspect, history and usage views still show
every tenant's rows. Here each view a ModelViewSet makes is wrapped, and asks the model's one policy (``core.policies``).
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.admin.views.generic import DeleteView, EditView
from wagtail.admin.viewsets.model import ModelViewSet

from .policies import policy_for


class ScopedViewMixin:
    """Any generic view of one model: lists only visible rows, fetches only visible rows; the outsider gets 404.

    ``needed`` is the policy's action for views that change the row: who sees it but may not gets 403.
    """

    needed = None

    def _visible(self):
        return policy_for(self.model).visible(self.request.user)

    def get_base_queryset(self):
        rows = super().get_base_queryset()
        # The history of all rows lists log entries, not rows of the model.
        return rows.filter(pk__in=self._visible().values("pk")) if rows.model is self.model else rows

    def get_object(self, *args, **kwargs):
        row = super().get_object(*args, **kwargs)
        if not self._visible().filter(pk=row.pk).exists():
            raise Http404
        if self.needed and not policy_for(self.model).may(self.request.user, self.needed, row):
            raise PermissionDenied
        return row


class ScopedModelViewSet(ModelViewSet):
    """A ModelViewSet whose rows belong to somebody: every view goes through the policy of the model.

    People and happenings are kept out of the reference index (one query per save instead of five). Choosers and the reorder
    view are off; they would need checks of their own. Never put the owner's key into ``form_fields``.
    """

    add_to_reference_index = False
    copy_view_enabled = False
    sort_order_field = None

    def construct_view(self, view_class, **kwargs):
        needed = (
            "change" if issubclass(view_class, EditView) else "delete" if issubclass(view_class, DeleteView) else None
        )
        words = {"__module__": __name__, "needed": needed}
        scoped = type(f"Scoped{view_class.__name__}", (ScopedViewMixin, view_class), words)
        return super().construct_view(scoped, **kwargs)
