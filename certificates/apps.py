from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "发证"

    def ready(self):
        from core import merging, registry, triggers

        from . import checks, glance, policies, services  # noqa: F401 - the policy registers itself
        from .models import CertificateEvent

        triggers.append_only(CertificateEvent)
        registry.audit.append(checks.audit)
        registry.export_person.append(services.export_person)
        registry.erase_person.append(services.erase_person)
        registry.merge_persons.append(
            merging.MergePart(merging.hanging(("certificates.certificate", "holder")), services.merge_persons)
        )
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
