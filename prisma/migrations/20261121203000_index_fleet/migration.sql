-- Finds one series of all stores of an organisation, and one day of all of its series: which stores of the fleet grew most.

CREATE INDEX "resource_organisation_id_series_idx" ON "resource"("organisation_id", "series");

CREATE INDEX "series_day_organisation_id_day_idx" ON "series_day"("organisation_id", "day");
