from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "培训"

    def ready(self):
        import certificates.policies
        from core import registry, triggers

        from . import checks, glance, policies
        from .models import RegistrationChange, RoundChange, Scan

        for model in (RoundChange, RegistrationChange, Scan):
            triggers.append_only(model)
        registry.audit.append(checks.audit)
        certificates.policies.also_visible.append(policies.certificates_of)
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
