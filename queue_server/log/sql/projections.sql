-- name: tickets_of_day
SELECT * FROM tickets WHERE site = :site AND day = :day ORDER BY issued_at, number

-- name: tickets_between
SELECT * FROM tickets WHERE site = :site AND day >= :from AND day <= :to ORDER BY day, issued_at, number

-- name: ticket_by_token
SELECT site, day, ticket FROM tickets WHERE token_hash = :token_hash

-- name: ticket
SELECT * FROM tickets WHERE site = :site AND day = :day AND ticket = :ticket

-- name: stages_of_day
SELECT * FROM stages WHERE site = :site AND day = :day ORDER BY seq

-- name: stages_between
SELECT * FROM stages WHERE site = :site AND day >= :from AND day <= :to ORDER BY day, seq

-- name: drop_tickets_of_day
DELETE FROM tickets WHERE site = :site AND day = :day

-- name: drop_stages_of_day
DELETE FROM stages WHERE site = :site AND day = :day

-- name: half_hours_before
SELECT day, service, issued_at / 1800000 AS half_hour, COUNT(*) AS issued, COUNT(wait_ms) AS called,
    CAST(COALESCE(SUM(wait_ms), 0) AS BIGINT) AS waited_ms
FROM tickets WHERE site = :site AND day >= :from AND day < :before
GROUP BY day, service, issued_at / 1800000
