"""A mail carries its channel; what waits to be sent is “pending”."""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BEFORE, AFTER = ("owed", "sent", "dead", "dismissed"), ("pending", "sent", "dead", "dismissed")


def upgrade() -> None:
    """Apply."""
    _turn('owed', 'pending', AFTER, ['person_id', 'channel', 'digest_day'])


def downgrade() -> None:
    """Take back."""
    _turn('pending', 'owed', BEFORE, ['person_id', 'digest_day'])


def _turn(old: str, new: str, states: tuple[str, ...], unique: list[str]) -> None:
    former = ['person_id', 'digest_day'] if 'channel' in unique else ['person_id', 'channel', 'digest_day']
    with op.batch_alter_table('mail') as batch:
        batch.drop_constraint(op.f('ck_mail_state'), type_='check')
        batch.drop_constraint(op.f('uq_mail_' + '_'.join(former)), type_='unique')
        if 'channel' in unique:
            batch.add_column(sa.Column('channel', sa.String(length=12), nullable=False, server_default='email'))
    op.execute(sa.text("UPDATE mail SET state = :new WHERE state = :old").bindparams(new=new, old=old))
    with op.batch_alter_table('mail') as batch:
        if 'channel' in unique:
            batch.alter_column('channel', server_default=None, existing_type=sa.String(length=12))
        else:
            batch.drop_column('channel')
        batch.create_check_constraint(op.f('ck_mail_state'), f"state IN {states!r}")
        batch.create_unique_constraint(op.f('uq_mail_' + '_'.join(unique)), unique)
