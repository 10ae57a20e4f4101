import type { ChildProcess } from 'node:child_process';

/** Where initdb and postgres lie, and of which version they are (`18.4`). */
export interface PostgresPrograms {
  folder: string;
  version: string;
}

/** The Postgres of the npm package, ready to run; null = there is none for this platform. */
export function embeddedPrograms(): PostgresPrograms | null;

/** initdb: a cluster with the superuser `postgres`. Throws an Error with the last line that initdb said. */
export function createCluster(request: {
  programs: Pick<PostgresPrograms, 'folder'>;
  cluster: string;
  passwordFile: string;
  options?: string[];
}): void;

/** Starts postgres and waits until it takes connections. Rejects with an Error that names the log. */
export function startServer(request: {
  programs: Pick<PostgresPrograms, 'folder'>;
  cluster: string;
  logFile: string;
  settings: Record<string, string | number>;
}): Promise<ChildProcess>;

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number>;
