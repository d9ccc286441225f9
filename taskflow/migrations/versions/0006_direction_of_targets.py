"""A target says which way it is better, whether its value is printed and whether reports add up; a measure may be
served by the task of another one."""

import re

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

DIRECTIONS = ('higher', 'lower', 'exact', 'range')
BY_SIGN = {'≥': 'higher', '>': 'higher', '≤': 'lower', '<': 'lower', 'range': 'range'}
#: As the reader decided when this was written; rows that exist keep what was decided for them here.
RULES = (
    ('lower', r'(?:位次|排名|名次|前移)'),
    ('higher', r'(?:下降|降低|减少|压减|削减|精简|减排|节约)(?:比例|幅度|率|量|值)?$'),
    ('higher', r'(?:整改|处置|处理|化解|治理|办结|达标|利用|回收|合格|满意|覆盖|监测|消除|淘汰|收集)(?:率|比例|量|数)$'),
    ('exact', r'(?:奖励|补助|补贴|收费|缴费|资助|保障|发放|执行)(?:金额|标准)$'),
    ('lower', r'(?:失业率|死亡率|死亡人数|发病率|能耗|能源消耗|用水量|排放|PM2\.5|PM10|浓度|污染天|返贫|贫困发生率|辍学率'
              r'|上访|信访|投诉|不良率|负债率|债务率|漏损率|空置率|涨幅|通行时间|成本)[^率]{0,2}$'),
)
LESS = re.compile('下降|减少|消除|清零|零发生|杜绝')


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('target') as batch:
        batch.add_column(sa.Column('direction', sa.String(length=24), nullable=True))
        batch.add_column(sa.Column('printed', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column('cumulative', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('indicator') as batch:
        batch.add_column(sa.Column('direction', sa.String(length=24), nullable=True))
    _infer('target', 'indicator')
    _infer('indicator', 'name')
    _infer_drafts()
    with op.batch_alter_table('target') as batch:
        batch.alter_column('direction', nullable=False, existing_type=sa.String(length=24))
        batch.alter_column('printed', server_default=None, existing_type=sa.Boolean())
        batch.alter_column('cumulative', server_default=None, existing_type=sa.Boolean())
        batch.create_check_constraint(op.f('ck_target_direction'), f'direction IN {DIRECTIONS!r}')
    with op.batch_alter_table('indicator') as batch:
        batch.create_check_constraint(op.f('ck_indicator_direction'), f'direction IN {DIRECTIONS!r}')
    with op.batch_alter_table('measure') as batch:
        batch.add_column(sa.Column('same_as_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f('fk_measure_same_as_id_measure'), 'measure', ['same_as_id'], ['id'])
        batch.create_index(op.f('ix_measure_same_as_id'), ['same_as_id'], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('measure') as batch:
        batch.drop_index(op.f('ix_measure_same_as_id'))
        batch.drop_constraint(op.f('fk_measure_same_as_id_measure'), type_='foreignkey')
        batch.drop_column('same_as_id')
    for table, columns in (('indicator', ['direction']), ('target', ['direction', 'printed', 'cumulative'])):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f'ck_{table}_direction'), type_='check')
            for column in columns:
                batch.drop_column(column)


def direction(comparator: str, indicator: str, unit: str, value: object) -> str:
    """Which way a figure is better; where nothing says it, a figure of a plan is a floor."""
    if comparator in BY_SIGN:
        return BY_SIGN[comparator]
    if unit in ('位', '名次', '位次') or str(value) in ('0', '0.0') or (comparator == 'relative' and LESS.search(unit)):
        return 'lower'
    return next((says for says, words in RULES if re.search(words, indicator)), 'higher')


def _infer(table: str, words: str) -> None:
    connection = op.get_bind()
    found = connection.execute(sa.text(f'SELECT id, comparator, {words}, unit, value FROM {table}')).all()
    rows = [
        {'id': key, 'direction': direction(sign, indicator, unit, value)}
        for key, sign, indicator, unit, value in found
        if sign is not None
    ]
    if rows:
        connection.execute(sa.text(f'UPDATE {table} SET direction = :direction WHERE id = :id'), rows)


def _infer_drafts() -> None:
    """The figures of drafts stand in JSON."""
    drafts = sa.table('draft', sa.column('id', sa.Integer), sa.column('targets', sa.JSON))
    connection = op.get_bind()
    for key, targets in connection.execute(sa.select(drafts.c.id, drafts.c.targets)).all():
        told = [{**_facts(target), **target} for target in targets or []]
        if told:
            connection.execute(drafts.update().where(drafts.c.id == key).values(targets=told))


def _facts(target: dict[str, str]) -> dict[str, str]:
    words = (str(target.get(name) or '') for name in ('comparator', 'indicator', 'unit', 'value'))
    sign, indicator, unit, value = words
    unit = str(target.get('raw') or '') if sign == 'relative' else unit
    return {'direction': direction(sign or '=', indicator, unit, value), 'printed': '1', 'cumulative': ''}
