import type { LiveChange } from '@silt/domain';
import { ServiceError, type WebServices } from '@silt/services';
import { describe, expect, it } from 'vitest';
import { handleApiRequest, INTERNAL_MESSAGE, MAX_BATCH_SIZE } from '../src/index.ts';
import { HOST_ID, SESSION, stubServices } from './stub-services.ts';

const ORIGIN = 'http://127.0.0.1:4300';

const get = (
  path: string,
  services: ReturnType<typeof stubServices>,
  reported: string[] = [],
  init: RequestInit = {},
) =>
  handleApiRequest(new Request(`${ORIGIN}/api/trpc/${path}`, init), {
    endpoint: '/api/trpc',
    services,
    origin: ORIGIN,
    reportError: (error, at) => reported.push(`${at}: ${(error.cause ?? error).message}`),
  });

const signedIn = { sessionOf: async () => SESSION };

describe('an HTTP request of the API', () => {
  it('without a session answers 401', async () => {
    const response = await get('fleet.page', stubServices({ sessionOf: async () => null }));
    expect(response.status).toBe(401);
  });

  it.each([
    ['not-signed-in', 401],
    ['too-many-requests', 429],
  ] as const)('with an API key that is refused as %s answers %i and its sentence', async (code, status) => {
    const sessionOf = async () => {
      throw new ServiceError(code, 'Make another.');
    };
    const response = await get('fleet.page', stubServices({ sessionOf }));
    expect(response.status).toBe(status);
    expect(await response.text()).toContain('Make another.');
  });

  it('answers 503 when the session cannot be looked up', async () => {
    const sessionOf = async () => {
      throw new ServiceError('unavailable', 'The database does not answer.');
    };
    expect((await get('fleet.page', stubServices({ sessionOf }))).status).toBe(503);
  });

  it('keeps an unforeseen error for the log and tells the caller nothing of it', async () => {
    const reported: string[] = [];
    const fleetGrowers = async () => {
      throw new Error('relation "host" does not exist');
    };
    const input = encodeURIComponent(JSON.stringify({ range: '30d', limit: 1 }));
    const response = await get(`fleet.growers?input=${input}`, stubServices({ ...signedIn, fleetGrowers }), reported);
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(body).toContain(INTERNAL_MESSAGE);
    expect(body).not.toContain('relation');
    expect(body).not.toContain('stack');
    expect(reported).toEqual(['fleet.growers: relation "host" does not exist']);
  });

  describe('that changes something', () => {
    const retire = (headers: Record<string, string>, init: RequestInit = {}) => {
      const retired: string[] = [];
      const collectors = { retireHost: async (_: unknown, hostId: string) => void retired.push(hostId) };
      const services = stubServices({ ...signedIn, collectors: collectors as unknown as WebServices['collectors'] });
      const body = JSON.stringify({ hostId: HOST_ID });
      const post = {
        ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
        ...init,
      };
      return get('collectors.retireHost', services, [], post).then((response) => ({ response, retired }));
    };

    it('is done when it comes from the public address', async () => {
      const { response, retired } = await retire({ origin: ORIGIN });
      expect(response.status).toBe(200);
      expect(retired).toEqual([HOST_ID]);
    });

    it.each([{}, { origin: 'null' }, { origin: 'https://evil.example' }, { origin: 'http://127.0.0.1:4301' }])(
      'is refused from any other: %j',
      async (headers) => {
        const { response, retired } = await retire(headers as Record<string, string>);
        expect(response.status).toBe(403);
        expect(retired).toEqual([]);
        expect(await response.json()).toMatchObject({ error: { data: { code: 'FORBIDDEN' } } });
      },
    );

    it.each([{ 'x-api-key': 'silt_key_a' }, { authorization: 'Bearer silt_key_a', origin: 'https://evil.example' }])(
      'is refused with an API key, as what a key may not, and not for its origin: %j',
      async (headers) => {
        const sessionOf = async () => ({ ...SESSION, apiKeyId: HOST_ID });
        const body = JSON.stringify({ hostId: HOST_ID });
        const response = await get('collectors.retireHost', stubServices({ sessionOf }), [], {
          ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...(headers as object) } },
        });
        expect(response.status).toBe(403);
        expect(await response.text()).toContain('An API key may only read');
      },
    );

    it('with a bearer token of another kind is refused for its origin', async () => {
      const { response, retired } = await retire({ authorization: 'Bearer eyJhbGciOi' });
      expect(await response.text()).toContain(`Open Silt at ${ORIGIN}`);
      expect(retired).toEqual([]);
    });

    it('cannot be done by a GET, which other sites may make a browser send', async () => {
      const input = encodeURIComponent(JSON.stringify({ hostId: HOST_ID }));
      const response = await get(`collectors.retireHost?input=${input}`, stubServices(signedIn));
      expect(response.status).toBe(405);
    });
  });

  it('of more calls than a batch may hold is refused', async () => {
    const batch = Array.from({ length: MAX_BATCH_SIZE + 1 }, () => 'fleet.page').join(',');
    const response = await get(`${batch}?batch=1&input=%7B%7D`, stubServices(signedIn));
    expect(response.status).toBe(400);
  });

  it('for changes streams them and ends the service call when the reader leaves', async () => {
    let ended = false;
    const services = stubServices({
      ...signedIn,
      async *changes(_organisationId: string, signal: AbortSignal): AsyncIterable<LiveChange> {
        yield { kind: 'many' };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended = true;
      },
    });
    const response = await get('live.changes', services);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"many"')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    await expect.poll(() => ended).toBe(true);
  });
});
