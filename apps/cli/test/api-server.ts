import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleApiRequest } from '@silt/api';

type ApiOptions = Parameters<typeof handleApiRequest>[1];

export interface ApiServer {
  url: string;
  close(): Promise<void>;
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = 'GET', url, headers } = incoming;
  const body = method === 'GET' ? {} : { body: Buffer.concat(chunks) };
  return new Request(`http://127.0.0.1${url}`, { method, headers: headers as Record<string, string>, ...body });
}

/** The API as the web serves it, over HTTP on a free port of this machine. */
export async function startApiServer(services: ApiOptions['services']): Promise<ApiServer> {
  const answer = async (incoming: IncomingMessage): Promise<Response> =>
    handleApiRequest(await requestOf(incoming), {
      ...{ endpoint: '/api/trpc', services, origin: 'http://127.0.0.1:4300', reportError: () => {} },
    });
  const server = createServer((incoming, outgoing) => {
    void answer(incoming).then(async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
