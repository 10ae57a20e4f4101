import { openDatabase } from '@silt/db';
import { forecastPast, type PastRange } from '../derive/forecast-past.ts';
import type { RegisteredHost } from './demo-host.ts';
import { LANES } from './in-lanes.ts';
import { type Loaded, type LoadOptions, loadHistory } from './load-history.ts';
import { type LoadedInventories, type LoadInventoriesOptions, loadInventories } from './load-inventories.ts';
import { type RegisterRequest, readFleetStart, registerHosts } from './register-hosts.ts';

export type { RegisteredHost } from './demo-host.ts';

/** All that the demo needs of the database. */
export interface DemoServices {
  /** First moment of the organisation's simulated fleet; null = it has none. */
  readFleetStart(organisationId: string): Promise<Date | null>;
  registerHosts(request: RegisterRequest): Promise<RegisteredHost[]>;
  loadHistory(options: LoadOptions): Promise<Loaded>;
  /** After the history of readings; where findings are asked for, after the forecasts too. */
  loadInventories(options: LoadInventoriesOptions): Promise<LoadedInventories>;
  /** After the history of readings; returns rows of forecasts. */
  forecastPast(range: PastRange): Promise<number>;
  close(): Promise<void>;
}

/** @param databaseUrl as silt_ingest. */
export function openDemoServices(databaseUrl: string): DemoServices {
  const sql = openDatabase(databaseUrl, { applicationName: 'silt-demo', max: LANES });
  return {
    readFleetStart: (organisationId) => readFleetStart(sql, organisationId),
    registerHosts: (request) => registerHosts(sql, request),
    loadHistory: (options) => loadHistory(sql, options),
    loadInventories: (options) => loadInventories(sql, options),
    forecastPast: (range) => forecastPast(sql, range),
    close: () => sql.end({ timeout: 5 }),
  };
}
