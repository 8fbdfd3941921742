"""What Dagster shows of a project whose declaration cannot be used: one asset, and a check that fails and says why."""

import re

import dagster as dg

from gt_platform.canonical import digest
from gt_platform.installation import Broken

CHECK = "can_be_used"


def key(broken: Broken) -> dg.AssetKey:
    """The key of what stands in for the project's assets."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", broken.name)
    return dg.AssetKey([plain if plain == broken.name else f"{plain}_{digest(broken.name, 6)}", "declaration"])


def build(broken: Broken) -> list[dg.AssetSpec | dg.AssetChecksDefinition]:
    """The asset, which nobody can materialize, and its check."""

    @dg.asset_check(asset=key(broken), name=CHECK, description="The project's declaration can be used.")
    def check() -> dg.AssetCheckResult:
        """As it was when Dagster loaded it: a mended one is seen when it loads again."""
        return dg.AssetCheckResult(passed=False, description=broken.why)

    spec = dg.AssetSpec(
        key(broken),
        description=f"It cannot run. Mend it, `gt check {broken.name}`, and reload:\n\n```\n{broken.why}\n```",
        group_name=key(broken).path[0],
        kinds={"yaml"},
    )
    return [spec, check]


def found(broken: Broken) -> dg.AssetCheckEvaluation:
    """The failed check, to report without anybody having to ask."""
    return dg.AssetCheckEvaluation(
        asset_key=key(broken),
        check_name=CHECK,
        passed=False,
        description=broken.why,
        metadata={},
        severity=dg.AssetCheckSeverity.ERROR,
    )
