import type { inferRouterOutputs } from '@trpc/server';
import { apiKeysRouter } from './routers/api-keys.ts';
import { backtestRouter } from './routers/backtest.ts';
import { collectorsRouter } from './routers/collectors.ts';
import { compareRouter } from './routers/compare.ts';
import { findingsRouter } from './routers/findings.ts';
import { fleetRouter } from './routers/fleet.ts';
import { hostRouter } from './routers/host.ts';
import { liveRouter } from './routers/live.ts';
import { sessionRouter } from './routers/session.ts';
import { storeRouter } from './routers/store.ts';
import { tagSettingsRouter } from './routers/tag-settings.ts';
import { createCaller, router } from './trpc.ts';

export const appRouter = router({
  session: sessionRouter,
  fleet: fleetRouter,
  host: hostRouter,
  store: storeRouter,
  compare: compareRouter,
  collectors: collectorsRouter,
  apiKeys: apiKeysRouter,
  tagSettings: tagSettingsRouter,
  backtest: backtestRouter,
  findings: findingsRouter,
  live: liveRouter,
});
export type AppRouter = typeof appRouter;
export type ApiOutputs = inferRouterOutputs<AppRouter>;

/** Calls procedures in this process; for tests and scripts. */
export const createApiCaller = createCaller(appRouter);
