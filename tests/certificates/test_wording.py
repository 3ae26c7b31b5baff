"""What a certificate must not say."""

import pytest
from django.core.exceptions import ValidationError

from certificates import services, wording
from certificates.models import CertificateTemplate
from core.exceptions import DomainError

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("培训合格证明", "title", []),
        ("全国质量管理人员职业资格证书", "title", ["职业资格", "全国"]),
        ("中 国 培训", "title", ["中国"]),
        ("中华人民共和国培训证明", "title", ["中华人民共和国"]),
        ("岗位合格凭证", "title", ["岗位合格"]),
        ("国家标准GB/T 19001—2016", "basis", []),
        ("国家标准GB/T 19001—2016", "title", ["国家"]),
        ("国家级标准", "basis", ["国家"]),
        ("不作为质量管理体系认证或职业资格的证明", "statement", []),
        ("可作为职业资格的证明", "statement", ["职业资格"]),
    ],
)
def test_forbidden(text, place, found):
    assert sorted(wording.forbidden(text, place)) == sorted(found)


def test_a_template_is_refused_with_the_place_named(db):
    template = services.ensure_template("round")
    template.pk, template.version = None, 2
    template.citation = "全国通用，特发此证明。"
    template.basis = "国家标准 GB/T 19001—2016"
    with pytest.raises(ValidationError) as refused:
        template.full_clean()
    assert set(refused.value.message_dict) == {"citation"}
    assert "证明语" in refused.value.message_dict["citation"][0]
    assert "“全国”" in refused.value.message_dict["citation"][0]


def test_the_standard_templates_pass_their_own_rule(db):
    for template in CertificateTemplate.objects.all():
        template.full_clean()
    assert set(CertificateTemplate.objects.values_list("key", flat=True)) == {"round", "course"}


def test_ensure_template_makes_one_once(db):
    row = services.ensure_template("special", citation="讲课十次，特发此证明。", validity_years=None)
    assert services.ensure_template("special") == row


def test_a_course_title_is_checked_at_issue(issue):
    with pytest.raises(DomainError) as refused:
        issue(course_title="全国内审员职业资格培训")
    assert refused.value.code == "certificate.forbidden"
    assert "培训项目" in refused.value.sentence
