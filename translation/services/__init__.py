"""The use cases of translation, by the way a document takes."""
