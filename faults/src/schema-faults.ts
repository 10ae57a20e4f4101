import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@silt/db';
import { MIGRATIONS_FOLDER } from '@silt/db/testing';
import { openWorkerServices } from '@silt/services';
import { mountMemory } from './harness/mount-memory.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, secondsSince, until } from './harness/wait.ts';

const MAX_ACK_SECONDS = 5;
/** How long a migration of today holds the tables that every beat writes. */
const LOCKED_SECONDS = 2;
const DISK_BYTES = 64 * 1024 * 1024;
const POSTGRES_DISK_FULL = '53100';

/** 8: the database's disk is full, and has room again. */
export const databaseDiskFull = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const folder = join(stage.folder, 'tablespace');
    mkdirSync(folder);
    stage.onClose(mountMemory(folder, DISK_BYTES));
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    const { owner, database } = stage;
    const space = `small_${database.name}`;
    await owner.unsafe(`CREATE TABLESPACE ${space} OWNER silt_owner LOCATION '${folder}'`);
    stage.onClose(() => stage.settings.postgres.run(`DROP TABLESPACE ${space}`));
    await owner.unsafe(`GRANT CREATE ON TABLESPACE ${space} TO PUBLIC`);
    const partitions = await owner<{ name: string }[]>`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'snapshot'::regclass`;
    for (const { name } of [...partitions, { name: 'host_status' }]) {
      await owner.unsafe(`ALTER TABLE ${name} SET TABLESPACE ${space}`);
    }
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    const ballast = join(folder, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096']);
    load.burst(200);
    await until(() => stage.gateway.log.includes(POSTGRES_DISK_FULL), {
      seconds: 30,
      what: 'the gateway says that the disk of the database is full',
    });
    await sleep(1_000);
    await load.fresh();
    const settled = load.now.settled;
    await sleep(2_000);
    await load.fresh();
    ensure(load.now.settled === settled, `${load.now.settled - settled} were acknowledged with a full disk`);
    const waiting = load.now.outstanding;
    spawnSync('rm', [ballast]);
    const start = performance.now();
    load.produce(0);
    await load.drained();
    const drainSeconds = secondsSince(start);
    ensure(stage.gateway.isAlive, 'the gateway had to be started again');
    const verdict = await stage.check(hosts);
    return {
      happened: `SQLSTATE ${POSTGRES_DISK_FULL}, ${waiting} waited`,
      figures: { waiting, drainSeconds, ...verdict },
    };
  });

/** 21: a migration changes the tables that every beat writes, and holds them for a while. */
export const migrateDuringIngest = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    const folder = join(stage.folder, 'migrations');
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
    mkdirSync(join(folder, '20991231000000_fault'));
    writeFileSync(
      join(folder, '20991231000000_fault', 'migration.sql'),
      `ALTER TABLE "snapshot" ADD COLUMN "fault" INTEGER;
       ALTER TABLE "host_status" ADD COLUMN "fault" TEXT NOT NULL DEFAULT '';
       ALTER TABLE "collector_stream" ADD COLUMN "fault" TEXT;
       CREATE INDEX "event_fault" ON "event" ("kind");
       SELECT pg_sleep(${LOCKED_SECONDS});`,
    );
    load.produce(settings.perSecond);
    const start = performance.now();
    const applied = await migrate(stage.database.urls.silt_owner, folder);
    const migrationSeconds = secondsSince(start);
    ensure(applied.length === 1, `${applied.length} migrations were applied`);
    await load.settles(settings.perSecond * 2);
    await load.fresh();
    const slowestSeconds = Math.round(load.now.slowestMilliseconds / 100) / 10;
    ensure(slowestSeconds >= LOCKED_SECONDS / 2, `nothing waited for the migration: ${slowestSeconds} s`);
    ensure(slowestSeconds <= MAX_ACK_SECONDS, `an acknowledgement took ${slowestSeconds} s`);
    load.produce(0);
    await load.drained();
    const verdict = await stage.check(hosts);
    return {
      happened: `tables locked for ${migrationSeconds} s`,
      figures: { migrationSeconds, slowestSeconds, ...verdict },
    };
  });

/** 24: the partition of today and tomorrow was never made. */
export const partitionMissing = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const { owner } = stage;
    const partitions = await owner<{ name: string }[]>`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent = 'snapshot'::regclass AND inhrelid <> 'snapshot_default'::regclass`;
    for (const { name } of partitions) await owner.unsafe(`DROP TABLE ${name}`);
    const hosts = await stage.addHosts(20);
    const load = await stage.load(hosts);
    load.burst(5);
    await load.drained();
    const verdict = await stage.check(hosts);
    const [{ rows }] = await owner<[{ rows: number }]>`SELECT count(*)::int AS rows FROM ONLY snapshot_default`;
    ensure(rows === verdict.stored && rows === 100, `${rows} of ${verdict.stored} rows are in the default partition`);
    const worker = openWorkerServices(stage.database.urls.silt_worker);
    try {
      await worker.ensurePartitions();
    } finally {
      await worker.close();
    }
    const alarms = await until(
      async () => {
        const [row] = await owner<[{ count: number }]>`
          SELECT count(*)::int AS count FROM event WHERE kind = 'unpartitioned'`;
        return row.count;
      },
      { seconds: 5, what: 'the hosts with rows in the default partition have an event that says so' },
    );
    const [left] = await owner<[{ rows: number }]>`SELECT count(*)::int AS rows FROM ONLY snapshot_default`;
    ensure(left.rows === 0, `${left.rows} rows stay in the default partition`);
    await stage.check(hosts);
    return {
      happened: `${partitions.length} partitions missing`,
      figures: { rowsInDefault: rows, alarms, ...verdict },
    };
  });
