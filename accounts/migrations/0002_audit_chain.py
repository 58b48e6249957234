from django.db import migrations

CHAIN = """
CREATE FUNCTION accounts_auditevent_chain() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- 16 411 is the lock of this chain: one writer at a time, until its transaction ends.
    PERFORM pg_advisory_xact_lock(16411);
    SELECT seq + 1, sha256 INTO NEW.seq, NEW.previous_sha256
        FROM accounts_auditevent ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        NEW.seq := 1;
        NEW.previous_sha256 := repeat('0', 64);
    END IF;
    NEW.sha256 := encode(sha256(convert_to(jsonb_build_array(
        NEW.seq, NEW.previous_sha256, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), NEW.by_id,
        NEW.verb, NEW.subject_type, NEW.subject_id, NEW.before, NEW.after, NEW.reason)::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_auditevent_chain BEFORE INSERT ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION accounts_auditevent_chain();

CREATE FUNCTION accounts_auditevent_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP;
END $$;
-- Beside pgtrigger's row trigger, which a session can ask to be ignored and which does not see TRUNCATE.
CREATE TRIGGER accounts_auditevent_keep BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditevent_keep();
CREATE TRIGGER accounts_auditevent_no_truncate BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditevent_keep();
"""

UNCHAIN = """
DROP TRIGGER accounts_auditevent_no_truncate ON accounts_auditevent;
DROP TRIGGER accounts_auditevent_keep ON accounts_auditevent;
DROP FUNCTION accounts_auditevent_keep();
DROP TRIGGER accounts_auditevent_chain ON accounts_auditevent;
DROP FUNCTION accounts_auditevent_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
