"""Who may see a page, and how a page's script is told of a refusal."""

from accounts.guards import acting, acting_anyhow, for_people, for_scripts

__all__ = ["acting", "acting_anyhow", "for_people", "for_scripts"]
