-- Keys by which scripts read, one table of the sign-in library's plugin.
-- Written by Prisma from prisma/schema.prisma, up to the mark below.

CREATE TABLE "api_key" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "config_id" TEXT NOT NULL DEFAULT 'default',
    "organisation_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT,
    "start" TEXT,
    "prefix" TEXT,
    "key_hash" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "revoked_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "last_request_at" TIMESTAMPTZ(3),
    "refill_interval" INTEGER,
    "refill_amount" INTEGER,
    "last_refill_at" TIMESTAMPTZ(3),
    "rate_limit_enabled" BOOLEAN NOT NULL DEFAULT false,
    "rate_limit_time_window" INTEGER,
    "rate_limit_max" INTEGER,
    "request_count" INTEGER NOT NULL DEFAULT 0,
    "remaining" INTEGER,
    "permissions" TEXT,
    "metadata" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");

CREATE INDEX "api_key_organisation_id_user_id_idx" ON "api_key"("organisation_id", "user_id");

ALTER TABLE "api_key" ADD CONSTRAINT "api_key_organisation_id_user_id_fkey" FOREIGN KEY ("organisation_id", "user_id") REFERENCES "membership"("organisation_id", "user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── By hand from here on ────────────────────────────────────────────────────────────────────────────────────────────

COMMENT ON TABLE "api_key" IS 'distribution: reference';

-- One that is revoked never reads again, whichever of the two marks is looked at.
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_revoked" CHECK ("revoked_at" IS NULL OR NOT "enabled");

SELECT "protect_sign_in_table"('"api_key"');
