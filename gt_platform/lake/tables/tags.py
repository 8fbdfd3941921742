"""What releases are called."""

from gt_platform.lake.tables.columns import Column, Table

TAGS = Table(
    "tags",
    "Tags, roles and notes that releases were given. Append-only: a tag stays where it is, a role is the "
    "release's that had it last; `release_tags` has what stands.",
    ("number",),
    (
        Column("number", "INTEGER", "1, 2, 3, … in the order they were given"),
        Column("release", "INTEGER", "The release"),
        Column("kind", "VARCHAR", "tag, role or note"),
        Column("name", "VARCHAR", "The tag or the role", nullable=True),
        Column("note", "VARCHAR", "What was said with it", nullable=True),
        Column("given_by", "VARCHAR", "Who gave it"),
        Column("given_at", "TIMESTAMPTZ", "When", volatile=True),
    ),
)
