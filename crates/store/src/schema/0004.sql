-- What was decided on campaigns. accounts are those it is for, left_out those that an
-- appeal had restored; force counts decisions in the order in which they came into force.
CREATE TABLE decisions (
    seq {seq},
    id TEXT NOT NULL UNIQUE,
    campaign TEXT NOT NULL,
    action TEXT NOT NULL,
    why TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    expires_us BIGINT,
    state TEXT NOT NULL,
    accounts BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    risk_floor DOUBLE PRECISION NOT NULL,
    fingerprint TEXT NOT NULL,
    needs_second BIGINT NOT NULL,
    second_who TEXT,
    second_why TEXT,
    second_us BIGINT,
    force BIGINT,
    in_force_us BIGINT,
    ended_who TEXT,
    ended_why TEXT,
    ended_us BIGINT
);
CREATE INDEX decisions_by_campaign ON decisions (campaign, seq);
CREATE INDEX decisions_by_state ON decisions (state, seq);

-- Accounts of a decision, the riskiest first. was: what was done to it when the decision
-- came into force; left_out: why the decision does not touch it.
CREATE TABLE decided (
    decision BIGINT NOT NULL REFERENCES decisions (seq),
    number BIGINT NOT NULL,
    account TEXT NOT NULL,
    risk DOUBLE PRECISION NOT NULL,
    was TEXT,
    left_out TEXT,
    PRIMARY KEY (decision, number)
) {clustered};
CREATE UNIQUE INDEX decided_by_account ON decided (account, decision);

-- Above how many accounts a decision needs a second person, in one row.
CREATE TABLE deciding (second_above BIGINT NOT NULL);
INSERT INTO deciding (second_above) VALUES (100);

CREATE TABLE appeals (
    seq {seq},
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    text TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    settled_who TEXT,
    settled_why TEXT,
    settled_us BIGINT
);
CREATE UNIQUE INDEX appeals_open ON appeals (account) WHERE outcome = 'open';
CREATE INDEX appeals_by_account ON appeals (account, outcome);
CREATE INDEX appeals_by_outcome ON appeals (outcome, seq);

-- Secrets are here as they are, since they sign: who reads this table can sign.
CREATE TABLE webhooks (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until_us BIGINT,
    events TEXT NOT NULL,
    is_enabled BIGINT NOT NULL,
    made_us BIGINT NOT NULL
);

-- What webhooks are told, written in the transaction of what it tells of.
CREATE TABLE events (
    seq {seq},
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- is_waiting: it is to be sent, at next_us at the earliest. A webhook gets them in the
-- order of seq.
CREATE TABLE deliveries (
    seq {seq},
    webhook TEXT NOT NULL,
    event BIGINT NOT NULL REFERENCES events (seq),
    replay_of BIGINT,
    made_us BIGINT NOT NULL,
    state TEXT NOT NULL,
    is_waiting BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_us BIGINT NOT NULL,
    last_us BIGINT,
    last_status BIGINT,
    last_error TEXT
);
CREATE INDEX deliveries_waiting ON deliveries (webhook, seq) WHERE is_waiting = 1;
CREATE INDEX deliveries_by_event ON deliveries (event);
