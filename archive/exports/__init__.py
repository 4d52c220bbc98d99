"""What goes out of an archive: open formats, each with its provenance."""
