"""What is asked of near-duplicates, splits and training files."""

from gt_platform import held_out
from gt_platform.checks import Finding, listed
from gt_platform.lake import Store
from gt_platform.lake.tables import SPLITS, TRAINING_FILES
from gt_platform.project import Project

GROUPS = """
    SELECT duplicate_group AS "group", count(*) AS items,
           count(DISTINCT answer) FILTER (how IS DISTINCT FROM 'near' OR item_id = duplicate_group) AS answers,
           list(DISTINCT split ORDER BY split) FILTER (split IS NOT NULL) AS splits, max(held_out) AS held_out,
           any_value(left(input::VARCHAR, 60) ORDER BY item_id) AS example
    FROM duplicates LEFT JOIN (SELECT item_id, input FROM items) USING (item_id)
    LEFT JOIN (SELECT item_id, answer::VARCHAR AS answer FROM standing_truth) USING (item_id)
    LEFT JOIN (SELECT item_id, split, held_out FROM splits) USING (item_id)
    WHERE duplicate_group IS NOT NULL GROUP BY duplicate_group ORDER BY items DESC, duplicate_group
"""
ANY = "SELECT count(duplicate_group) > 0 FROM duplicates"
SIZES = """
    SELECT split, count(*) AS items, count(since) AS frozen, count(t.item_id) AS standing
    FROM splits s LEFT JOIN (SELECT item_id FROM standing_truth) t ON t.item_id = s.item_id
    GROUP BY split ORDER BY split
"""


def duplicates(store: Store) -> Finding:
    """Whether items of the same words have one truth, and no group lies on both sides of the splits."""
    groups = store.read(GROUPS).rows(named=True) if store.read(ANY).item() else []
    if not groups:
        return Finding(verdict="pass", said="no two items are near-duplicates", facts={"groups": 0, "duplicates": 0})
    beside = sum(row["items"] - 1 for row in groups)
    facts: dict[str, int | float | str] = {
        "groups": len(groups), "duplicates": beside, "largest": groups[0]["items"],
        "examples": " | ".join(f"{row['items']}: {row['example']}" for row in groups[:3]),
    }  # fmt: skip
    apart = [row for row in groups if row["held_out"] and len(row["splits"]) > 1]
    wrong = [
        f"{row['example']} lies in {' and '.join(row['splits'])}: each stays, and what is trained on leaves out its own"
        for row in apart
    ]
    wrong += [f"{row['example']} has {row['answers']} truths" for row in groups if row["answers"] > 1]
    said = f"{beside} items are near-duplicates of others, in {len(groups)} groups, the largest of {facts['largest']}"
    facts |= {"across splits": len(apart), "of several truths": len(wrong) - len(apart)}
    if wrong:
        return Finding(verdict="fail", said=f"{said}: {listed(wrong)}", facts=facts)
    return Finding(verdict="pass", said=f"{said}, such as {groups[0]['example']}", facts=facts)


def sizes(store: Store, project: Project) -> Finding:
    """Whether splits have the sizes they are declared with, as far as items go."""
    if not project.splits and not store.row_counts([SPLITS])[SPLITS.name]:
        return Finding(verdict="pass", said="the project declares no splits")
    found = {row["split"]: row for row in store.read(SIZES).rows(named=True)}
    facts: dict[str, int | float | str] = {name: row["items"] for name, row in found.items()}
    wrong = [f"{name} holds {row['frozen']} frozen items and is no longer declared" for name, row in found.items()
             if name not in project.splits]  # fmt: skip
    wanting = {name: size - (found[name]["standing"] if name in found else 0)
               for name, size in project.splits.items() if isinstance(size, int)}  # fmt: skip
    wrong += [f"{name} holds {-lacking} items more than declared; what is frozen stays" for name, lacking in
              wanting.items() if lacking < 0]  # fmt: skip
    if wrong:
        return Finding(verdict="fail", said=listed(wrong), facts=facts)
    short = [f"{name} lacks {lacking} items" for name, lacking in wanting.items() if lacking > 0]
    if short:
        said = f"insufficient evidence: {listed(short)}; they come as items are settled"
        return Finding(verdict="insufficient_evidence", said=said, facts=facts)
    return Finding(verdict="pass", said="every split has its size", facts=facts)


def contamination(store: Store) -> Finding:
    """Whether a training file that is known holds items of the benchmark."""
    files = store.row_counts([TRAINING_FILES])[TRAINING_FILES.name]
    why = held_out.blocking(store) if files else None
    if why:
        return Finding(verdict="fail", said=why, facts={"training_files": files})
    said = (
        f"none of {files} training files holds any" if files else "no training file is known: `gt contamination FILE`"
    )
    return Finding(verdict="pass", said=said, facts={"training_files": files})
