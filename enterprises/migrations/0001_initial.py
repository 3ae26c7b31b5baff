import core.clock
import core.pinyin
import django.db.models.deletion
import django.db.models.functions.text
import enterprises.models.assistance
import enterprises.models.imports
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='Assistance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('entered_on', models.DateField(default=core.clock.today, verbose_name='入库日期')),
                ('certified_before', models.BooleanField(blank=True, null=True, verbose_name='入库时已获证')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='退出日期')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='退出原因')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
            ],
            options={
                'verbose_name': '帮扶台账',
                'verbose_name_plural': '帮扶台账',
                'ordering': ['-year', 'entered_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('code', models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name='代码')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='区')),
                ('order', models.PositiveSmallIntegerField(verbose_name='排序')),
            ],
            options={
                'verbose_name': '区',
                'verbose_name_plural': '区',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('slug', models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name='代号')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='产业链')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='排序')),
            ],
            options={
                'verbose_name': '产业链（试点）',
                'verbose_name_plural': '产业链（试点）',
                'ordering': ['order', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='AssistanceNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dimension', models.CharField(choices=[('management', '质量管理'), ('technology', '技术工艺'), ('product', '产品质量'), ('people', '人才队伍')], max_length=12, verbose_name='方面')),
                ('text', models.CharField(max_length=300, verbose_name='需求与问题')),
                ('urgency', models.CharField(choices=[('high', '紧急'), ('middle', '较急'), ('low', '一般')], default='low', max_length=8, verbose_name='紧要级别')),
                ('solved_on', models.DateField(blank=True, null=True, verbose_name='解决日期')),
                ('assistance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='enterprises.assistance')),
            ],
            options={
                'verbose_name': '需求与问题',
                'verbose_name_plural': '需求与问题',
                'ordering': ['dimension', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AssistanceStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('diagnosis', '现场诊断'), ('plan', '提升方案'), ('documents', '体系文件发布'), ('trial', '试运行'), ('internal_audit', '内部审核'), ('review', '管理评审'), ('application', '申请认证'), ('certificate', '新获证'), ('follow_up', '跟踪诊断')], max_length=16, verbose_name='步骤')),
                ('started_on', models.DateField(verbose_name='日期（起）')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='证书号')),
                ('body', models.CharField(blank=True, max_length=120, verbose_name='发证机构')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('checked_only', models.BooleanField(default=False, help_text='已获证、今年做过内审或评审的企业，不用重做', verbose_name='本年度已做过，由专家核查')),
                ('recorded_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('assistance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='enterprises.assistance')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '帮扶步骤',
                'verbose_name_plural': '帮扶步骤',
                'ordering': ['started_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AssistancePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('plan', '计划（方案）'), ('report', '报告（记录）'), ('other', '其他材料')], max_length=8, verbose_name='种类')),
                ('file', models.FileField(upload_to=enterprises.models.assistance.step_path, verbose_name='文件')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(default=core.clock.now, verbose_name='上传时间')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='enterprises.assistancestep')),
            ],
            options={
                'verbose_name': '帮扶材料',
                'verbose_name_plural': '帮扶材料',
                'ordering': ['kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=18, unique=True, verbose_name='统一社会信用代码')),
                ('code_accepted_because', models.CharField(blank=True, help_text='只有市级管理员能收下校验不符的代码', max_length=200, verbose_name='代码校验不符仍收下的理由')),
                ('name', models.CharField(db_index=True, max_length=120, verbose_name='企业名称')),
                ('town', models.CharField(blank=True, max_length=60, verbose_name='街镇（园区）')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('industry_code', models.CharField(blank=True, max_length=4, verbose_name='行业代码（GB/T 4754）')),
                ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='从业人员（人）')),
                ('revenue_band', models.PositiveIntegerField(blank=True, choices=[(0, '50 万元以下'), (50, '50–100 万元'), (100, '100–200 万元'), (200, '200–300 万元'), (300, '300–500 万元'), (500, '500–1000 万元'), (1000, '1000–2000 万元'), (2000, '2000–3000 万元'), (3000, '3000–5000 万元'), (5000, '5000 万元–1 亿元'), (10000, '1–2 亿元'), (20000, '2–3 亿元'), (30000, '3–4 亿元'), (40000, '4–10 亿元'), (100000, '10 亿元以上')], null=True, verbose_name='营业收入')),
                ('size_class', models.CharField(choices=[('large', '大型'), ('medium', '中型'), ('small', '小型'), ('micro', '微型'), ('unknown', '未填')], default='unknown', max_length=8, verbose_name='规模')),
                ('size_declared', models.BooleanField(default=False, help_text='不勾选时按行业、人数和营业收入自动算', verbose_name='规模以企业声明为准')),
                ('contact_name', models.CharField(blank=True, max_length=50, verbose_name='指定专人')),
                ('contact_phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('iso', models.CharField(choices=[('unknown', '未填'), ('none', '未获证'), ('held', '已获证')], default='unknown', max_length=8, verbose_name='ISO 9001 证书')),
                ('iso_number', models.CharField(blank=True, max_length=60, verbose_name='证书号')),
                ('iso_body', models.CharField(blank=True, max_length=120, verbose_name='发证机构')),
                ('iso_issued_on', models.DateField(blank=True, null=True, verbose_name='首次获证日')),
                ('iso_expires_on', models.DateField(blank=True, null=True, verbose_name='证书有效期至')),
                ('willing_on', models.DateField(blank=True, null=True, verbose_name='参与意愿声明日期')),
                ('source', models.CharField(blank=True, choices=[('self', '自主报名'), ('district', '区推荐'), ('chain_leader', '链主带动')], max_length=12, verbose_name='来源')),
                ('status', models.CharField(choices=[('claimed', '自报待核'), ('confirmed', '已核实'), ('closed', '已注销'), ('merged', '已并入')], default='confirmed', max_length=10, verbose_name='状态')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='入库时间')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='区')),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='enterprises.enterprise')),
                ('pilots', models.ManyToManyField(blank=True, to='enterprises.pilot', verbose_name='产业链')),
            ],
            options={
                'verbose_name': '企业',
                'verbose_name_plural': '企业',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EligibilityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_on', models.DateField(default=core.clock.today, verbose_name='核查日期')),
                ('source', models.CharField(max_length=80, verbose_name='查询来源')),
                ('result', models.CharField(choices=[('clear', '未见异常'), ('abnormal', '经营异常'), ('dishonest', '严重违法失信')], max_length=10, verbose_name='结果')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='eligibility_checks', to='enterprises.enterprise')),
            ],
            options={
                'verbose_name': '资格核查',
                'verbose_name_plural': '资格核查',
                'ordering': ['-checked_on', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='assistance',
            name='enterprise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assistances', to='enterprises.enterprise', verbose_name='企业'),
        ),
        migrations.CreateModel(
            name='Expert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=60, verbose_name='职称（资格）')),
                ('specialities', models.CharField(blank=True, max_length=200, verbose_name='专长')),
                ('trains', models.BooleanField(default=True, verbose_name='可授课')),
                ('assists', models.BooleanField(default=True, verbose_name='可帮扶')),
                ('active', models.BooleanField(default=True, verbose_name='在库')),
                ('added_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='入库时间')),
                ('districts', models.ManyToManyField(blank=True, to='enterprises.district', verbose_name='服务区域')),
            ],
            options={
                'verbose_name': '专家',
                'verbose_name_plural': '专家',
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assisted', '做过帮扶或咨询'), ('employed', '任职或持股'), ('family', '亲属关系'), ('other', '其他')], max_length=10, verbose_name='情形')),
                ('started_on', models.DateField(default=core.clock.today, verbose_name='起')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='enterprises.enterprise', verbose_name='企业')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='enterprises.expert', verbose_name='专家')),
            ],
            options={
                'verbose_name': '利益冲突登记',
                'verbose_name_plural': '利益冲突登记',
                'ordering': ['-started_on', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='assistance',
            name='expert',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assistances', to='enterprises.expert', verbose_name='帮扶专家'),
        ),
        migrations.CreateModel(
            name='FormerIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='曾用名称')),
                ('code', models.CharField(blank=True, db_index=True, max_length=18, verbose_name='曾用代码')),
                ('until', models.DateField(default=core.clock.today, verbose_name='用到')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former', to='enterprises.enterprise')),
            ],
            options={
                'verbose_name': '曾用名称和代码',
                'verbose_name_plural': '曾用名称和代码',
                'ordering': ['-until', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('enterprises', '企业'), ('staff', '人员'), ('assistance', '帮扶台账')], max_length=12, verbose_name='内容')),
                ('state', models.CharField(choices=[('uploaded', '待对列'), ('checking', '核对中'), ('checked', '待确认'), ('writing', '写入中'), ('done', '已导入'), ('failed', '没有导入'), ('undoing', '撤销中'), ('undone', '已撤销')], default='uploaded', max_length=10, verbose_name='状态')),
                ('file', models.FileField(upload_to=enterprises.models.imports.batch_path, verbose_name='文件')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('uploaded_at', models.DateTimeField(default=core.clock.now, verbose_name='上传时间')),
                ('columns', models.JSONField(default=dict, verbose_name='列的对应')),
                ('counts', models.JSONField(default=dict, verbose_name='核对结果')),
                ('refused', models.FileField(blank=True, upload_to=enterprises.models.imports.batch_path, verbose_name='退回的行')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='进度（%）')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='只导入这家企业的')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '导入批次',
                'verbose_name_plural': '导入批次',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=40)),
                ('made', models.BooleanField()),
                ('names', models.JSONField(default=list)),
                ('rows', models.JSONField(default=list, encoder=enterprises.models.imports.WithDates)),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('batch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='enterprises.importbatch')),
            ],
            options={
                'verbose_name': '导入改动',
                'verbose_name_plural': '导入改动',
            },
        ),
        migrations.CreateModel(
            name='Organiser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='名称')),
                ('kind', models.CharField(choices=[('bureau', '市场监管部门'), ('certifier', '认证机构'), ('association', '协会'), ('chain_leader', '链主企业'), ('testing', '检测机构'), ('institute', '科研院所'), ('service', '小微企业服务机构')], max_length=12, verbose_name='类型')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '主办（承办）单位',
                'verbose_name_plural': '主办（承办）单位',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='expert',
            name='organiser',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='enterprises.organiser', verbose_name='所属单位'),
        ),
        migrations.AddField(
            model_name='assistance',
            name='organiser',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.organiser', verbose_name='帮扶机构'),
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waiting_phone', models.CharField(blank=True, db_index=True, max_length=11, verbose_name='等这个手机号登录')),
                ('waiting_name', models.CharField(blank=True, max_length=50, verbose_name='姓名')),
                ('role', models.CharField(choices=[('city_admin', '市级管理员'), ('statistician', '统计员'), ('auditor', '审计员'), ('editor', '编辑'), ('district_admin', '区级管理员'), ('provider_admin', '机构管理员'), ('trainer', '讲师'), ('contact', '企业联络员')], max_length=16, verbose_name='角色')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效至')),
                ('granted_at', models.DateTimeField(default=core.clock.now, editable=False, verbose_name='授权时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='收回时间')),
                ('withdrawn_because', models.CharField(blank=True, editable=False, max_length=300, verbose_name='收回原因')),
                ('granted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('takes_over', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enterprises.appointment')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='区')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.enterprise', verbose_name='企业')),
                ('organiser', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.organiser', verbose_name='主办（承办）单位')),
            ],
            options={
                'verbose_name': '授权',
                'verbose_name_plural': '授权',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, verbose_name='姓名')),
                ('name_key', core.pinyin.PinyinField(source='name')),
                ('phone', models.CharField(blank=True, max_length=11, null=True, unique=True, verbose_name='手机号')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='注销时间')),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='enterprises.person')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '人员',
                'verbose_name_plural': '人员',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], max_length=10, verbose_name='层级')),
                ('department', models.CharField(blank=True, max_length=40, verbose_name='部门')),
                ('post', models.CharField(blank=True, max_length=40, verbose_name='岗位')),
                ('tags', models.JSONField(blank=True, default=list, verbose_name='标记')),
                ('started_on', models.DateField(default=core.clock.today, verbose_name='开始')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='结束')),
                ('confirmed_at', models.DateTimeField(blank=True, default=core.clock.now, help_text='空着 = 本人自报，等企业联络员确认', null=True, verbose_name='确认时间')),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='邀请时间')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='enterprises.enterprise')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='enterprises.person')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
                'ordering': ['-started_on', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='expert',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expert', to='enterprises.person', verbose_name='人员'),
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', '人员'), ('enterprise', '企业')], max_length=10, verbose_name='内容')),
                ('winner_id', models.BigIntegerField()),
                ('loser_id', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200, verbose_name='依据')),
                ('moved', models.JSONField(default=dict)),
                ('merged_at', models.DateTimeField(default=core.clock.now, verbose_name='合并时间')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '合并',
                'verbose_name_plural': '合并',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('kind', 'loser_id'), name='merged_into_one_only')],
            },
        ),
        migrations.CreateModel(
            name='NotSame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', '人员'), ('enterprise', '企业')], max_length=10)),
                ('lower_id', models.BigIntegerField()),
                ('upper_id', models.BigIntegerField()),
                ('reviewed_at', models.DateTimeField(default=core.clock.now)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '已核不是同一个',
                'verbose_name_plural': '已核不是同一个',
                'constraints': [models.UniqueConstraint(fields=('kind', 'lower_id', 'upper_id'), name='pair_reviewed_once'), models.CheckConstraint(condition=models.Q(('lower_id__lt', models.F('upper_id'))), name='pair_in_order')],
            },
        ),
        migrations.AddConstraint(
            model_name='assistance',
            constraint=models.UniqueConstraint(fields=('enterprise', 'year'), name='assisted_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('district', None), ('enterprise', None), ('organiser', None), ('role__in', ['city_admin', 'statistician', 'auditor', 'editor'])), models.Q(('district__isnull', False), ('enterprise', None), ('organiser', None), ('role', 'district_admin')), models.Q(('district', None), ('enterprise', None), ('organiser__isnull', False), ('role__in', ['provider_admin', 'trainer'])), models.Q(('district', None), ('enterprise__isnull', False), ('organiser', None), ('role', 'contact')), _connector='OR'), name='appointment_scope_fits_role'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('user__isnull', False), ('waiting_phone', '')), models.Q(('user', None), models.Q(('waiting_phone', ''), _negated=True)), _connector='OR'), name='appointment_user_or_waiting_phone'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(django.db.models.functions.text.Right('phone', 4), name='person_phone_tail'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='person_merged_into'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('person', 'enterprise'), name='one_open_membership'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(fields=['district', 'name'], name='enterprises_distric_a45721_idx'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(condition=models.Q(('code__startswith', '92')), fields=['name'], name='individual_business_by_name'),
        ),
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='enterprise_merged_into'),
        ),
    ])]
