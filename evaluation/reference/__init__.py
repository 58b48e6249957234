"""The reference below `docs/reference/`: pages written from the code that they describe."""
