"""Addresses of glossaries: the REST API."""

from __future__ import annotations

from django.urls import path

from glossaries.api import concepts, glossaries

_GLOSSARY = "api/v1/glossaries/<uuid:glossary_id>"
_CONCEPT = f"{_GLOSSARY}/concepts/<uuid:concept_id>"

urlpatterns = [
    path("api/v1/glossaries", glossaries.GlossariesView.as_view(), name="api_glossaries"),
    path(_GLOSSARY, glossaries.GlossaryView.as_view(), name="api_glossary"),
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
