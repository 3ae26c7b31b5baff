"""An editor who picks a block sees what it will look like."""

import pytest

from core.blocks import ProseStream, SectionBlock, StepsBlock
from courses.blocks import LessonStream
from guide.blocks import ClauseParts

pytestmark = pytest.mark.one_engine

BLOCKS = [
    *ProseStream().child_blocks.values(),
    *LessonStream().child_blocks.values(),
    *(block for name, block in ClauseParts().child_blocks.items() if name != "edition"),
    SectionBlock(),
    StepsBlock(),
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_every_block_has_a_preview_and_says_what_it_is_for(db, block):
    assert block.is_previewable
    assert str(block.get_description())
    html = block.render(block.get_preview_value())
    assert len(html.strip()) > 20


def test_the_preview_wears_the_sites_clothes(guide, editor):
    block = ClauseParts().child_blocks["minute"]
    answer = editor.get("/admin/block-preview/", {"id": block.definition_prefix})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "css/guide" in html
    assert "三个数要对得上" in html
