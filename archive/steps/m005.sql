CREATE TABLE copies (
  article INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  original INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  known TEXT,
  delay REAL,
  kind TEXT NOT NULL,
  taken REAL NOT NULL,
  left_in REAL NOT NULL,
  words INTEGER NOT NULL,
  credit TEXT,
  names TEXT,
  within INTEGER NOT NULL,
  PRIMARY KEY (article, original)
);
CREATE INDEX copies_original ON copies (original);
CREATE TABLE shingles (
  run INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  article INTEGER NOT NULL,
  PRIMARY KEY (run, rank, article)
) WITHOUT ROWID;
CREATE TABLE compared (
  article INTEGER PRIMARY KEY REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  rank INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  placed INTEGER NOT NULL,
  sampled INTEGER NOT NULL,
  series INTEGER,
  again INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX compared_series ON compared (series) WHERE series IS NOT NULL;
CREATE INDEX compared_again ON compared (article) WHERE again;
