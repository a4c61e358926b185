-- What was logged stays as it is, and so does what an object says.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', tg_argv[0]; END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is only ever added to');
CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is only ever added to');
CREATE TRIGGER objects_stay BEFORE UPDATE OF seq, id, version_us, sha256, text ON objects
FOR EACH ROW EXECUTE FUNCTION refuse('what an object says is not changed');
