CREATE TABLE parts (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  part INTEGER NOT NULL,
  page INTEGER NOT NULL REFERENCES pages(id),
  cleaner TEXT NOT NULL,
  PRIMARY KEY (article, n, part)
);
CREATE INDEX parts_page ON parts (page);
