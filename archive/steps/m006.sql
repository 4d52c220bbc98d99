CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_authors ON articles (authors);
CREATE INDEX articles_sections ON articles (section);
CREATE INDEX articles_edited ON articles (last_seen) WHERE revisions > 1;
