from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"

    def ready(self):
        from core import registry

        from . import checks, policies, services  # noqa: F401 - registers the policies

        registry.attempt_graded.append(services.complete_after)
        registry.audit.append(checks.audit)
