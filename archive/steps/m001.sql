CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  base INTEGER REFERENCES bodies(id),
  data BLOB NOT NULL
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  outcome TEXT,
  stats TEXT
);
CREATE TABLE pages (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  hints TEXT NOT NULL,
  truncated TEXT,
  body INTEGER NOT NULL REFERENCES bodies(id),
  run INTEGER REFERENCES runs(id),
  UNIQUE (url, fetched_at, body)
);
CREATE INDEX pages_source ON pages (source, kind, status, fetched_at);
CREATE TABLE withdrawals (
  url TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  withdrawn_at TEXT NOT NULL
);
CREATE TABLE cleanings (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id),
  cleaner TEXT NOT NULL,
  article TEXT NOT NULL,
  reason TEXT,
  output TEXT NOT NULL,
  links TEXT NOT NULL,
  notes TEXT NOT NULL,
  UNIQUE (page, cleaner)
);
CREATE INDEX cleanings_article ON cleanings (article, cleaner);
CREATE TABLE cleaners (
  source TEXT PRIMARY KEY,
  cleaner TEXT NOT NULL
);
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  article TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  generation TEXT,
  kicker TEXT,
  title TEXT,
  lead TEXT,
  text TEXT NOT NULL,
  blocks TEXT NOT NULL,
  paragraphs TEXT NOT NULL,
  captions TEXT NOT NULL,
  image TEXT,
  authors TEXT NOT NULL,
  credit TEXT,
  published TEXT,
  published_day TEXT,
  published_raw TEXT,
  published_precision TEXT,
  published_from TEXT,
  modified TEXT,
  section TEXT NOT NULL,
  tags TEXT NOT NULL,
  related TEXT NOT NULL,
  language TEXT,
  word_count INTEGER NOT NULL,
  cleaner TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  revisions INTEGER NOT NULL,
  page INTEGER NOT NULL REFERENCES pages(id),
  folded TEXT NOT NULL
);
CREATE INDEX articles_source ON articles (source, published_day);
CREATE INDEX articles_day ON articles (published_day);
CREATE INDEX articles_url ON articles (url);
CREATE TABLE revisions (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  first_page INTEGER NOT NULL REFERENCES pages(id),
  last_page INTEGER NOT NULL REFERENCES pages(id),
  sha TEXT NOT NULL,
  PRIMARY KEY (article, n)
);
CREATE TABLE links (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  target TEXT,
  PRIMARY KEY (article, n)
);
CREATE INDEX links_target ON links (target);
CREATE TABLE frontier (
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL,
  due REAL,
  leased REAL,
  holder TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  hops INTEGER NOT NULL DEFAULT 0,
  depth INTEGER NOT NULL DEFAULT 0,
  added REAL NOT NULL,
  asked REAL,
  hints TEXT NOT NULL,
  error TEXT
);
CREATE INDEX frontier_take ON frontier (host, priority, due) WHERE due IS NOT NULL;
CREATE INDEX frontier_queue ON frontier (source, due) WHERE due IS NOT NULL;
CREATE INDEX frontier_leased ON frontier (host, leased) WHERE leased IS NOT NULL;
CREATE INDEX frontier_retry ON frontier (host, due) WHERE tries > 0 AND due IS NOT NULL;
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  pace REAL NOT NULL,
  crawl_delay REAL NOT NULL DEFAULT 0,
  next REAL NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  robots TEXT,
  robots_at REAL,
  robots_page INTEGER REFERENCES pages(id)
);
CREATE INDEX hosts_next ON hosts (next);
