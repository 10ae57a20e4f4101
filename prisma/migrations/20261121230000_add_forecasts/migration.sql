-- Forecasts and how they did, what holds for hosts with a tag, and replays over the history.
-- Written by Prisma from prisma/schema.prisma, up to the mark below.

ALTER TABLE "host_status" ADD COLUMN     "days_left_p10" DOUBLE PRECISION,
ADD COLUMN     "days_left_p50" DOUBLE PRECISION,
ADD COLUMN     "days_left_p90" DOUBLE PRECISION,
ADD COLUMN     "days_left_store_key" TEXT,
ADD COLUMN     "days_left_clock" TEXT,
ADD COLUMN     "forecast_verdict" TEXT,
ADD COLUMN     "forecast_reason" TEXT,
ADD COLUMN     "forecast_alarm" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "forecast_at" TIMESTAMPTZ(3);

CREATE TABLE "forecast" (
    "host_id" BIGINT NOT NULL,
    "resource_no" INTEGER NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "organisation_id" UUID NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL,
    "clock" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "alarm" BOOLEAN NOT NULL,
    "horizon_days" DOUBLE PRECISION NOT NULL,
    "days_left_p10" DOUBLE PRECISION,
    "days_left_p50" DOUBLE PRECISION,
    "days_left_p90" DOUBLE PRECISION,
    "slope_low" DOUBLE PRECISION,
    "slope_mid" DOUBLE PRECISION,
    "slope_high" DOUBLE PRECISION,
    "used" BIGINT,
    "capacity" BIGINT,
    "since_at" TIMESTAMPTZ(3),
    "window_from" TIMESTAMPTZ(3),
    "window_to" TIMESTAMPTZ(3),
    "window_points" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "scored_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "actual_days" DOUBLE PRECISION,
    "actual_slope" DOUBLE PRECISION,

    CONSTRAINT "forecast_pkey" PRIMARY KEY ("host_id","resource_no","made_at")
);

CREATE TABLE "tag_setting" (
    "organisation_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "horizon_days" DOUBLE PRECISION,
    "fast_beat_seconds" INTEGER,
    "slow_beat_seconds" INTEGER,

    CONSTRAINT "tag_setting_pkey" PRIMARY KEY ("organisation_id","tag")
);

CREATE TABLE "backtest" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organisation_id" UUID NOT NULL,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "progress_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "finished_at" TIMESTAMPTZ(3),
    "request" JSONB NOT NULL,
    "hosts_done" INTEGER NOT NULL DEFAULT 0,
    "hosts_total" INTEGER,
    "result" JSONB,
    "failure" TEXT,

    CONSTRAINT "backtest_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "host_status_organisation_id_days_left_p50_idx" ON "host_status"("organisation_id", "days_left_p50");

CREATE INDEX "forecast_due_at_idx" ON "forecast"("due_at") WHERE "scored_at" IS NULL;

CREATE INDEX "backtest_organisation_id_created_at_idx" ON "backtest"("organisation_id", "created_at");

ALTER TABLE "forecast" ADD CONSTRAINT "forecast_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- ── By hand from here on, and the condition of the index forecast_due_at_idx ────────────────────────────────────────

COMMENT ON TABLE "forecast" IS 'distribution: host_id';
COMMENT ON TABLE "tag_setting" IS 'distribution: reference';
COMMENT ON TABLE "backtest" IS 'distribution: local';

ALTER TABLE "tag_setting" ADD CONSTRAINT "tag_setting_positive" CHECK (
  "horizon_days" > 0 AND "fast_beat_seconds" > 0 AND "slow_beat_seconds" > 0);

SELECT "protect_fleet_table"(t) FROM unnest(ARRAY['"forecast"', '"tag_setting"', '"backtest"']::regclass[]) AS t;

GRANT SELECT ON "forecast" TO silt_web;
-- A simulated fleet is loaded with what would have been said of it.
GRANT SELECT, INSERT ON "forecast" TO silt_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON "forecast" TO silt_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON "tag_setting" TO silt_web;
GRANT SELECT ON "tag_setting" TO silt_ingest, silt_worker;

GRANT SELECT, INSERT ON "backtest" TO silt_web;
GRANT SELECT, UPDATE, DELETE ON "backtest" TO silt_worker;
