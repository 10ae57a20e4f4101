import { protectedProcedure, router } from '../trpc.ts';

export const sessionRouter = router({
  current: protectedProcedure.query(({ ctx }) => ctx.session),
});
