from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "企业和人员"

    def ready(self):
        from core import registry
        from core.merging import MergePart

        from . import (  # noqa: F401 - registers the policies
            appointing,
            merging,
            policies,
            policies_desk,
            policies_imports,
            services,
        )

        registry.phone_verified += [services.link_person, appointing.link_waiting]
        registry.merge_persons.append(MergePart(merging.person_preview, merging.move_person))
        registry.merge_enterprises.append(MergePart(merging.enterprise_preview, merging.move_enterprise))
