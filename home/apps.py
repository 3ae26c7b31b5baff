from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "首页"

    def ready(self):
        from wagtail.models import PageViewRestriction, Site, get_page_models
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from core.page_cache import forget_pages

        from .models import SiteSettings

        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(forget_pages, dispatch_uid="home.pages")
        # Never without a sender: a listener for all models would make every delete in the database a slow one.
        for model in get_page_models():
            post_delete.connect(forget_pages, sender=model, dispatch_uid=f"home.deleted.{model.__name__}")
        for model in (Site, SiteSettings, PageViewRestriction):
            post_save.connect(forget_pages, sender=model, dispatch_uid=f"home.{model.__name__}")
            post_delete.connect(forget_pages, sender=model, dispatch_uid=f"home.deleted.{model.__name__}")
