ALTER TABLE frontier ADD COLUMN whole TEXT;
ALTER TABLE frontier ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frontier ADD COLUMN refused TEXT;
ALTER TABLE hosts ADD COLUMN robots_whole TEXT;
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  page INTEGER,
  letter TEXT NOT NULL
);
UPDATE frontier SET whole = (
  SELECT json_object(
    'url', CASE WHEN p.url <> frontier.key THEN p.url END,
    'etag', p.headers ->> '$.etag', 'modified', p.headers ->> '$.last-modified', 'body', substr(b.sha256, 1, 16),
    'again', (SELECT count(*) FROM pages n WHERE n.url = p.url AND n.status = 304 AND n.fetched_at > p.fetched_at))
  FROM pages p JOIN bodies b ON b.id = p.body
  WHERE p.url = frontier.url AND p.status = 200 AND p.truncated IS NULL
    AND (frontier.kind <> 'robots' OR p.id = (SELECT h.robots_page FROM hosts h WHERE h.host = frontier.host))
  ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1)
WHERE visits > 0;
UPDATE frontier SET changes = coalesce((
  SELECT a.revisions - 1 FROM articles a WHERE a.article = coalesce(
    (SELECT s.article FROM aliases s WHERE s.alias = frontier.article AND s.why <> 'claimed'), frontier.article)), 0)
WHERE visits > 0 AND article IS NOT NULL;
UPDATE frontier SET refused = json_array(url) WHERE kind = 'article' AND error IS NOT NULL AND (
  SELECT p.status FROM pages p WHERE p.url = frontier.url ORDER BY p.fetched_at DESC LIMIT 1) >= 400
