-- The log, its projections, what is owed, personal data, and who may come in.
-- Every time is ms UTC. {clustered}, {bytes}: how the adapter writes a table kept in key order, and a byte string.

CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

-- The truth. day: the business day it belongs to (null before the first). cmd: seq of the first event of its
-- command. key, body: idempotency hashes, on that first event only. data: the whole event as JSON.
CREATE TABLE events (
    site TEXT NOT NULL,
    seq BIGINT NOT NULL,
    day TEXT,
    at BIGINT NOT NULL,
    cmd BIGINT NOT NULL,
    kind TEXT NOT NULL,
    v BIGINT NOT NULL,
    "by" TEXT NOT NULL,
    "key" TEXT,
    body TEXT,
    data TEXT NOT NULL,
    PRIMARY KEY (site, seq)
) {clustered};

-- Where each day begins: a start folds from there, and a day is found by it.
CREATE INDEX events_days ON events (site, seq) WHERE kind = 'DayOpened';

-- One row a ticket; day: when it was issued. wait_ms: to its first call.
-- service_ms: all its time at counters.
CREATE TABLE tickets (
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    ticket TEXT NOT NULL,
    number TEXT NOT NULL,
    band TEXT NOT NULL,
    value BIGINT NOT NULL,
    lap BIGINT NOT NULL,
    service TEXT NOT NULL,
    services TEXT NOT NULL,
    channel TEXT NOT NULL,
    kiosk TEXT,
    lang TEXT,
    priority TEXT,
    units BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    called_at BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    state TEXT NOT NULL,
    counter TEXT,
    calls BIGINT NOT NULL,
    wait_ms BIGINT,
    service_ms BIGINT,
    handoffs BIGINT NOT NULL,
    handoffs_done BIGINT NOT NULL,
    PRIMARY KEY (site, day, ticket)
) {clustered};

-- A token of a past day is told from one that never was.
CREATE INDEX tickets_token ON tickets (token_hash);

-- One row a call; day: of the call; seq: of its event. issued_at: when the errand began to wait.
-- outcome: open, served, no_show, held, transferred, cancelled, expired, undone.
-- from_call: 1 when nobody pressed start, so that service_ms counts from the call.
CREATE TABLE stages (
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ticket TEXT NOT NULL,
    number TEXT NOT NULL,
    service TEXT NOT NULL,
    counter TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    called_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    outcome TEXT NOT NULL,
    wait_ms BIGINT NOT NULL,
    service_ms BIGINT,
    from_call BIGINT NOT NULL,
    pickup BIGINT NOT NULL,
    recalls BIGINT NOT NULL,
    PRIMARY KEY (site, day, seq)
) {clustered};

-- How far each reader has come.
CREATE TABLE cursors (
    reader TEXT NOT NULL,
    site TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (reader, site)
);

-- What is owed. seq: of the event that planned it. body: JSON without personal data; address: a reference.
-- state: pending, sending (lease until next_at), sent, failed, unknown (nobody knows), expired.
-- next_at is real time, expires_at hall time.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL,
    seq BIGINT NOT NULL,
    channel TEXT NOT NULL,
    ticket TEXT,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (channel, site, seq) WHERE state IN ('pending', 'sending');
CREATE INDEX deliveries_ticket ON deliveries (site, ticket);

-- Personal data, encrypted. site is '' for what belongs to the whole installation.
CREATE TABLE private (
    site TEXT NOT NULL,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    data {bytes} NOT NULL,
    erase_at BIGINT NOT NULL,
    PRIMARY KEY (site, ref)
);
CREATE INDEX private_due ON private (erase_at);

-- Devices and programs. hash: SHA-256 (hex) of the token.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    site TEXT,
    counter TEXT,
    department TEXT,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- People who sign in. name_ref: their name, in private.
CREATE TABLE people (
    login TEXT NOT NULL PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    site TEXT,
    counter TEXT,
    department TEXT,
    name_ref TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Signed-in people and enrolled devices: login or token says which. hash: SHA-256 (hex) of the cookie.
CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    login TEXT,
    token TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- One row that comes and goes while the log finds out whether it can write again.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY,
    filler {bytes} NOT NULL
);
