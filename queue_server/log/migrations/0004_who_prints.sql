-- Who has begun a delivery: the process, while it is in "sending" (null: somebody who asks for leave, as agents do).
ALTER TABLE deliveries ADD COLUMN holder TEXT;
-- Where it really went: another printer takes over for the one in address. Null: there.
ALTER TABLE deliveries ADD COLUMN via TEXT;

-- Also what was begun long ago, and what was never owed because nothing could print it.
DROP INDEX deliveries_doubtful;
CREATE INDEX deliveries_doubtful ON deliveries (site, seq)
    WHERE state IN ('failed', 'expired', 'unknown', 'unavailable', 'sending');
