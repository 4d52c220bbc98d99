CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL DEFAULT 0,
  inside INTEGER NOT NULL DEFAULT 0,
  ended TEXT,
  told TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE awaited (
  url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  revisit TEXT NOT NULL,
  PRIMARY KEY (url, fetched_at)
) WITHOUT ROWID;
CREATE TABLE payloads (
  digest TEXT PRIMARY KEY,
  body INTEGER NOT NULL REFERENCES bodies(id)
) WITHOUT ROWID;
CREATE INDEX payloads_body ON payloads (body);
