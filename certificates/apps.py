from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "发证"

    def ready(self):
        from core import merging, registry, triggers
        from notices import kinds

        from . import batches, checks, glance, policies, privacy, reminders  # noqa: F401 - the policy registers itself
        from .models import CertificateEvent

        kinds.register(*reminders.KINDS)
        registry.retention.append(registry.Retention("打包的证明文件", batches.KEPT_DAYS, batches.forget))
        triggers.append_only(CertificateEvent)
        registry.audit.append(checks.audit)
        registry.export_person.append(privacy.export_person)
        registry.erase_person.append(privacy.erase_person)
        registry.merge_persons.append(
            merging.MergePart(merging.hanging(("certificates.certificate", "holder")), privacy.merge_persons)
        )
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
