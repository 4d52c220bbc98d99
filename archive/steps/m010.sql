CREATE TABLE unindexed (
  article INTEGER PRIMARY KEY
)
