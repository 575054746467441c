-- Spreads the two tables that grow with every answer, attempts and mistakes, over sixteen parts by learner. Run it once, with
-- the replicas stopped and a backup taken:
--
--     psql --set=ON_ERROR_STOP=1 --single-transaction --file=deploy/spread-by-learner.sql "$QUIZ_DATABASE_URL"
--
-- The program needs no change: it asks for a learner's rows by learner, and PostgreSQL goes to one part. Each part has its own
-- indexes, can lie on a tablespace (a disk) of its own, and is vacuumed by itself. The keys are those that Citus asks for as
-- well, every one beginning with the learner.

CREATE PROCEDURE pg_temp.spread(grown text, key text, parts integer) LANGUAGE plpgsql AS $$
DECLARE
    whole text := grown || '_whole';
    indexes text[] := ARRAY(
        SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = grown::regclass AND NOT indisprimary);
    foreign_keys text[] := ARRAY(
        SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = grown::regclass AND contype = 'f');
    counts text := pg_get_serial_sequence(grown, split_part(key, ', ', 2));
    one text;
BEGIN
    EXECUTE format('ALTER TABLE %I RENAME TO %I', grown, whole);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY HASH (learner_id)', grown, whole);
    FOR part IN 0 .. parts - 1 LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)', grown || '_' || part, grown, parts, part);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', grown, whole);
    IF counts IS NOT NULL THEN
        EXECUTE format('ALTER SEQUENCE %s OWNED BY %I.%I', counts, grown, split_part(key, ', ', 2));
    END IF;
    EXECUTE format('DROP TABLE %I', whole);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (%s)', grown, 'pk_' || grown, key);
    FOREACH one IN ARRAY indexes LOOP
        EXECUTE one;
    END LOOP;
    FOREACH one IN ARRAY foreign_keys LOOP
        EXECUTE format('ALTER TABLE %I ADD %s', grown, one);
    END LOOP;
END
$$;

-- Whatever refers to an attempt refers to its learner with it from now on. Deferred, since merging two identities moves attempts
-- and what belongs to them one after the other.
CREATE TEMPORARY TABLE referring ON COMMIT DROP AS
    SELECT f.conrelid::regclass::text AS place, f.conname AS name, c.attname AS reference,
        CASE f.confdeltype WHEN 'c' THEN 'ON DELETE CASCADE' WHEN 'n' THEN format('ON DELETE SET NULL (%I)', c.attname) ELSE '' END
            AS at_the_end
    FROM pg_constraint f JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = f.conkey[1]
    WHERE f.contype = 'f' AND f.confrelid = 'attempts'::regclass;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM referring LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.name);
    END LOOP;
    CALL pg_temp.spread('attempts', 'learner_id, id', 16);
    CALL pg_temp.spread('mistakes', 'learner_id, attempt_id, symbol', 16);
    CREATE INDEX ix_attempts_id ON attempts (id);
    FOR one IN SELECT * FROM referring LOOP
        EXECUTE format(
            'ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (learner_id, %I) REFERENCES attempts (learner_id, id) %s DEFERRABLE '
            'INITIALLY DEFERRED', one.place, one.name, one.reference, one.at_the_end);
    END LOOP;
END
$$;
