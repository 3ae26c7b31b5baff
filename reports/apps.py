from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "统计"

    def ready(self):
        from . import policies  # noqa: F401 - registers the policies
