-- Written by Prisma from prisma/schema.prisma, up to the mark below; by hand in it: NOT NULL of arrays, the partitioning
-- of snapshot, the fill factor of host_status (its row is rewritten with each beat: room for it on the page).
-- Every role named here is made before the first migration runs, by packages/db/src/roles.ts.

CREATE TABLE "user" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "session" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" UUID NOT NULL,
    "active_organisation_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "account" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "verification" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "organisation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "logo" TEXT,
    "metadata" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "membership" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organisation_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'member',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "invitation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organisation_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inviter_id" UUID NOT NULL,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "setup_token" (
    "token_hash" BYTEA NOT NULL,
    "organisation_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "setup_token_pkey" PRIMARY KEY ("token_hash")
);

CREATE TABLE "host" (
    "id" BIGSERIAL NOT NULL,
    "public_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "machine_id" TEXT,
    "facts" JSONB,
    "collector_version" TEXT,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "host_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "collector_key" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "host_id" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "collector_key_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "host_status" (
    "host_id" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "boot_id" TEXT NOT NULL,
    "booted_at" TIMESTAMPTZ(3) NOT NULL,
    "clock_skew_milliseconds" BIGINT NOT NULL,
    "beat_seconds" INTEGER NOT NULL,
    "layout_no" INTEGER NOT NULL,
    "readings" BIGINT[] NOT NULL,
    "probes" JSONB NOT NULL,
    "probes_read" SMALLINT NOT NULL,
    "probes_total" SMALLINT NOT NULL,
    "fullest_store_key" TEXT,
    "fullest_resource" TEXT,
    "fullest_used" BIGINT,
    "fullest_capacity" BIGINT,
    "fullest_fill" DOUBLE PRECISION,
    "back_ends" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "sparkline" REAL[] NOT NULL DEFAULT ARRAY[]::REAL[],
    "sparkline_day" DATE,
    "growth_per_day" DOUBLE PRECISION,
    "derived_at" TIMESTAMPTZ(3),

    CONSTRAINT "host_status_pkey" PRIMARY KEY ("host_id")
) WITH (fillfactor = 50);

CREATE TABLE "collector_stream" (
    "host_id" BIGINT NOT NULL,
    "stream_no" INTEGER NOT NULL,
    "organisation_id" UUID NOT NULL,
    "stream_id" UUID NOT NULL,
    "last_sequence" BIGINT NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "collector_stream_pkey" PRIMARY KEY ("host_id","stream_no")
);

CREATE TABLE "layout" (
    "host_id" BIGINT NOT NULL,
    "layout_no" INTEGER NOT NULL,
    "organisation_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "stores" JSONB NOT NULL,
    "daemons" JSONB NOT NULL,
    "resource_nos" INTEGER[] NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "layout_pkey" PRIMARY KEY ("host_id","layout_no")
);

CREATE TABLE "resource" (
    "host_id" BIGINT NOT NULL,
    "resource_no" INTEGER NOT NULL,
    "organisation_id" UUID NOT NULL,
    "store_key" TEXT NOT NULL,
    "series" TEXT NOT NULL,
    "unit" TEXT NOT NULL,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("host_id","resource_no")
);

CREATE TABLE "snapshot" (
    "host_id" BIGINT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "stream_no" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "layout_no" INTEGER NOT NULL,
    "flags" SMALLINT NOT NULL DEFAULT 0,
    "readings" BIGINT[] NOT NULL,

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("host_id","observed_at","stream_no","sequence")
) PARTITION BY RANGE ("observed_at");

CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

CREATE INDEX "session_user_id_idx" ON "session"("user_id");

CREATE INDEX "account_user_id_idx" ON "account"("user_id");

CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

CREATE UNIQUE INDEX "organisation_slug_key" ON "organisation"("slug");

CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

CREATE UNIQUE INDEX "membership_organisation_id_user_id_key" ON "membership"("organisation_id", "user_id");

CREATE INDEX "invitation_organisation_id_idx" ON "invitation"("organisation_id");

CREATE INDEX "invitation_email_idx" ON "invitation"("email");

CREATE UNIQUE INDEX "host_public_id_key" ON "host"("public_id");

CREATE INDEX "host_organisation_id_idx" ON "host"("organisation_id");

CREATE UNIQUE INDEX "host_id_organisation_id_key" ON "host"("id", "organisation_id");

CREATE INDEX "collector_key_host_id_idx" ON "collector_key"("host_id");

CREATE INDEX "host_status_organisation_id_idx" ON "host_status"("organisation_id");

CREATE UNIQUE INDEX "collector_stream_host_id_stream_id_key" ON "collector_stream"("host_id", "stream_id");

CREATE UNIQUE INDEX "layout_host_id_hash_key" ON "layout"("host_id", "hash");

CREATE UNIQUE INDEX "resource_host_id_store_key_series_key" ON "resource"("host_id", "store_key", "series");

ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "membership" ADD CONSTRAINT "membership_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "invitation" ADD CONSTRAINT "invitation_inviter_id_fkey" FOREIGN KEY ("inviter_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "setup_token" ADD CONSTRAINT "setup_token_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "host" ADD CONSTRAINT "host_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "collector_key" ADD CONSTRAINT "collector_key_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "host_status" ADD CONSTRAINT "host_status_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "collector_stream" ADD CONSTRAINT "collector_stream_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "layout" ADD CONSTRAINT "layout_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "resource" ADD CONSTRAINT "resource_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- ── By hand from here on ────────────────────────────────────────────────────────────────────────────────────────────

-- How a table lies on Citus; the lint of the catalogue reads it and refuses a table without one.
COMMENT ON TABLE "user" IS 'distribution: reference';
COMMENT ON TABLE "session" IS 'distribution: reference';
COMMENT ON TABLE "account" IS 'distribution: reference';
COMMENT ON TABLE "verification" IS 'distribution: reference';
COMMENT ON TABLE "organisation" IS 'distribution: reference';
COMMENT ON TABLE "membership" IS 'distribution: reference';
COMMENT ON TABLE "invitation" IS 'distribution: reference';
COMMENT ON TABLE "setup_token" IS 'distribution: reference';
COMMENT ON TABLE "host" IS 'distribution: reference';
COMMENT ON TABLE "collector_key" IS 'distribution: reference';
COMMENT ON TABLE "host_status" IS 'distribution: host_id';
COMMENT ON TABLE "collector_stream" IS 'distribution: host_id';
COMMENT ON TABLE "layout" IS 'distribution: host_id';
COMMENT ON TABLE "resource" IS 'distribution: host_id';
COMMENT ON TABLE "snapshot" IS 'distribution: host_id';

-- Catches a row whose day has no partition yet.
CREATE TABLE "snapshot_default" PARTITION OF "snapshot" DEFAULT;

-- Row-level security. Fleet tables: the web sees one organisation, set by SET LOCAL silt.organisation; the processes
-- that serve all organisations have policies of their own. Partitions have no policy but the owner's: they are
-- reached through their parent alone.
CREATE FUNCTION "protect_fleet_table"("name" regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', "name");
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', "name");
  EXECUTE format('CREATE POLICY "owner" ON %s TO silt_owner USING (true) WITH CHECK (true)', "name");
  EXECUTE format('CREATE POLICY "ingest" ON %s TO silt_ingest USING (true) WITH CHECK (true)', "name");
  EXECUTE format('CREATE POLICY "worker" ON %s TO silt_worker USING (true) WITH CHECK (true)', "name");
  EXECUTE format(
    'CREATE POLICY "web" ON %s TO silt_web'
    ' USING (organisation_id = (SELECT nullif(current_setting(%L, true), %L)::uuid))', "name", 'silt.organisation', '');
END $$;

CREATE FUNCTION "protect_sign_in_table"("name" regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', "name");
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', "name");
  EXECUTE format('CREATE POLICY "owner" ON %s TO silt_owner USING (true) WITH CHECK (true)', "name");
  EXECUTE format('CREATE POLICY "auth" ON %s TO silt_auth USING (true) WITH CHECK (true)', "name");
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO silt_auth', "name");
END $$;

CREATE FUNCTION "protect_partition"("name" regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', "name");
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', "name");
  EXECUTE format('CREATE POLICY "owner" ON %s TO silt_owner USING (true) WITH CHECK (true)', "name");
END $$;

SELECT "protect_sign_in_table"(t) FROM unnest(ARRAY[
  '"user"', '"session"', '"account"', '"verification"', '"organisation"', '"membership"', '"invitation"',
  '"setup_token"']::regclass[]) AS t;
SELECT "protect_fleet_table"(t) FROM unnest(ARRAY[
  '"host"', '"collector_key"', '"host_status"', '"collector_stream"', '"layout"', '"resource"', '"snapshot"'
]::regclass[]) AS t;
SELECT "protect_partition"('"snapshot_default"');

GRANT USAGE ON SCHEMA public TO silt_web, silt_ingest, silt_worker, silt_auth;

GRANT SELECT ON "host", "host_status", "layout", "resource", "snapshot" TO silt_web;

GRANT SELECT, INSERT, UPDATE ON "host", "collector_key", "host_status", "collector_stream" TO silt_ingest;
GRANT SELECT, INSERT ON "layout", "resource", "snapshot" TO silt_ingest;
GRANT USAGE ON SEQUENCE "host_id_seq" TO silt_ingest;

GRANT SELECT ON "host", "collector_stream", "layout", "resource", "snapshot" TO silt_worker;
GRANT SELECT, UPDATE ON "host_status" TO silt_worker;

-- Makes the partition of one day (UTC) and moves its rows out of the default one first, since Postgres refuses to
-- attach a partition whose rows stand in the default. Runs as the owner, so that no other role can create tables.
-- Returns whether it had to be made.
CREATE FUNCTION "ensure_snapshot_partition"("day" date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  name text := 'snapshot_' || to_char("day", 'YYYYMMDD');
  low timestamptz := "day"::timestamp AT TIME ZONE 'UTC';
  high timestamptz := ("day" + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('silt.snapshot_partition'));
  -- A query, since to_regclass may answer from a cache that is older than the wait for the lock.
  IF EXISTS (SELECT FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.snapshot INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
  LOCK TABLE public.snapshot_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM public.snapshot_default WHERE observed_at >= %L AND observed_at < %L RETURNING *)'
    ' INSERT INTO public.%I SELECT * FROM moved', low, high, name);
  EXECUTE format(
    'ALTER TABLE public.snapshot ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, low, high);
  PERFORM public.protect_partition(format('public.%I', name)::regclass);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION "ensure_snapshot_partition"(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION "protect_fleet_table"(regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION "protect_sign_in_table"(regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION "protect_partition"(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "ensure_snapshot_partition"(date) TO silt_ingest, silt_worker;
