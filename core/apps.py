from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "工具"

    def ready(self):
        from . import audit_trail, csp, registry, translations, triggers
        from .models import AuditRecord

        translations.merge(settings.LANGUAGE_CODE)
        csp.give_choosers_their_nonce()
        triggers.append_only(AuditRecord, kept=("at", audit_trail.KEPT_DAYS))
        registry.retention.append(audit_trail.RETENTION)
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="core.triggers")

        def check_triggers():
            for table in triggers.missing():
                yield registry.Finding(
                    "triggers", f"表 {table} 的只增不改触发器不见了，请运行 manage.py migrate 装回。"
                )

        registry.audit.append(check_triggers)
