-- name: cursors
SELECT site, seq FROM cursors WHERE reader = :reader

-- name: take_deliveries
UPDATE deliveries SET state = 'sending', tries = tries + 1, next_at = :lease_until, updated_at = :now
WHERE state = 'pending' AND id IN (
    SELECT id FROM deliveries
    WHERE channel = :channel AND state = 'pending' AND next_at <= :now AND expires_at > :hall
    ORDER BY site, seq, id LIMIT :limit
)
RETURNING *

-- name: take_deliveries_for
UPDATE deliveries SET state = 'sending', tries = tries + 1, next_at = :lease_until, updated_at = :now
WHERE state = 'pending' AND id IN (
    SELECT id FROM deliveries
    WHERE channel = :channel AND address = :address AND state = 'pending' AND next_at <= :now AND expires_at > :hall
    ORDER BY site, seq, id LIMIT :limit
)
RETURNING *

-- name: settle_delivery
UPDATE deliveries SET state = :state, reason = :reason, next_at = :next_at, updated_at = :now
WHERE id = :id AND state IN ('sending', 'unknown')

-- name: expire_deliveries
UPDATE deliveries SET state = 'expired', reason = :reason, updated_at = :now
WHERE channel = :channel AND state = 'pending' AND expires_at <= :hall

-- name: lapse_deliveries
UPDATE deliveries SET state = :state, reason = :reason, next_at = :now, updated_at = :now
WHERE channel = :channel AND state = 'sending' AND next_at <= :now

-- name: next_delivery
SELECT min(next_at) AS next_at FROM deliveries WHERE channel = :channel AND state = 'pending'

-- name: delivery
SELECT * FROM deliveries WHERE id = :id

-- name: deliveries_of_ticket
SELECT * FROM deliveries WHERE site = :site AND ticket = :ticket ORDER BY seq, id

-- name: deliveries_open
SELECT * FROM deliveries WHERE channel = :channel AND state IN ('pending', 'sending') ORDER BY site, seq, id

-- name: deliveries_old
SELECT id FROM deliveries
WHERE site = :site AND seq < :upto AND updated_at < :before AND state NOT IN ('pending', 'sending') LIMIT :limit

-- name: drop_delivery
DELETE FROM deliveries WHERE id = :id AND state NOT IN ('pending', 'sending')

-- name: deliveries_due
SELECT * FROM deliveries
WHERE channel = :channel AND address = :address AND state = 'pending'
    AND (next_at <= :now OR next_at > :now + 60000) -- no pause is so long: the clock was set back
    AND state IN ('pending', 'sending') -- as the index says it, else the whole table is read
ORDER BY site, seq, id LIMIT :limit

-- name: deliveries_due_alone
SELECT * FROM deliveries
WHERE channel = :channel AND address = :address AND state = 'pending'
    AND (next_at <= :now OR next_at > :now + 60000)
    AND state IN ('pending', 'sending')
    AND NOT EXISTS (
        SELECT 1 FROM deliveries other
        WHERE other.channel = :channel AND other.state = 'sending' AND other.state IN ('pending', 'sending')
            AND coalesce(other.via, other.address) = :address AND coalesce(other.holder, '') <> :holder
    )
ORDER BY site, seq, id LIMIT :limit

-- name: begin_delivery
UPDATE deliveries SET state = 'sending', reason = NULL, holder = :holder, via = :via, next_at = :now, updated_at = :now
WHERE id = :id AND state = 'pending' AND expires_at > :hall
    AND NOT EXISTS (
        SELECT 1 FROM deliveries other
        WHERE other.channel = :channel AND other.state = 'sending' AND other.state IN ('pending', 'sending')
            AND coalesce(other.via, other.address) = :via AND coalesce(other.holder, '') <> :holder
    )

-- name: beat_deliveries
UPDATE deliveries SET next_at = :now
WHERE channel = :channel AND state = 'sending' AND state IN ('pending', 'sending') AND holder = :holder

-- name: deliveries_begun
SELECT * FROM deliveries
WHERE channel = :channel AND state = 'sending' AND state IN ('pending', 'sending') ORDER BY site, seq, id

-- name: abandon_delivery
UPDATE deliveries SET state = 'unknown', reason = :reason, updated_at = :now
WHERE id = :id AND state = 'sending' AND coalesce(holder, '') = :holder AND next_at = :beat

-- name: deliveries_late
SELECT id FROM deliveries
WHERE channel = :channel AND state = 'pending' AND state IN ('pending', 'sending') AND expires_at <= :hall

-- name: mark_delivery
UPDATE deliveries SET state = :state, reason = :reason, next_at = :next_at, tries = tries + :tried, updated_at = :now,
    via = CASE WHEN :state = 'pending' THEN NULL ELSE via END
WHERE id = :id AND (
    state = 'pending' OR (state = 'sending' AND coalesce(holder, '') = :holder)
    OR (state = 'unknown' AND :state = 'confirmed')
)

-- name: deliveries_waiting
SELECT address, count(*) AS waiting FROM deliveries
WHERE channel = :channel AND state = 'pending' AND state IN ('pending', 'sending')
GROUP BY address

-- name: deliveries_doubtful
SELECT d.* FROM deliveries d
WHERE d.channel = :channel AND d.site = :site AND d.seq > :after
    AND d.state IN ('failed', 'expired', 'unknown', 'unavailable', 'sending')
    AND (d.state <> 'sending' OR d.updated_at < :stale)
    AND NOT EXISTS (
        SELECT 1 FROM deliveries later
        WHERE later.site = d.site AND later.ticket = d.ticket AND later.channel = d.channel AND later.seq > d.seq
    )
ORDER BY d.updated_at DESC, d.seq DESC

-- name: grant_delivery
UPDATE deliveries SET state = 'sending', reason = :leave, holder = NULL, via = :via, next_at = 0, updated_at = :now
WHERE id = :id AND state = 'pending' AND expires_at > :hall

-- name: return_delivery
UPDATE deliveries SET state = 'pending', reason = NULL, via = NULL, next_at = 0, tries = tries + 1, updated_at = :now
WHERE id = :id AND state = 'sending' AND reason = :leave
