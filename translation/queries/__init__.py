"""What is asked of documents, jobs, the queue and progress."""
