"""Every table says how it forgets, or that it holds nothing of anybody."""

from gt_platform.lake.forgetting import HOLDS_NOTHING, RULES
from gt_platform.lake.tables import TABLES


def test_every_table_says_how_it_forgets_or_that_it_need_not() -> None:
    assert sorted([*RULES, *HOLDS_NOTHING]) == sorted(table.name for table in TABLES)


def test_what_a_rule_names_are_columns_of_its_table() -> None:
    for table in TABLES:
        if rule := RULES.get(table.name):
            named = {*rule.keyed, *rule.emptied, *rule.mentions, *rule.kept_where}
            named |= {told for told in rule.told_by if told.isidentifier()}
            assert named <= set(table.column_names()), table.name
