import type { AppRouter } from '@silt/api';
import { printable } from '@silt/domain';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { CliError, EXIT_FAILED, EXIT_REFUSED, EXIT_WRONG_USE } from './cli-error.ts';
import type { Server } from './settings.ts';

/** Longer than any query may take on the server. */
const ANSWER_TIMEOUT_MILLISECONDS = 60_000;

export type ApiClient = ReturnType<typeof createTRPCClient<AppRouter>>;

/** Reads by an API key. Calls throw what `errorOf` tells. */
export const openApi = ({ url, key }: Server): ApiClient =>
  createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        headers: { authorization: `Bearer ${key}` },
        fetch: (input, init) =>
          fetch(input, { ...(init as RequestInit), signal: AbortSignal.timeout(ANSWER_TIMEOUT_MILLISECONDS) }),
      }),
    ],
  });

const EXIT_CODES: Record<string, number> = {
  UNAUTHORIZED: EXIT_REFUSED,
  FORBIDDEN: EXIT_REFUSED,
  NOT_FOUND: EXIT_WRONG_USE,
  BAD_REQUEST: EXIT_WRONG_USE,
};

/** A failed call as a sentence and an exit code; what no call of the API throws comes back as it is. */
export function errorOf(error: unknown, { url }: Pick<Server, 'url'>): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const code = (error.data as { code?: unknown } | null | undefined)?.code;
  if (typeof code === 'string') {
    // What the parser of inputs says is a list in JSON, for programmers.
    const sentence = error.message.startsWith('[') ? 'The server takes no such values.' : printable(error.message);
    return new CliError(sentence, EXIT_CODES[code] ?? EXIT_FAILED);
  }
  if (error.meta?.response !== undefined || error.cause instanceof SyntaxError)
    return new CliError(`${url} answers, but not as a Silt server does. Look at the address.`);
  return new CliError(`${url} cannot be reached (${printable(reasonOf(error))}). Is Silt running there?`);
}

/** How deep causes are followed. */
const MAX_DEPTH = 5;

/** What the network said: the code, or the message, of the innermost cause. */
function reasonOf(error: Error): string {
  let inner = error;
  for (let depth = 0; depth < MAX_DEPTH && inner.cause instanceof Error; depth += 1) inner = inner.cause;
  if (inner.name === 'TimeoutError') return `no answer within ${ANSWER_TIMEOUT_MILLISECONDS / 1_000} s`;
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
