"""PostgreSQL and Redis without an installed server: binaries from wheels, lifecycle of our own."""
