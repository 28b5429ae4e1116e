"""How REST framework and its description are set: part of the settings, read from nowhere else."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.RequestsPerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # What an address takes is said by the API's description, not by OPTIONS.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "config.openapi.Described",
    "DEFAULT_PARSER_CLASSES": ["common.rest.bodies.StrictJson"],
    "EXCEPTION_HANDLER": "common.http.api_exception_handler",
    # A form of an answer is asked for by Accept; `?format=` is an unknown parameter as any other.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Interlinear API",
    "DESCRIPTION": "Quality-gated translation of texts and documents.",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # A change takes what its shape says: where a field is required there, it is.
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "WebhookState": ["enabled", "disabled"],
        "ImportGoal": ["check", "import"],
        "ImportStep": ["look", "check", "import"],
        "DeliveryState": ["pending", "delivered", "failed"],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.with_errors",
    ],
}
