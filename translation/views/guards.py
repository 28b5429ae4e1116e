"""Who may see a page, and how a page's script is told of a refusal."""

from accounts.guards import acting, for_people, for_scripts

__all__ = ["acting", "for_people", "for_scripts"]
