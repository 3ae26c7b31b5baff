from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"

    def ready(self):
        import certificates.policies
        from core import registry

        from . import checks, policies, services

        registry.attempt_graded.append(services.complete_after)
        registry.audit.append(checks.audit)
        certificates.policies.also_visible.append(policies.certificates_of)
