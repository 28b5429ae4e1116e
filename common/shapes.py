"""What the shapes of the REST API have in common."""

from __future__ import annotations

from rest_framework import serializers


class Strict(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses fields it does not know, so that a typing mistake is not silently ignored."""

    def to_internal_value(self, data: object) -> object:
        """The known fields, or a ValidationError that names the unknown ones."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {str(name)[:100]: ["There is no such field."] for name in unknown[:10]}
                )
        return super().to_internal_value(data)
