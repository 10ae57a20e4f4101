import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface CountingProxy {
  port: number;
  /** That the clients sent so far. */
  bytes(): number;
  close(): void;
}

/** Passes connections on to a port of this machine and counts what the clients send. */
export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  let bytes = 0;
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    client.on('data', (chunk) => {
      bytes += chunk.length;
    });
    client.pipe(target).pipe(client);
    client.on('error', () => target.destroy());
    target.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, bytes: () => bytes, close: () => server.close() };
}
