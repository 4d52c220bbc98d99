"""What others kept, on its way into the archive: WARC and WACZ, folders, text dumps, exports of other crawlers."""
