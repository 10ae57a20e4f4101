-- Items of the inventory as versions, and the history of readings in blocks, hours and days.
-- Written by Prisma from prisma/schema.prisma, up to the mark below; by hand in it: PARTITION BY.

CREATE TABLE "item" (
    "host_id" BIGINT NOT NULL,
    "item_no" INTEGER NOT NULL,
    "organisation_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "item_pkey" PRIMARY KEY ("host_id","item_no")
);

CREATE TABLE "item_version" (
    "host_id" BIGINT NOT NULL,
    "item_no" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL DEFAULT 'infinity'::timestamp with time zone,
    "organisation_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "store_no" INTEGER,
    "parent_no" INTEGER,
    "owner_no" INTEGER,
    "size_bytes" BIGINT,
    "counted" BOOLEAN NOT NULL,
    "least_bytes" BIGINT,
    "most_bytes" BIGINT,
    "state" TEXT,
    "attributes" JSONB NOT NULL,

    CONSTRAINT "item_version_pkey" PRIMARY KEY ("host_id","item_no","valid_from")
);

CREATE TABLE "inventory_state" (
    "host_id" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "stream_no" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "stale_since" TIMESTAMPTZ(3),

    CONSTRAINT "inventory_state_pkey" PRIMARY KEY ("host_id")
);

CREATE TABLE "inventory_span" (
    "host_id" BIGINT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "last_read_at" TIMESTAMPTZ(3) NOT NULL,
    "organisation_id" UUID NOT NULL,
    "scopes" JSONB NOT NULL,

    CONSTRAINT "inventory_span_pkey" PRIMARY KEY ("host_id","valid_from")
);

CREATE TABLE "series_block" (
    "host_id" BIGINT NOT NULL,
    "resource_no" INTEGER NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "organisation_id" UUID NOT NULL,
    "samples" SMALLINT NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "series_block_pkey" PRIMARY KEY ("host_id","resource_no","start_at")
) PARTITION BY RANGE ("start_at");

CREATE TABLE "series_hour" (
    "host_id" BIGINT NOT NULL,
    "resource_no" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "organisation_id" UUID NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "series_hour_pkey" PRIMARY KEY ("host_id","resource_no","day")
) PARTITION BY RANGE ("day");

CREATE TABLE "series_day" (
    "host_id" BIGINT NOT NULL,
    "resource_no" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "organisation_id" UUID NOT NULL,
    "min_value" BIGINT NOT NULL,
    "max_value" BIGINT NOT NULL,
    "last_value" BIGINT NOT NULL,
    "mean_value" DOUBLE PRECISION NOT NULL,
    "samples" INTEGER NOT NULL,

    CONSTRAINT "series_day_pkey" PRIMARY KEY ("host_id","resource_no","day")
) PARTITION BY RANGE ("day");

CREATE UNIQUE INDEX "item_host_id_key_key" ON "item"("host_id", "key");

CREATE INDEX "item_version_host_id_valid_to_valid_from_idx" ON "item_version"("host_id", "valid_to", "valid_from");

ALTER TABLE "item" ADD CONSTRAINT "item_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "item_version" ADD CONSTRAINT "item_version_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "inventory_state" ADD CONSTRAINT "inventory_state_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "inventory_span" ADD CONSTRAINT "inventory_span_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "series_block" ADD CONSTRAINT "series_block_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "series_hour" ADD CONSTRAINT "series_hour_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "series_day" ADD CONSTRAINT "series_day_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- By hand from here on.

COMMENT ON TABLE "item" IS 'distribution: host_id';
COMMENT ON TABLE "item_version" IS 'distribution: host_id';
COMMENT ON TABLE "inventory_state" IS 'distribution: host_id';
COMMENT ON TABLE "inventory_span" IS 'distribution: host_id';
COMMENT ON TABLE "series_block" IS 'distribution: host_id';
COMMENT ON TABLE "series_hour" IS 'distribution: host_id';
COMMENT ON TABLE "series_day" IS 'distribution: host_id';

CREATE TABLE "series_block_default" PARTITION OF "series_block" DEFAULT;
CREATE TABLE "series_hour_default" PARTITION OF "series_hour" DEFAULT;
CREATE TABLE "series_day_default" PARTITION OF "series_day" DEFAULT;

SELECT "protect_fleet_table"(t) FROM unnest(ARRAY[
'"item"', '"item_version"', '"inventory_state"', '"inventory_span"', '"series_block"', '"series_hour"', '"series_day"'
]::regclass[]) AS t;
SELECT "protect_partition"(t) FROM unnest(ARRAY[
  '"series_block_default"', '"series_hour_default"', '"series_day_default"'
]::regclass[]) AS t;

