"""Starts every part of the house as a child, keeps them alive, and stops them in order."""
