"""What goes out of an archive: which articles and pages, in which open format, and where it came from."""
