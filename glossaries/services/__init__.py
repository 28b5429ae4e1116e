"""What people and programs do with glossaries. One call does one thing, all or nothing."""
