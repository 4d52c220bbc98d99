"""The WARC file format (ISO 28500, versions 1.0 and 1.1): reading and writing records as streams."""
