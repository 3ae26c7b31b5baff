from django.db import migrations

WORDS = {
    "auditor": "内审员",
    "auditor-case": "内审员案例",
    "top": "老板的质量课",
    "middle": "把体系跑起来",
    "frontline": "干好每一件",
    "starter": "入门题",
}


def to_words(apps, schema_editor):
    """The shipped questions named their topic by a key, which every screen and file showed: now by the words people use.

    Blueprints name topics too, hand-made ones among them: loading the content again would not reach those.
    """
    for key, words in WORDS.items():
        for model in ("Question", "BankImport"):
            apps.get_model("quizzes", model).objects.filter(topic=key).update(topic=words)
    for quiz in apps.get_model("quizzes", "Quiz").objects.all():
        rows = [{**row, "topic": _words(row["topic"])} if row.get("topic") else row for row in quiz.blueprint]
        if rows != quiz.blueprint:
            quiz.blueprint = rows
            quiz.save(update_fields=["blueprint"])


def _words(topic):
    return [WORDS.get(one, one) for one in topic] if isinstance(topic, list) else WORDS.get(topic, topic)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0007_answers_overtaken")]

    operations = [migrations.RunPython(to_words, migrations.RunPython.noop, elidable=True)]
