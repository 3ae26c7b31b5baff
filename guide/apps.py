from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GuideConfig(AppConfig):
    name = "guide"
    verbose_name = "指南"

    def ready(self):
        from core.page_cache import forget_pages

        from .models import GlossaryTerm

        # An explanation of a word stands on any page: change one and every stored page is old.
        for signal in (post_save, post_delete):
            signal.connect(forget_pages, sender=GlossaryTerm, dispatch_uid=f"guide.words.{id(signal)}")
