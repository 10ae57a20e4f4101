import type { Actor, Session, WebServices } from '@silt/services';
import { initTRPC, TRPCError } from '@trpc/server';
import { INTERNAL_MESSAGE, toTrpcError } from './error-map.ts';
import { MAX_STREAM_MILLISECONDS, PING_INTERVAL_MILLISECONDS, RECONNECT_AFTER_SILENCE_MILLISECONDS } from './limits.ts';

export interface ApiContext {
  services: WebServices;
  /** null = not signed in. */
  session: Session | null;
}

// No transformer: inputs and answers are plain JSON, times ISO 8601 text, so that browsers need no code for more.
const t = initTRPC.context<ApiContext>().create({
  isDev: false,
  sse: {
    maxDurationMs: MAX_STREAM_MILLISECONDS,
    ping: { enabled: true, intervalMs: PING_INTERVAL_MILLISECONDS },
    client: { reconnectAfterInactivityMs: RECONNECT_AFTER_SILENCE_MILLISECONDS },
  },
  errorFormatter: ({ shape, error }) =>
    error.code === 'INTERNAL_SERVER_ERROR' ? { ...shape, message: INTERNAL_MESSAGE } : shape,
});

export const router = t.router;
export const createCaller = t.createCallerFactory;

const ONLY_READS = 'An API key may only read. Sign in to Silt in a browser to change this.';

/** The only kind of procedure there is: behind a session, with the errors of services mapped. */
export const protectedProcedure = t.procedure.use(async ({ ctx, type, next }) => {
  if (ctx.session === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
  if (ctx.session.apiKeyId !== undefined && type === 'mutation')
    throw new TRPCError({ code: 'FORBIDDEN', message: ONLY_READS });
  const result = await next({ ctx: { services: ctx.services, session: ctx.session } });
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});

/** As services take who changes something. */
export const actorOf = ({ organisation, user, role }: Session): Actor => ({
  organisationId: organisation.id,
  userId: user.id,
  role,
});
