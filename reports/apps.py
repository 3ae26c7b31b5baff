from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "统计"

    def ready(self):
        import guide.related

        from . import coverage, policies  # noqa: F401 - registers the policies

        guide.related.beside.append(coverage.questions_about)
