import { type SimulatedHost, simulatedFleet } from '@silt/simulator';

const SEED = 'demo';
/** What simulated hosts give as the version of their collector. */
export const COLLECTOR_VERSION = 'simulated';

/** The demo's hosts, the same for load and push. */
export const demoFleet = (anchorAt: Date): SimulatedHost[] => simulatedFleet({ seed: SEED, anchorAt });
