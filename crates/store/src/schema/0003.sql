-- Persons. Without a password they come by OIDC, whose issuer and subject are theirs.
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT,
    subject TEXT UNIQUE,
    made_us BIGINT NOT NULL,
    disabled_us BIGINT
);

-- rests_us: when it ends if nothing is asked; ends_us: when it ends whatever is asked.
CREATE TABLE sessions (
    sha256 {bytes} PRIMARY KEY,
    name TEXT NOT NULL REFERENCES users (name),
    made_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL,
    rests_us BIGINT NOT NULL,
    ends_us BIGINT NOT NULL
);
CREATE INDEX sessions_by_name ON sessions (name);

-- The token by which the first admin is made: one row at most.
CREATE TABLE setup (
    sha256 {bytes} PRIMARY KEY,
    made_us BIGINT NOT NULL,
    used_us BIGINT
);

-- Who needs to know of what is sealed.
CREATE TABLE needs (
    subject TEXT NOT NULL,
    name TEXT NOT NULL REFERENCES users (name),
    PRIMARY KEY (subject, name)
) {clustered};
