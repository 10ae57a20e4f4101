import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Sql } from '@silt/db';
import { createTestDatabase, type TestDatabase } from '@silt/db/testing';
import type { FaultPostgres } from './fault-postgres.ts';
import { GatewayProcess } from './gateway-process.ts';
import { LoadFleet } from './load-fleet.ts';
import { checkOracle, type Verdict } from './oracle.ts';
import { urlOf } from './peer.ts';
import type { Endpoint } from './raw-socket.ts';
import { PROXY_HOST, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { addHosts, type TestHost } from './test-hosts.ts';

const JOURNAL = 'journal';
const MARKERS_A_PROCESS = 1_000_000;

/** How hard and how long: the same for all faults of a run. */
export interface FaultSettings {
  postgres: FaultPostgres;
  /** Times that the table of faults names are divided by it. */
  timeScale: number;
  collectors: number;
  /** Snapshots of all of them together. */
  perSecond: number;
}

export interface LoadWishes {
  /** Less than the settings say, where a fault is about few. */
  hosts?: readonly TestHost[];
  /** With a spool on disk; in memory otherwise. */
  spooled?: boolean;
  spoolBytes?: number;
  /** Instead of the stage's own folder. */
  spoolFolder?: string;
  connected?: boolean;
  /** Name of a journal of its own. */
  journal?: string;
}

/** A database, a gateway and a wire in front of it, for one fault. */
export class Stage {
  readonly settings: FaultSettings;
  readonly database: TestDatabase;
  /** As silt_owner. */
  readonly owner: Sql;
  readonly proxy: TcpProxy;
  readonly folder: string;
  gateway: GatewayProcess;
  #loads: LoadFleet[] = [];
  #cleanUps: (() => void | Promise<void>)[] = [];

  private constructor(
    settings: FaultSettings,
    parts: { database: TestDatabase; gateway: GatewayProcess; proxy: TcpProxy; folder: string },
  ) {
    this.settings = settings;
    this.database = parts.database;
    this.gateway = parts.gateway;
    this.proxy = parts.proxy;
    this.folder = parts.folder;
    this.owner = openDatabase(parts.database.adminUrl, { applicationName: 'silt-faults', max: 2 });
  }

  static async open(settings: FaultSettings): Promise<Stage> {
    const database = await createTestDatabase(settings.postgres.url);
    const gateway = await GatewayProcess.start({ databaseUrl: database.urls.silt_ingest, port: 0 });
    const proxy = await startTcpProxy(gateway.port);
    return new Stage(settings, { database, gateway, proxy, folder: mkdtempSync(join(tmpdir(), 'silt-faults-')) });
  }

  /** Straight to the gateway. */
  get direct(): Endpoint {
    return { port: this.gateway.port };
  }

  /** Through the wire that can be cut. */
  get wired(): Endpoint {
    return { port: this.gateway.port, host: PROXY_HOST };
  }

  get journal(): string {
    return join(this.folder, JOURNAL);
  }

  get spools(): string {
    return join(this.folder, 'spools');
  }

  /** Seconds of the table, scaled. */
  scaled(seconds: number, { atLeast = 0 } = {}): number {
    return Math.max(atLeast, seconds / this.settings.timeScale);
  }

  addHosts(count: number = this.settings.collectors): Promise<TestHost[]> {
    return addHosts(this.owner, count);
  }

  /** Collectors behind the wire, in a process of their own. */
  async load(hosts: readonly TestHost[], wishes: LoadWishes = {}): Promise<LoadFleet> {
    const {
      spooled = false,
      spoolBytes = null,
      spoolFolder = this.spools,
      connected = true,
      journal = JOURNAL,
    } = wishes;
    const settings = {
      url: urlOf(this.wired),
      hosts: [...hosts],
      spools: spooled ? spoolFolder : null,
      spoolBytes,
      journal: join(this.folder, journal),
      markersAfter: this.#loads.length * MARKERS_A_PROCESS,
    };
    const load = await LoadFleet.start(settings, { connected: false });
    this.#loads.push(load);
    if (connected) await load.streaming();
    return load;
  }

  /** Another gateway on the same port and database. */
  async restartGateway(): Promise<void> {
    const { port } = this.gateway;
    this.gateway = await GatewayProcess.start({ databaseUrl: this.database.urls.silt_ingest, port });
  }

  check(hosts: readonly TestHost[], journal: string = JOURNAL): Promise<Verdict> {
    return checkOracle(this.owner, hosts, join(this.folder, journal));
  }

  /** Rows of these hosts. */
  async stored(hosts: readonly TestHost[]): Promise<number> {
    const ids = hosts.map(({ id }) => `${id}`);
    const [row] = await this.owner<[{ count: number }]>`
      SELECT count(*)::int AS count FROM snapshot WHERE host_id = ANY (${ids}::bigint[])`;
    return row.count;
  }

  /** Kind and detail of a host's events, oldest first. */
  async events(host: TestHost): Promise<{ kind: string; detail: Record<string, unknown> }[]> {
    return this.owner<{ kind: string; detail: Record<string, unknown> }[]>`
      SELECT kind, detail FROM event WHERE host_id = ${host.id} ORDER BY at, event_no`;
  }

  /** Done when the stage closes, the last one first. */
  onClose(cleanUp: () => void | Promise<void>): void {
    this.#cleanUps.unshift(cleanUp);
  }

  async close(): Promise<void> {
    const steps = [
      () => this.settings.postgres.thaw(),
      ...this.#loads.map((load) => () => load.stop()),
      () => this.proxy.close(),
      () => this.gateway.stop(),
      () => this.owner.end({ timeout: 1 }),
      () => this.database.drop(),
      ...this.#cleanUps,
      () => rmSync(this.folder, { recursive: true, force: true }),
    ];
    let problem: unknown = null;
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        problem ??= error;
      }
    }
    if (problem !== null) throw problem;
  }
}

export interface FaultReport {
  /** What took place, a few words. */
  happened: string;
  figures: Record<string, number | string>;
}

/** Runs a fault on a stage of its own. */
export async function onStage(
  settings: FaultSettings,
  work: (stage: Stage) => Promise<FaultReport>,
): Promise<FaultReport> {
  const stage = await Stage.open(settings);
  let report: FaultReport;
  try {
    report = await work(stage);
  } catch (error) {
    await stage.close().catch(() => {});
    throw error;
  }
  await stage.close();
  return report;
}
