-- The last whole inventory of each host, the findings that rules make of it, and what they could not tell.
-- Written by Prisma from prisma/schema.prisma, up to the mark below.

ALTER TABLE "host_status" ADD COLUMN     "findings_critical" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "findings_notice" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "findings_warning" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "survey" (
    "host_id" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "survey_pkey" PRIMARY KEY ("host_id")
);

CREATE TABLE "finding" (
    "host_id" BIGINT NOT NULL,
    "finding_no" INTEGER NOT NULL,
    "organisation_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_hash" TEXT NOT NULL,
    "store_key" TEXT,
    "severity" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "stands_since" TIMESTAMPTZ(3) NOT NULL,
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    "milder_since" TIMESTAMPTZ(3),
    "missed_since" TIMESTAMPTZ(3),
    "missed_looks" INTEGER NOT NULL DEFAULT 0,
    "cannot_tell_since" TIMESTAMPTZ(3),
    "missing" TEXT,
    "times_reopened" INTEGER NOT NULL DEFAULT 0,
    "resolved_at" TIMESTAMPTZ(3),
    "mute_reason" TEXT,
    "mute_until" TIMESTAMPTZ(3),
    "muted_at" TIMESTAMPTZ(3),
    "muted_by" TEXT,
    "mute_severity" TEXT,
    "promised_bytes" BIGINT,
    "promise_series" TEXT,
    "promise_rises" BOOLEAN,
    "promise_value" BIGINT,
    "freed_bytes" BIGINT,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("host_id","finding_no")
);

CREATE TABLE "judgement" (
    "host_id" BIGINT NOT NULL,
    "organisation_id" UUID NOT NULL,
    "judged_at" TIMESTAMPTZ(3) NOT NULL,
    "surveyed_at" TIMESTAMPTZ(3),
    "cannot_tell" JSONB NOT NULL,
    "faults" JSONB NOT NULL,

    CONSTRAINT "judgement_pkey" PRIMARY KEY ("host_id")
);

CREATE INDEX "event_organisation_id_kind_at_idx" ON "event"("organisation_id", "kind", "at");

CREATE INDEX "finding_organisation_id_rule_idx" ON "finding"("organisation_id", "rule");

CREATE INDEX "finding_organisation_id_severity_stands_since_idx" ON "finding"("organisation_id", "severity", "stands_since") WHERE "resolved_at" IS NULL;

CREATE UNIQUE INDEX "finding_host_id_rule_subject_hash_key" ON "finding"("host_id", "rule", "subject_hash");

ALTER TABLE "survey" ADD CONSTRAINT "survey_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "finding" ADD CONSTRAINT "finding_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

ALTER TABLE "judgement" ADD CONSTRAINT "judgement_host_id_organisation_id_fkey" FOREIGN KEY ("host_id", "organisation_id") REFERENCES "host"("id", "organisation_id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- ── By hand from here on, and the condition of the index finding_organisation_id_severity_stands_since_idx ──────────

COMMENT ON TABLE "survey" IS 'distribution: host_id';
COMMENT ON TABLE "finding" IS 'distribution: host_id';
COMMENT ON TABLE "judgement" IS 'distribution: host_id';

-- It is compressed already.
ALTER TABLE "survey" ALTER COLUMN "body" SET STORAGE EXTERNAL;

SELECT "protect_fleet_table"(t) FROM unnest(ARRAY['"survey"', '"finding"', '"judgement"']::regclass[]) AS t;

GRANT SELECT, INSERT, UPDATE ON "survey" TO silt_ingest;
GRANT SELECT ON "survey" TO silt_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON "finding" TO silt_worker;
-- Who mutes changes these and nothing that was seen.
GRANT SELECT, UPDATE ("state", "state_since", "mute_reason", "mute_until", "muted_at", "muted_by", "mute_severity")
  ON "finding" TO silt_web;
GRANT UPDATE ("findings_critical", "findings_warning", "findings_notice") ON "host_status" TO silt_web;

GRANT SELECT, INSERT, UPDATE, DELETE ON "judgement" TO silt_worker;
GRANT SELECT ON "judgement" TO silt_web;

-- A simulated fleet is loaded with what was found of it. The gateway sees none of it.
GRANT INSERT ON "finding", "judgement" TO silt_ingest;
