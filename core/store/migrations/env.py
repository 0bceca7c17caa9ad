"""How Alembic runs our revisions: one transaction, foreign keys on, no configuration file."""

from alembic import context

from core.store.migrate import sqlalchemy_engine
from core.store.tables import metadata

engine = sqlalchemy_engine(context.config.attributes["url"])
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
    else:
        connection.commit()
engine.dispose()
