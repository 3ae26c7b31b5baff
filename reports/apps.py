from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "统计"

    def ready(self):
        import guide.related
        from core import registry, triggers
        from notices import kinds

        from . import checks, coverage, delivering, exporting, policies, return_policies  # noqa: F401 - registers the policies
        from .models import Freeze, ReturnChange

        triggers.append_only(Freeze)
        triggers.append_only(ReturnChange)
        registry.audit.append(checks.audit)
        kinds.register(*delivering.KINDS)
        registry.retention.append(registry.Retention("导出的统计表", exporting.KEPT_DAYS, exporting.forget))

        guide.related.beside.append(coverage.questions_about)
