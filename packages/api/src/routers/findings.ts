import {
  blindnessInput,
  findingAddressInput,
  findingGroupsInput,
  findingInput,
  findingsInput,
  muteInput,
} from '../inputs.ts';
import { actorOf, protectedProcedure, router } from '../trpc.ts';

export const findingsRouter = router({
  groups: protectedProcedure
    .input(findingGroupsInput)
    .query(({ ctx, input }) => ctx.services.findings.groups(ctx.session.organisation.id, input)),
  list: protectedProcedure
    .input(findingsInput)
    .query(({ ctx, input }) => ctx.services.findings.list(ctx.session.organisation.id, input)),
  get: protectedProcedure
    .input(findingInput)
    .query(({ ctx, input }) => ctx.services.findings.get(actorOf(ctx.session), input)),
  counts: protectedProcedure.query(({ ctx }) => ctx.services.findings.counts(ctx.session.organisation.id)),
  blindness: protectedProcedure
    .input(blindnessInput)
    .query(({ ctx, input }) => ctx.services.findings.blindness(ctx.session.organisation.id, input)),
  mute: protectedProcedure
    .input(muteInput)
    .mutation(({ ctx, input }) => ctx.services.findings.mute(actorOf(ctx.session), input)),
  unmute: protectedProcedure
    .input(findingAddressInput)
    .mutation(({ ctx, input }) => ctx.services.findings.unmute(actorOf(ctx.session), input)),
});
