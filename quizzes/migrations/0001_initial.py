import core.clock
import django.core.validators
import django.db.models.deletion
import quizzes.models.bank
import quizzes.models.printing
import quizzes.models.upkeep
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('file', models.FileField(max_length=120, upload_to=quizzes.models.bank.picture_path, verbose_name='图片')),
            ],
            options={
                'verbose_name': '题图',
                'verbose_name_plural': '题图',
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True, verbose_name='题号')),
                ('topic', models.CharField(db_index=True, max_length=60, verbose_name='主题')),
                ('lesson', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='课时')),
                ('clause', models.CharField(blank=True, max_length=20, verbose_name='条款')),
                ('layer', models.CharField(blank=True, choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], max_length=10, verbose_name='层级')),
                ('difficulty', models.PositiveSmallIntegerField(choices=[(1, '易'), (2, '中'), (3, '难')], default=1, verbose_name='难度')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('approved', '可用'), ('retired', '停用')], default='draft', max_length=10, verbose_name='状态')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='出处')),
            ],
            options={
                'verbose_name': '试题',
                'verbose_name_plural': '试题',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('context', models.CharField(db_index=True, max_length=80, verbose_name='为什么考')),
                ('number', models.PositiveIntegerField(verbose_name='第几次')),
                ('seed', models.BigIntegerField(verbose_name='抽题种子')),
                ('paper', models.JSONField(verbose_name='卷面')),
                ('key', models.JSONField(verbose_name='判分依据')),
                ('pass_percent', models.PositiveSmallIntegerField(verbose_name='合格线（%）')),
                ('floors', models.JSONField(default=dict, verbose_name='单项合格线')),
                ('state', models.CharField(choices=[('in_progress', '作答中'), ('submitted', '已交卷'), ('marking', '待阅卷'), ('graded', '已判分'), ('expired', '超时作废')], default='in_progress', max_length=12, verbose_name='状态')),
                ('started_at', models.DateTimeField(verbose_name='开始')),
                ('due_at', models.DateTimeField(null=True, verbose_name='截止')),
                ('ends_at', models.DateTimeField(help_text='截止加上收尾时间：过了什么都不收', null=True, verbose_name='收卷')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='交卷')),
                ('graded_at', models.DateTimeField(null=True, verbose_name='判分')),
                ('score', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='得分')),
                ('max_score', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='满分')),
                ('passed', models.BooleanField(null=True, verbose_name='通过')),
                ('marks', models.JSONField(null=True, verbose_name='每题得分')),
                ('flags', models.JSONField(default=list, verbose_name='做了记号的题')),
                ('left_count', models.PositiveSmallIntegerField(default=0, verbose_name='离开过几次')),
                ('left_seconds', models.PositiveIntegerField(default=0, verbose_name='离开了多少秒')),
                ('writer', models.CharField(blank=True, max_length=32, verbose_name='在哪台设备上答')),
                ('return_url', models.CharField(blank=True, max_length=300, verbose_name='考完回到')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='enterprises.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '答卷',
                'verbose_name_plural': '答卷',
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='BankImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('sheet', 'Excel 表格'), ('gift', 'Moodle GIFT'), ('moodle', 'Moodle XML')], max_length=6, verbose_name='格式')),
                ('file', models.FileField(blank=True, upload_to=quizzes.models.upkeep.bank_file_path, verbose_name='文件')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('topic', models.CharField(blank=True, max_length=60, verbose_name='没写知识点的归到')),
                ('approve', models.BooleanField(default=False, verbose_name='导入以后直接可用')),
                ('uploaded_at', models.DateTimeField(default=core.clock.now, verbose_name='上传时间')),
                ('counts', models.JSONField(default=dict, verbose_name='结果')),
                ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='写入时间')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '题库导入',
                'verbose_name_plural': '题库导入',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='第几题')),
                ('role', models.CharField(choices=[('first', '一评'), ('second', '二评'), ('final', '仲裁'), ('appeal', '复核')], max_length=6, verbose_name='第几评')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='给分')),
                ('shares', models.JSONField(blank=True, default=list, verbose_name='各要点给分')),
                ('comment', models.CharField(blank=True, max_length=500, verbose_name='评语')),
                ('second_wanted', models.BooleanField(default=False, help_text='一评时按试卷当时的抽样定下，以后改试卷不影响', verbose_name='要二评')),
                ('gap', models.DecimalField(decimal_places=2, default=0, help_text='一评时定下', max_digits=6, verbose_name='两人给分最多差几分')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_marks', to='quizzes.attempt')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '阅卷给分',
                'verbose_name_plural': '阅卷给分',
                'ordering': ['attempt_id', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='第几题')),
                ('role', models.CharField(choices=[('first', '一评'), ('second', '二评'), ('final', '仲裁'), ('appeal', '复核')], max_length=6, verbose_name='第几评')),
                ('claimed_at', models.DateTimeField(verbose_name='领取')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='quizzes.attempt')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mark', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='quizzes.mark')),
            ],
            options={
                'verbose_name': '阅卷领取',
                'verbose_name_plural': '阅卷领取',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PrintedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('context', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='为什么印')),
                ('heading', models.CharField(blank=True, max_length=120, verbose_name='印在标题下面')),
                ('code', models.CharField(default=quizzes.models.printing.new_code, max_length=8, unique=True, verbose_name='卷号')),
                ('seed', models.BigIntegerField(verbose_name='抽题种子')),
                ('paper', models.JSONField(verbose_name='卷面')),
                ('key', models.JSONField(verbose_name='判分依据')),
                ('pass_percent', models.PositiveSmallIntegerField(verbose_name='合格线（%）')),
                ('floors', models.JSONField(default=dict, verbose_name='单项合格线')),
                ('minutes', models.PositiveSmallIntegerField(null=True, verbose_name='限时（分钟）')),
                ('max_score', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='满分')),
                ('made_at', models.DateTimeField(verbose_name='出卷')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '纸卷',
                'verbose_name_plural': '纸卷',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='printed',
            field=models.ForeignKey(help_text='空 = 在网上考的', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='quizzes.printedpaper', verbose_name='纸卷'),
        ),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('right_in_a_row', models.PositiveSmallIntegerField(default=0, verbose_name='连着答对几次')),
                ('last_at', models.DateTimeField(verbose_name='上次练习')),
                ('nonce', models.CharField(blank=True, max_length=40)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.person')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quizzes.question')),
            ],
            options={
                'verbose_name': '错题练习',
                'verbose_name_plural': '错题练习',
                'ordering': ['person_id', 'question_id'],
            },
        ),
        migrations.CreateModel(
            name='QuestionRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='版次')),
                ('kind', models.CharField(choices=[('single', '单选'), ('multiple', '多选'), ('true_false', '判断'), ('fill', '填空'), ('numeric', '数值'), ('matching', '匹配'), ('ordering', '排序'), ('short', '简答'), ('case', '案例')], max_length=12, verbose_name='题型')),
                ('stem', models.TextField(verbose_name='题干')),
                ('options', models.JSONField(blank=True, default=list, verbose_name='选项')),
                ('answer', models.JSONField(verbose_name='答案')),
                ('explanation', models.TextField(blank=True, verbose_name='解析')),
                ('picture_alt', models.CharField(blank=True, help_text='看不到图的人也要能答题', max_length=300, verbose_name='题图的文字说明')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('author', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='quizzes.picture', verbose_name='题图')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='quizzes.question')),
            ],
            options={
                'verbose_name': '试题版次',
                'verbose_name_plural': '试题版次',
                'ordering': ['question_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='代号')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('pass_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='合格线（%）')),
                ('floors', models.JSONField(blank=True, default=dict, help_text='某种题型自己的合格线，比如案例题至少 60%', verbose_name='单项合格线')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='空 = 不限时', null=True, verbose_name='限时（分钟）')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='什么时候开始能考')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='什么时候关闭')),
                ('attempts_allowed', models.PositiveSmallIntegerField(default=0, help_text='0 = 不限次', verbose_name='最多考几次')),
                ('wait_minutes', models.PositiveIntegerField(default=0, verbose_name='两次之间隔多久（分钟）')),
                ('blueprint', models.JSONField(verbose_name='抽题办法')),
                ('shuffle_questions', models.BooleanField(default=True, verbose_name='题目打乱')),
                ('shuffle_options', models.BooleanField(default=True, verbose_name='选项打乱')),
                ('part_marks', models.BooleanField(default=False, help_text='多选漏选、填空、匹配、排序按对的部分给分；多选有错选不得分', verbose_name='部分答对给部分分')),
                ('layout', models.CharField(choices=[('one', '一页一题'), ('all', '全部题目在一页')], default='one', max_length=4, verbose_name='版面')),
                ('review', models.CharField(choices=[('after_submit', '交卷后就能看'), ('after_pass', '通过后才能看'), ('after_close', '考试关闭后才能看'), ('never', '不公布')], default='after_submit', max_length=12, verbose_name='看答案')),
                ('review_shows', models.CharField(choices=[('all', '每题对错、正确答案和解析'), ('marks', '只有每题得分')], default='all', max_length=8, verbose_name='看到什么')),
                ('late_policy', models.CharField(choices=[('submit', '时间到就收卷，按已保存的判分'), ('grace', '时间到后再给几分钟收尾，过了就收卷'), ('abandon', '时间到没交卷就作废')], default='submit', max_length=8, verbose_name='超时')),
                ('grace_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='收尾时间（分钟）')),
                ('second_percent', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='多少答卷要两人阅（%）')),
                ('second_gap_percent', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='两人给分最多差多少（占本题 %）')),
            ],
            options={
                'verbose_name': '试卷',
                'verbose_name_plural': '试卷',
                'ordering': ['key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('pass_percent__lte', 100)), name='quiz_pass_percent'), models.CheckConstraint(condition=models.Q(('minutes', None), ('minutes__gt', 0), _connector='OR'), name='quiz_minutes'), models.CheckConstraint(condition=models.Q(('opens_at', None), ('closes_at', None), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='quiz_opens_before_it_closes')],
            },
        ),
        migrations.AddField(
            model_name='printedpaper',
            name='quiz',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='printed', to='quizzes.quiz', verbose_name='试卷'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='quiz',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='quizzes.quiz', verbose_name='试卷'),
        ),
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', '正在算'), ('done', '算好了')], default='running', max_length=7)),
                ('made_at', models.DateTimeField(verbose_name='算的时间')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='多少份答卷')),
                ('done', models.PositiveIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='analyses', to='quizzes.quiz')),
            ],
            options={
                'verbose_name': '试卷分析',
                'verbose_name_plural': '试卷分析',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('context', models.CharField(blank=True, help_text='空 = 这套卷子的每一次考试', max_length=80, verbose_name='为什么考')),
                ('extra_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='多给几分钟')),
                ('extra_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='多给几次')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('made_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.person', verbose_name='人员')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allowances', to='quizzes.quiz', verbose_name='试卷')),
            ],
            options={
                'verbose_name': '照顾',
                'verbose_name_plural': '照顾',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Regrade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('also', '这些答案也算对'), ('key', '正确答案改成这个'), ('full', '这道题人人满分')], max_length=4, verbose_name='怎么改')),
                ('answer', models.JSONField(help_text='和题库里的写法一样', null=True, verbose_name='答案')),
                ('reason', models.CharField(max_length=500, verbose_name='为什么')),
                ('state', models.CharField(choices=[('checking', '正在试算'), ('checked', '试算好了，还没有改'), ('applying', '正在改分'), ('done', '改好了')], default='checking', max_length=8, verbose_name='状态')),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('rows', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(verbose_name='试算')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='改分')),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrades', to='quizzes.questionrevision')),
            ],
            options={
                'verbose_name': '重新判分',
                'verbose_name_plural': '重新判分',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RegradeChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='第几题')),
                ('key_before', models.JSONField(verbose_name='原判分依据')),
                ('key_after', models.JSONField(verbose_name='新判分依据')),
                ('score_before', models.DecimalField(decimal_places=2, max_digits=7, null=True)),
                ('score_after', models.DecimalField(decimal_places=2, max_digits=7, null=True)),
                ('passed_before', models.BooleanField(null=True)),
                ('passed_after', models.BooleanField(null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrades', to='quizzes.attempt')),
                ('regrade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='quizzes.regrade')),
            ],
            options={
                'verbose_name': '重新判分的答卷',
                'verbose_name_plural': '重新判分的答卷',
                'ordering': ['regrade_id', 'attempt_id'],
            },
        ),
        migrations.CreateModel(
            name='ReviewedPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviewed_at', models.DateTimeField(default=core.clock.now)),
                ('lower', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.question')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('upper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.question')),
            ],
            options={
                'verbose_name': '看过不是同一题',
                'verbose_name_plural': '看过不是同一题',
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='第几题')),
                ('sentence', models.CharField(blank=True, max_length=500, verbose_name='哪里有疑问')),
                ('state', models.CharField(choices=[('open', '等复核'), ('proposed', '等另一位老师同意'), ('kept', '维持原分'), ('changed', '已改分')], default='open', max_length=8, verbose_name='状态')),
                ('asked_at', models.DateTimeField(verbose_name='提出')),
                ('points_before', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='原得分')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='改为')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='为什么改')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='答复')),
                ('proposed_at', models.DateTimeField(null=True, verbose_name='提议')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='办结')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='quizzes.attempt')),
            ],
            options={
                'verbose_name': '复核单',
                'verbose_name_plural': '复核单',
                'ordering': ['asked_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['open', 'proposed'])), fields=['asked_at'], name='appeals_open')],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'position'), name='one_appeal_per_position'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'changed'), _negated=True), models.Q(('decided_by__isnull', False), ('points__isnull', False), ('proposed_by__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(('proposed_by', models.F('decided_by')), _negated=True)), _connector='OR'), name='appeal_changed_by_two')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='第几题')),
                ('response', models.JSONField(verbose_name='作答')),
                ('saved_at', models.DateTimeField(verbose_name='收到')),
                ('receipt', models.CharField(max_length=8, verbose_name='回执')),
                ('nonce', models.CharField(max_length=40)),
                ('spent', models.JSONField(default=list, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='quizzes.attempt')),
            ],
            options={
                'verbose_name': '作答',
                'verbose_name_plural': '作答',
                'ordering': ['attempt_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'position'), name='one_answer_per_position')],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='多给几分钟')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('made_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='quizzes.attempt')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '延时',
                'verbose_name_plural': '延时',
                'ordering': ['attempt_id', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='extension_gives_time')],
            },
        ),
        migrations.AddIndex(
            model_name='mark',
            index=models.Index(fields=['attempt', 'position'], name='marks_of_answer'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='mark_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'appeal'), _negated=True), fields=('attempt', 'position', 'role'), name='one_mark_per_role'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('mark', None)), fields=['marker'], name='claims_in_hand'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(fields=('attempt', 'position', 'role'), name='one_claim_per_role'),
        ),
        migrations.AddConstraint(
            model_name='practice',
            constraint=models.UniqueConstraint(fields=('person', 'question'), name='practice_once'),
        ),
        migrations.AddConstraint(
            model_name='questionrevision',
            constraint=models.UniqueConstraint(fields=('question', 'number'), name='question_revision_once'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'in_progress')), fields=['ends_at'], name='attempts_running'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='attempts_to_grade'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'marking')), fields=['quiz', 'submitted_at'], name='attempts_to_mark'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'graded')), fields=['quiz', 'graded_at'], name='attempts_graded'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('person', 'quiz', 'context', 'number'), name='attempt_number_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_progress')), fields=('person', 'quiz', 'context'), name='one_attempt_in_progress'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('printed__isnull', False)), fields=('person', 'printed', 'context'), name='printed_paper_handed_in_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('graded_at__isnull', False), ('passed__isnull', False), ('score__isnull', False), ('state', 'graded')), models.Q(models.Q(('state', 'graded'), _negated=True), ('graded_at', None), ('passed', None), ('score', None)), _connector='OR'), name='attempt_graded_has_score'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('score', None), models.Q(('score__gte', 0), ('score__lte', models.F('max_score'))), _connector='OR'), name='attempt_score_in_range'),
        ),
        migrations.AddConstraint(
            model_name='analysis',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('quiz',), name='one_running_analysis'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.CheckConstraint(condition=models.Q(('extra_minutes__gt', 0), ('extra_attempts__gt', 0), _connector='OR'), name='allowance_gives_something'),
        ),
        migrations.AddConstraint(
            model_name='regradechange',
            constraint=models.UniqueConstraint(fields=('regrade', 'attempt'), name='one_change_per_regrade'),
        ),
        migrations.AddConstraint(
            model_name='reviewedpair',
            constraint=models.UniqueConstraint(fields=('lower', 'upper'), name='reviewed_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewedpair',
            constraint=models.CheckConstraint(condition=models.Q(('lower__lt', models.F('upper'))), name='reviewed_pair_in_order'),
        ),
    ])]
