"""What `make run` and the tests bring along: a private PostgreSQL, Debian packages, and the processes of the desk."""
