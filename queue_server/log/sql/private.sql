-- name: private_row
SELECT kind, data FROM private WHERE site = :site AND ref = :ref

-- name: erase_private
DELETE FROM private WHERE site = :site AND ref = :ref

-- name: erase_private_due
DELETE FROM private WHERE erase_at <= :now
