-- Objects as they came. A form is 0 for the store's own; what is given out under the same
-- id and version with other content (parts taken out) has a form of its own. Of one id,
-- version and content there is one row. All own versions of an object have its creator.
CREATE TABLE objects (
    seq {seq},
    id TEXT NOT NULL,
    version_us BIGINT NOT NULL,
    form BIGINT NOT NULL,
    is_last BIGINT NOT NULL,
    type TEXT NOT NULL,
    version TEXT,
    spec_version TEXT NOT NULL,
    creator TEXT,
    added_us BIGINT NOT NULL,
    sha256 {bytes} NOT NULL,
    text TEXT NOT NULL
);
CREATE UNIQUE INDEX objects_by_id ON objects (id, version_us, form);
CREATE INDEX objects_by_type ON objects (type, seq) WHERE form = 0;
CREATE INDEX objects_by_added ON objects (added_us);

CREATE TABLE imports (
    seq {seq},
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    licence TEXT,
    grade TEXT,
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    UNIQUE (source, sha256)
);

CREATE TABLE provenance (
    object BIGINT NOT NULL REFERENCES objects (seq),
    import BIGINT NOT NULL REFERENCES imports (seq),
    PRIMARY KEY (object, import)
) {clustered};

-- Other content under an id and version that the store has already.
CREATE TABLE conflicts (
    import BIGINT NOT NULL REFERENCES imports (seq),
    id TEXT NOT NULL,
    version_us BIGINT NOT NULL,
    sha256 {bytes} NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (id, version_us, sha256, import)
);

CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    why TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL
);

CREATE TABLE quarantine (
    seq {seq},
    at_us BIGINT NOT NULL,
    source TEXT NOT NULL,
    why TEXT NOT NULL,
    text TEXT NOT NULL
);

CREATE TABLE feeds (
    url TEXT NOT NULL,
    collection TEXT NOT NULL,
    added_after TEXT,
    run_us BIGINT,
    outcome TEXT,
    PRIMARY KEY (url, collection)
);

CREATE TABLE releases (
    seq {seq},
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    recipient TEXT NOT NULL,
    policy TEXT NOT NULL
);

CREATE TABLE released (
    release BIGINT NOT NULL REFERENCES releases (seq),
    id TEXT NOT NULL,
    version_us BIGINT NOT NULL,
    version TEXT,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (release, id, version_us)
) {clustered};
CREATE INDEX released_by_id ON released (id);

-- last_us: the last date_added that was ever given in it.
CREATE TABLE collections (
    seq {seq},
    id TEXT NOT NULL UNIQUE,
    alias TEXT UNIQUE,
    title TEXT NOT NULL,
    description TEXT,
    ceiling TEXT NOT NULL,
    audience TEXT NOT NULL,
    can_post BIGINT NOT NULL,
    last_us BIGINT NOT NULL
);

-- What a collection gives. added_us is given once in a collection and only grows, so that
-- it is date_added and the place in the order at once. Flags stand for what requests ask
-- for when they say nothing: the last version, of the latest spec_version.
CREATE TABLE members (
    collection BIGINT NOT NULL REFERENCES collections (seq),
    added_us BIGINT NOT NULL,
    object BIGINT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    version_us BIGINT NOT NULL,
    spec_version TEXT NOT NULL,
    is_first BIGINT NOT NULL,
    is_last BIGINT NOT NULL,
    is_latest_spec BIGINT NOT NULL,
    PRIMARY KEY (collection, added_us)
) {clustered};
CREATE UNIQUE INDEX members_by_id ON members (collection, id, spec_version, version_us);
CREATE INDEX members_shown ON members (collection, added_us, object)
    WHERE is_last = 1 AND is_latest_spec = 1;
CREATE INDEX members_shown_by_type ON members (collection, type, added_us, object)
    WHERE is_last = 1 AND is_latest_spec = 1;

CREATE TABLE keys (
    name TEXT PRIMARY KEY,
    sha256 {bytes} NOT NULL UNIQUE,
    requests_per_minute BIGINT,
    made_us BIGINT NOT NULL,
    revoked_us BIGINT
);

CREATE TABLE rights (
    key TEXT NOT NULL REFERENCES keys (name),
    collection BIGINT NOT NULL REFERENCES collections (seq),
    can_read BIGINT NOT NULL,
    can_write BIGINT NOT NULL,
    PRIMARY KEY (key, collection)
) {clustered};

CREATE TABLE statuses (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX statuses_by_time ON statuses (at_us);

-- Each entry's hash is over its content and the hash before it.
CREATE TABLE audit (
    seq {seq},
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash {bytes} NOT NULL
);

-- The numbers that were given last, and the bytes of the longest object, in one row.
CREATE TABLE numbers (
    objects BIGINT NOT NULL,
    imports BIGINT NOT NULL,
    bytes_max BIGINT NOT NULL
);
INSERT INTO numbers (objects, imports, bytes_max) VALUES (0, 0, 0);