GRANT SELECT ON "item", "item_version", "inventory_state", "inventory_span", "series_block", "series_hour", "series_day"
  TO silt_web, silt_ingest, silt_worker;

GRANT INSERT, UPDATE ON "item", "item_version", "inventory_state", "inventory_span" TO silt_ingest;
-- A simulated fleet is loaded with its history.
GRANT INSERT ON "series_block", "series_hour", "series_day" TO silt_ingest;

GRANT DELETE ON "snapshot", "item", "item_version", "inventory_span" TO silt_worker;
GRANT INSERT, UPDATE, DELETE ON "series_block", "series_hour", "series_day" TO silt_worker;

-- The partition of a month of one of the three series tables, made when it is not there. What has none is kept in the
-- default one, and moves into its own when that is made.
CREATE FUNCTION "ensure_series_partition"("series_table" text, "month" date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  first date := date_trunc('month', "month"::timestamp)::date;
  next date := (date_trunc('month', "month"::timestamp) + interval '1 month')::date;
  name text := "series_table" || '_' || to_char(first, 'YYYYMM');
  is_block boolean := "series_table" = 'series_block';
  key_column text := CASE WHEN is_block THEN 'start_at' ELSE 'day' END;
  low text := CASE WHEN is_block THEN (first::timestamp AT TIME ZONE 'UTC')::text ELSE first::text END;
  high text := CASE WHEN is_block THEN (next::timestamp AT TIME ZONE 'UTC')::text ELSE next::text END;
BEGIN
  IF "series_table" NOT IN ('series_block', 'series_hour', 'series_day') THEN
    RAISE EXCEPTION '% has no partitions by month', "series_table";
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('silt.series_partition'));
  IF EXISTS (SELECT FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, "series_table");
  EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', "series_table" || '_default');
  EXECUTE format(
    'WITH moved AS (DELETE FROM public.%I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO public.%I SELECT * FROM moved',
    "series_table" || '_default', key_column, low, key_column, high, name);
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    "series_table", name, low, high);
  PERFORM public.protect_partition(format('public.%I', name)::regclass);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION "ensure_series_partition"(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "ensure_series_partition"(text, date) TO silt_ingest, silt_worker;

-- Drops a month of blocks or hours; days are kept for ever. Nothing younger than 90 days goes, whoever asks. Returns
-- whether it was there.
CREATE FUNCTION "drop_series_partition"("series_table" text, "month" date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  first date := date_trunc('month', "month"::timestamp)::date;
  next date := (date_trunc('month', "month"::timestamp) + interval '1 month')::date;
  name text := "series_table" || '_' || to_char(first, 'YYYYMM');
BEGIN
  IF "series_table" NOT IN ('series_block', 'series_hour') THEN
    RAISE EXCEPTION '% is not dropped by month', "series_table";
  END IF;
  IF next > (now() AT TIME ZONE 'UTC')::date - 90 THEN
    RAISE EXCEPTION '% is younger than 90 days', name;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('silt.series_partition'));
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE public.%I', name);
  RETURN true;
END $$;

-- Drops the partition of a closed day that has no row left. Writers to that day wait while it is looked through, others
-- only while it goes; a writer that holds what this needs comes first, and the next try drops it. Returns whether it
-- was dropped.
CREATE FUNCTION "drop_empty_snapshot_partition"("day" date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  name text := 'snapshot_' || to_char("day", 'YYYYMMDD');
  has_rows boolean;
BEGIN
  IF "day" >= (now() AT TIME ZONE 'UTC')::date - 1 THEN
    RAISE EXCEPTION 'the day % is not closed', "day";
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('silt.snapshot_partition'));
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
  IF has_rows THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', name);
  EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
  IF has_rows THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE public.%I', name);
  RETURN true;
END $$;

-- What stands in the default partition, which no role but the owner may read by name, by day (UTC) and host.
CREATE FUNCTION "days_in_default_partition"()
RETURNS TABLE ("day" date, "host_id" bigint, "organisation_id" uuid, "rows" bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (d.observed_at AT TIME ZONE 'UTC')::date, d.host_id, d.organisation_id, count(*)
  FROM public.snapshot_default d GROUP BY 1, 2, 3
$$;
DROP FUNCTION "hosts_in_default_partition"();

REVOKE ALL ON FUNCTION "drop_series_partition"(text, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION "drop_empty_snapshot_partition"(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION "days_in_default_partition"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "drop_series_partition"(text, date), "drop_empty_snapshot_partition"(date) TO silt_worker;
GRANT EXECUTE ON FUNCTION "days_in_default_partition"() TO silt_ingest, silt_worker;
