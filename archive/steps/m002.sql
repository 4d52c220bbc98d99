CREATE INDEX pages_body ON pages (body);
CREATE INDEX bodies_base ON bodies (base) WHERE base IS NOT NULL;
CREATE TABLE unpacked (
  body INTEGER PRIMARY KEY
);
INSERT INTO unpacked (body) SELECT id FROM bodies;
ALTER TABLE runs ADD COLUMN uid TEXT;
UPDATE runs SET uid = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX runs_uid ON runs (uid);
ALTER TABLE withdrawals ADD COLUMN article TEXT;
ALTER TABLE withdrawals ADD COLUMN erased_at TEXT;
CREATE INDEX withdrawals_article ON withdrawals (article);
ALTER TABLE cleaners ADD COLUMN newest TEXT;
UPDATE cleaners SET newest = cleaner;
ALTER TABLE cleaners ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE TABLE held (
  article TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  cleaner TEXT NOT NULL,
  losses TEXT NOT NULL
);
CREATE INDEX held_source ON held (source);
CREATE TABLE underived (
  article TEXT PRIMARY KEY,
  same INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE verdicts (
  page INTEGER PRIMARY KEY REFERENCES pages(id),
  kept TEXT NOT NULL
);
CREATE TABLE checks (
  part TEXT PRIMARY KEY,
  upto INTEGER NOT NULL,
  begun TEXT NOT NULL,
  ended TEXT,
  found TEXT NOT NULL DEFAULT '[]'
);
ALTER TABLE revisions ADD COLUMN shows INTEGER REFERENCES pages(id);
ALTER TABLE revisions ADD COLUMN cleaner TEXT;
UPDATE revisions SET shows = first_page, cleaner = (SELECT cleaner FROM articles a WHERE a.id = revisions.article);
CREATE INDEX revisions_shows ON revisions (shows);
CREATE INDEX articles_page ON articles (page);
