import { protectedProcedure, router } from '../trpc.ts';

export const fleetRouter = router({
  list: protectedProcedure.query(({ ctx }) => ctx.services.listFleet(ctx.session.organisation.id)),
});
