-- What did not arrive for certain, asked for by pages of staff every few seconds.
CREATE INDEX deliveries_doubtful ON deliveries (site, seq) WHERE state IN ('failed', 'expired', 'unknown');
