-- What a key may do beside collections, and until when it opens anything.
ALTER TABLE keys ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN expires_us BIGINT;
