from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"

    def ready(self):
        import certificates.policies
        import guide.related
        from core import registry

        from . import checks, glance, policies, querysets, services

        registry.attempt_graded.append(services.complete_after)
        guide.related.lessons.append(querysets.lessons_about)
        registry.audit.append(checks.audit)
        certificates.policies.also_visible.append(policies.certificates_of)
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
