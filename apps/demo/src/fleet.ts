import { type SimulatedHost, simulatedFleet } from '@silt/simulator';

const SEED = 'demo';
/** What simulated hosts give as the version of their collector. */
export const COLLECTOR_VERSION = 'simulated';

/** Days before its anchor at which the fleet's history begins. */
export const FLEET_DAYS = 365;

/** The demo's hosts, the same for load and push. */
export const demoFleet = (anchorAt: Date): SimulatedHost[] =>
  simulatedFleet({ seed: SEED, anchorAt, historyDays: FLEET_DAYS });
