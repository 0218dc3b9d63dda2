-- name: add_site
INSERT INTO sites (id, created_at) VALUES (:site, :now) ON CONFLICT (id) DO NOTHING

-- name: sites
SELECT id, created_at FROM sites ORDER BY id

-- name: day_start
SELECT max(seq) AS seq FROM events WHERE site = :site AND kind = 'DayOpened' AND seq <= :upto

-- name: day_starts
SELECT seq, day, at FROM events WHERE site = :site AND kind = 'DayOpened' ORDER BY seq

-- name: day_bounds
SELECT
    (SELECT min(seq) FROM events WHERE site = :site AND kind = 'DayOpened' AND day = :day) AS first,
    (SELECT min(seq) FROM events WHERE site = :site AND kind = 'DayOpened' AND day > :day) AS next

-- name: day_marks
SELECT data FROM events WHERE site = :site AND seq >= :first AND seq < :next
    AND kind IN (
        'DayOpened', 'DayClosed', 'OutageMarked', 'CounterOpened', 'CounterPaused', 'CounterClosed', 'CommandUndone'
    )
ORDER BY seq

-- name: head
SELECT max(seq) AS seq FROM events WHERE site = :site

-- name: to_fold
SELECT seq, day, cmd, "key", body, data FROM events WHERE site = :site AND seq > :after ORDER BY seq

-- name: events_between
SELECT seq, day, data FROM events WHERE site = :site AND seq > :after AND seq <= :upto ORDER BY seq LIMIT :limit

-- name: probe_write
INSERT INTO probe (id, filler) VALUES (1, :filler) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler

-- name: probe_clear
DELETE FROM probe
