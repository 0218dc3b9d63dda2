-- Which agent of the configuration a token of the role agent belongs to: its devices are the bearer's.
ALTER TABLE tokens ADD COLUMN agent TEXT;
