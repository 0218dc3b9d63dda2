-- name: add_token
INSERT INTO tokens (id, role, site, counter, department, agent, name, hash, created_at)
VALUES (:id, :role, :site, :counter, :department, :agent, :name, :hash, :now)

-- name: token_by_hash
SELECT * FROM tokens WHERE hash = :hash AND revoked_at IS NULL

-- name: tokens
SELECT id, role, site, counter, department, agent, name, hash, created_at, revoked_at FROM tokens ORDER BY created_at, id

-- name: revoke_token
UPDATE tokens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL

-- name: add_person
INSERT INTO people (login, password_hash, role, site, counter, department, name_ref, created_at)
VALUES (:login, :password_hash, :role, :site, :counter, :department, :name_ref, :now)
ON CONFLICT (login) DO NOTHING

-- name: person
SELECT * FROM people WHERE login = :login AND disabled_at IS NULL

-- name: people
SELECT login, role, site, counter, department, name_ref, created_at, disabled_at FROM people ORDER BY login

-- name: set_password
UPDATE people SET password_hash = :password_hash WHERE login = :login AND disabled_at IS NULL

-- name: disable_person
UPDATE people SET disabled_at = :now WHERE login = :login AND disabled_at IS NULL

-- name: add_session
INSERT INTO sessions (hash, login, token, created_at, expires_at)
VALUES (:hash, :login, :token, :now, :expires_at)

-- name: session
SELECT * FROM sessions WHERE hash = :hash AND revoked_at IS NULL AND expires_at > :now

-- name: extend_session
UPDATE sessions SET expires_at = :expires_at WHERE hash = :hash AND revoked_at IS NULL

-- name: revoke_session
UPDATE sessions SET revoked_at = :now WHERE hash = :hash AND revoked_at IS NULL

-- name: revoke_sessions_of
UPDATE sessions SET revoked_at = :now WHERE revoked_at IS NULL AND (login = :login OR token = :token)

-- name: drop_sessions
DELETE FROM sessions WHERE expires_at <= :now
