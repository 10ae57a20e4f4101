import { openDatabase, type Sql } from '@silt/db';
import { createTestDatabase, type TestDatabase } from '@silt/db/testing';
import { createLogger } from '@silt/runtime';
import { openIngest } from '@silt/services';
import { type Gateway, type GatewayOptions, startGateway } from '../src/gateway-server.ts';

process.env.LOG_LEVEL = 'silent';
const logger = createLogger('test');

/** Events are written down once a second. */
export const PATIENT = { timeout: 5_000 };

/** A database with a gateway in front of it. */
export interface TestServer {
  database: TestDatabase;
  owner: Sql;
  gateway: Gateway;
  /** Stops the gateway and starts another one. */
  restart(deadlines?: GatewayOptions['deadlines']): Promise<void>;
  end(): Promise<void>;
}

export async function startTestServer(postgresUrl: string): Promise<TestServer> {
  const database = await createTestDatabase(postgresUrl);
  const owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 2 });
  const start = (deadlines?: GatewayOptions['deadlines']): Promise<Gateway> =>
    startGateway({
      ...{ host: '127.0.0.1', port: 0, logger },
      ingest: openIngest({ databaseUrl: database.urls.silt_ingest, logger }),
      beats: { fastBeatSeconds: 10, slowBeatSeconds: 300 },
      ...(deadlines ? { deadlines } : {}),
    });
  const server: TestServer = {
    ...{ database, owner, gateway: await start() },
    async restart(deadlines) {
      await server.gateway.stop();
      server.gateway = await start(deadlines);
    },
    async end() {
      await server.gateway.stop();
      await owner.end();
      await database.drop();
    },
  };
  return server;
}

/** Events of a host, the oldest first. */
export async function eventsOf(
  owner: Sql,
  hostId: number,
): Promise<{ kind: string; detail: Record<string, unknown> }[]> {
  const rows = await owner<{ kind: string; detail: Record<string, unknown> }[]>`
    SELECT kind, detail FROM event WHERE host_id = ${hostId} ORDER BY at, event_no`;
  return rows.map(({ kind, detail }) => ({ kind, detail }));
}

export async function auditOf(owner: Sql, organisationId: string): Promise<{ action: string; subject: string }[]> {
  const rows = await owner<{ action: string; subject: string }[]>`
    SELECT action, subject FROM audit_event WHERE organisation_id = ${organisationId} ORDER BY id`;
  return rows.map(({ action, subject }) => ({ action, subject }));
}
