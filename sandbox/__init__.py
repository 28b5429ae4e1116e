"""Stand-ins for the vendors we call: real HTTP servers that import nothing of ours."""
