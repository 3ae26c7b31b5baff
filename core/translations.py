"""One catalogue for the one language of the site.

Every package brings its Chinese in a file of its own, Wagtail twice (zh and zh_Hans), and Django looks through all of them in
turn. Our own sentences are written in Chinese and stand in none, so each was looked up some forty times: a tenth of a page's work.
"""

from django.utils.translation import trans_real


def merge(language):
    """Put all catalogues of ``language`` into one, keeping their order of precedence. Called once, when the apps are ready."""
    translation = trans_real.translation(language)
    merged, found = {}, translation
    while found is not None:
        for message, text in getattr(found, "_catalog", {}).items():
            merged.setdefault(message, text)
        found = found._fallback
    catalogue = trans_real.TranslationCatalog()
    catalogue._catalogs, catalogue._plurals = [merged], [translation.plural]
    translation._catalog, translation._fallback = catalogue, None
