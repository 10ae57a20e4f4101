-- Enrolment by Ed25519 keys, events of hosts, the audit log, and the hashes that tell a repeat from a forgery.
-- Written by Prisma from prisma/schema.prisma, up to the mark below; by hand in it: the DELETE, NOT NULL of the array.

-- Keys by shared secret are no more: collectors enrol again, and find their host by its machine id.
DELETE FROM "collector_key";

ALTER TABLE "collector_key" DROP COLUMN "secret_hash",
ADD COLUMN     "public_key" BYTEA NOT NULL,
ADD COLUMN     "enrolment_token_id" UUID;

ALTER TABLE "collector_stream" ADD COLUMN     "hashes" BYTEA NOT NULL DEFAULT '\x'::bytea;

CREATE TABLE "enrolment_token" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "token_hash" BYTEA NOT NULL,
    "organisation_id" UUID NOT NULL,
    "host_id" BIGINT,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "uses_allowed" INTEGER NOT NULL DEFAULT 1,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrolment_token_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "host_expiry" (
    "organisation_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "silent_hours" INTEGER NOT NULL,

    CONSTRAINT "host_expiry_pkey" PRIMARY KEY ("organisation_id","tag")
);

CREATE TABLE "event" (
    "host_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "event_no" BIGSERIAL NOT NULL,
    "organisation_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("host_id","at","event_no")
);

CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "address" TEXT,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "enrolment_token_token_hash_key" ON "enrolment_token"("token_hash");

CREATE INDEX "enrolment_token_organisation_id_idx" ON "enrolment_token"("organisation_id");

CREATE INDEX "host_organisation_id_machine_id_idx" ON "host"("organisation_id", "machine_id");

CREATE INDEX "audit_event_organisation_id_at_idx" ON "audit_event"("organisation_id", "at");

ALTER TABLE "enrolment_token" ADD CONSTRAINT "enrolment_token_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "event" ADD CONSTRAINT "event_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- ── By hand from here on ────────────────────────────────────────────────────────────────────────────────────────────

COMMENT ON TABLE "enrolment_token" IS 'distribution: reference';
COMMENT ON TABLE "host_expiry" IS 'distribution: reference';
COMMENT ON TABLE "event" IS 'distribution: host_id';
COMMENT ON TABLE "audit_event" IS 'distribution: local';

ALTER TABLE "collector_key" ADD CONSTRAINT "collector_key_public_key_length" CHECK (octet_length("public_key") = 32);
ALTER TABLE "enrolment_token" ADD CONSTRAINT "enrolment_token_uses" CHECK ("uses" BETWEEN 0 AND "uses_allowed");
ALTER TABLE "host_expiry" ADD CONSTRAINT "host_expiry_silent_hours" CHECK ("silent_hours" > 0);

-- Its row is rewritten with each beat, and grew by the hashes: room for it on the page.
ALTER TABLE "collector_stream" SET (fillfactor = 50);

SELECT "protect_fleet_table"(t) FROM unnest(ARRAY[
  '"enrolment_token"', '"host_expiry"', '"event"', '"audit_event"']::regclass[]) AS t;

GRANT SELECT, INSERT, UPDATE ON "enrolment_token" TO silt_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON "host_expiry" TO silt_web;
GRANT SELECT, INSERT ON "event", "audit_event" TO silt_web;
GRANT SELECT, UPDATE ("revoked_at") ON "collector_key" TO silt_web;
GRANT UPDATE ("retired_at", "tags") ON "host" TO silt_web;

GRANT SELECT, UPDATE ON "enrolment_token" TO silt_ingest;
GRANT SELECT, INSERT, UPDATE ON "event" TO silt_ingest;
GRANT INSERT ON "audit_event" TO silt_ingest;

GRANT SELECT, INSERT ON "event" TO silt_worker;
GRANT INSERT ON "audit_event" TO silt_worker;
GRANT SELECT ON "host_expiry", "collector_key" TO silt_worker;
GRANT UPDATE ("retired_at") ON "host" TO silt_worker;
GRANT UPDATE ("revoked_at") ON "collector_key" TO silt_worker;

GRANT USAGE ON SEQUENCE "event_event_no_seq", "audit_event_id_seq" TO silt_web, silt_ingest, silt_worker;

-- Nobody changes the log, not even who owns it.
CREATE FUNCTION "refuse_change_of_audit"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_event is append-only';
END $$;
CREATE TRIGGER "append_only" BEFORE UPDATE OR DELETE ON "audit_event"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_audit"();
CREATE TRIGGER "append_only_truncate" BEFORE TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_audit"();

-- Hosts that have rows in the default partition, which no role but the owner may read by name: a partition was missing.
CREATE FUNCTION "hosts_in_default_partition"() RETURNS TABLE ("host_id" bigint, "organisation_id" uuid, "rows" bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.host_id, d.organisation_id, count(*) FROM public.snapshot_default d GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION "hosts_in_default_partition"() FROM PUBLIC;
REVOKE ALL ON FUNCTION "refuse_change_of_audit"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "hosts_in_default_partition"() TO silt_ingest, silt_worker;
