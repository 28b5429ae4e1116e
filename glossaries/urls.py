"""Addresses of glossaries: the pages and the REST API."""

from __future__ import annotations

from django.urls import path

from glossaries.api import concepts, glossaries, imports, profiles, styles
from glossaries.views import concepts as concept_pages
from glossaries.views import glossaries as pages
from glossaries.views import imports as import_pages
from glossaries.views import profiles as profile_pages
from glossaries.views import styles as style_pages

_PAGE = "glossaries/<uuid:glossary_id>"
_CONCEPT_PAGE = f"{_PAGE}/concepts/<uuid:concept_id>"
_GLOSSARY = "api/v1/glossaries/<uuid:glossary_id>"
_IMPORT_PAGE = f"{_PAGE}/imports/<uuid:import_id>"
_IMPORT = f"{_GLOSSARY}/imports/<uuid:import_id>"
_STYLE_PAGE = "styles/<uuid:guide_id>"
_STYLE = "api/v1/style-guides/<uuid:guide_id>"
_PROFILE = "api/v1/profiles/<uuid:profile_id>"
_CONCEPT = f"{_GLOSSARY}/concepts/<uuid:concept_id>"

urlpatterns = [
    path("glossaries", pages.glossaries_page, name="glossaries"),
    path("glossaries/concepts/<uuid:concept_id>", pages.concept_page, name="concept"),
    path("glossaries/new", pages.glossary_new, name="glossary_new"),
    path(_PAGE, pages.glossary_page, name="glossary"),
    path(f"{_PAGE}/edit", pages.glossary_edit, name="glossary_edit"),
    path(f"{_PAGE}/delete", pages.glossary_delete, name="glossary_delete"),
    path(f"{_PAGE}/import", import_pages.import_new, name="glossary_import_new"),
    path(_IMPORT_PAGE, import_pages.import_page, name="glossary_import"),
    path(f"{_IMPORT_PAGE}/faulty", import_pages.import_faulty, name="glossary_import_faulty"),
    path(f"{_PAGE}/export", import_pages.glossary_export, name="glossary_export"),
    path(f"{_PAGE}/concepts/new", concept_pages.concept_new, name="concept_new"),
    path(f"{_PAGE}/concepts/act", pages.concepts_act, name="concepts_act"),
    path(f"{_CONCEPT_PAGE}/edit", concept_pages.concept_edit, name="concept_edit"),
    path(f"{_CONCEPT_PAGE}/history", concept_pages.concept_history, name="concept_history"),
    path(
        f"{_CONCEPT_PAGE}/versions/<int:number>/restore",
        concept_pages.concept_restore,
        name="concept_restore",
    ),
    path("styles", style_pages.styles_page, name="style_guides"),
    path("styles/new", style_pages.style_new, name="style_guide_new"),
    path(_STYLE_PAGE, style_pages.style_page, name="style_guide"),
    path(f"{_STYLE_PAGE}/versions", style_pages.style_versions, name="style_versions"),
    path(
        f"{_STYLE_PAGE}/versions/<int:number>/publish",
        style_pages.style_roll_back,
        name="style_roll_back",
    ),
    path(f"{_STYLE_PAGE}/delete", style_pages.style_delete, name="style_guide_delete"),
    path("api/v1/style-guides", styles.StyleGuidesView.as_view(), name="api_style_guides"),
    path(_STYLE, styles.StyleGuideView.as_view(), name="api_style_guide"),
    path(f"{_STYLE}/publish", styles.StylePublishView.as_view(), name="api_style_publish"),
    path(f"{_STYLE}/versions", styles.StyleVersionsView.as_view(), name="api_style_versions"),
    path(f"{_STYLE}/roll-back", styles.StyleRollBackView.as_view(), name="api_style_roll_back"),
    path("profiles", profile_pages.profiles_page, name="domain_profiles"),
    path("profiles/new", profile_pages.profile_new, name="domain_profile_new"),
    path("profiles/<uuid:profile_id>", profile_pages.profile_page, name="domain_profile"),
    path(
        "profiles/<uuid:profile_id>/delete",
        profile_pages.profile_delete,
        name="domain_profile_delete",
    ),
    path("api/v1/profiles", profiles.ProfilesView.as_view(), name="api_profiles"),
    path(_PROFILE, profiles.ProfileView.as_view(), name="api_profile"),
    path(
        f"{_PROFILE}/effective",
        profiles.EffectiveProfileView.as_view(),
        name="api_profile_effective",
    ),
    path("api/v1/glossaries", glossaries.GlossariesView.as_view(), name="api_glossaries"),
    path(_GLOSSARY, glossaries.GlossaryView.as_view(), name="api_glossary"),
    path(f"{_GLOSSARY}/imports", imports.ImportsView.as_view(), name="api_imports"),
    path(_IMPORT, imports.ImportView.as_view(), name="api_import"),
    path(f"{_IMPORT}/cancel", imports.ImportCancelView.as_view(), name="api_import_cancel"),
    path(f"{_IMPORT}/faulty", imports.ImportFaultyView.as_view(), name="api_import_faulty"),
    path(f"{_GLOSSARY}/export", imports.ExportView.as_view(), name="api_glossary_export"),
    path(f"{_GLOSSARY}/concepts", concepts.ConceptsView.as_view(), name="api_concepts"),
    path(
        f"{_GLOSSARY}/concepts/actions", concepts.ConceptBulkView.as_view(), name="api_concepts_act"
    ),
    path(
        f"{_GLOSSARY}/concepts/external/<str:external_id>",
        concepts.ExternalConceptView.as_view(),
        name="api_concept_external",
    ),
    path(_CONCEPT, concepts.ConceptView.as_view(), name="api_concept"),
    path(f"{_CONCEPT}/history", concepts.ConceptHistoryView.as_view(), name="api_concept_history"),
    path(f"{_CONCEPT}/restore", concepts.ConceptRestoreView.as_view(), name="api_concept_restore"),
]
