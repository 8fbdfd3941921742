"""What alembic runs to migrate a store: within the one transaction it is handed, and by no settings of its own."""

from alembic import context

from gt_platform.workbench.store.schema import metadata, version_table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=version_table.name
)
context.run_migrations()
