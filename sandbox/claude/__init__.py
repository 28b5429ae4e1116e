"""A wire-level stand-in for the Claude Messages API, with pseudo-translation and scripted faults.

`python -m sandbox.claude --port N` starts it. Behaviour is changed only under `/_control`, never
by anything in a request, so that the product needs no hooks for tests.
"""
