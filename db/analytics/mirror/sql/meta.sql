-- What a mirror file says about itself, one row, written in the transaction of the rows it speaks of: a crash leaves both or neither.
CREATE TABLE mirror_meta (
  version VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  -- Of the source when its last reading began; null until a reading has ended.
  fingerprint VARCHAR,
  cursor VARCHAR,
  is_complete BOOLEAN NOT NULL,
  -- The source has looked through what was read from its beginning.
  is_checked BOOLEAN NOT NULL,
  warnings VARCHAR NOT NULL,
  -- What became of each file of the source.
  files VARCHAR NOT NULL
);
