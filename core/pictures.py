"""The only files under MEDIA_ROOT that have an address by their name: pictures of the CMS.

Everything else there (evidence, certificates, imports, exports, proofs) is read through the view of its own app, which asks who
may. A name is looked up as a row and never joined to a path, so what is no picture of the CMS is not there at all.
"""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction
from wagtail.permissions import policy_registry

A_MONTH = 30 * 24 * 3600


@require_safe
def rendition(request, name):
    """A picture as pages show it, for anyone; 404 when its collection, or one above it, is not for everyone."""
    model = get_image_model().get_rendition_model()
    row = get_object_or_404(model.objects.select_related("image__collection"), file=f"images/{name}")
    if CollectionViewRestriction.objects.filter(
        collection__in=row.image.collection.get_ancestors(inclusive=True)
    ).exists():
        raise Http404
    answer = FileResponse(_open(row.file))
    # The name changes with the file, the cut and the focal point.
    patch_cache_control(answer, public=True, max_age=A_MONTH, immutable=True)
    return answer


@require_safe
def original(request, name):
    """A picture as it was uploaded, place and device included: for the editors who may choose or change it."""
    if not request.user.is_authenticated:
        raise Http404
    policy = policy_registry.get_by_type(get_image_model())
    mine = policy.instances_user_has_any_permission_for(request.user, ["choose", "change", "delete"])
    row = get_object_or_404(mine, file=f"original_images/{name}")
    answer = FileResponse(_open(row.file))
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def _open(stored):
    try:
        return stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
