from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "企业和人员"

    def ready(self):
        from core import registry
        from core.merging import MergePart

        from . import (  # noqa: F401 - the policies register themselves
            appointing,
            capacities,
            desk_codes,
            merging,
            policies,
            privacy,
            services,
        )

        registry.merge_persons.append(MergePart(merging.person_preview, merging.move_person))
        registry.merge_enterprises.append(MergePart(merging.enterprise_preview, merging.move_enterprise))
        registry.phone_verified += [services.link_person, appointing.link_waiting]
        registry.user_of_listed_phone.append(desk_codes.user_of_listed_phone)
        registry.staff_roles.append(capacities.is_staff)
        registry.capacity_of.append(capacities.capacity)
        registry.export_person.append(privacy.export_person)
        registry.erase_person.append(privacy.erase_person)
        registry.retention.append(
            registry.Retention("导入的文件", privacy.IMPORT_FILE_DAYS, privacy.forget_import_files)
        )
