"""A demo organization with a month behind it: documents, people, bills. All texts are invented."""
