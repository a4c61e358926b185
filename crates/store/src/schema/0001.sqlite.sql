-- What was logged stays as it is, and so does what an object says.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER objects_stay BEFORE UPDATE OF seq, id, version_us, sha256, text ON objects
BEGIN SELECT raise(ABORT, 'what an object says is not changed'); END;
