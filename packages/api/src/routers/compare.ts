import { compareInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const compareRouter = router({
  get: protectedProcedure
    .input(compareInput)
    .query(({ ctx, input }) => ctx.services.compare(ctx.session.organisation.id, input)),
});
