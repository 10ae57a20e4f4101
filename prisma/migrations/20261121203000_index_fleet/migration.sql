-- Finds one series of all stores of an organisation: which stores of the fleet grew most.

CREATE INDEX "resource_organisation_id_series_idx" ON "resource"("organisation_id", "series");
