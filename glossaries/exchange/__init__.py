"""Glossaries as files: tables read and written, columns understood, rows made concepts. Pure."""
