import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DockerInventoryOptions, readDockerInventory } from '../src/docker/read.ts';
import { HangGuard } from '../src/hang-guard.ts';
import type { HostProcess } from '../src/mounts/processes.ts';
import { fixture } from './fixture.ts';

/** Path → what is answered: a body, a status, or whatever a handler does. */
export type Answers = Record<string, string | number | RequestListener>;

/** A host of daemons below a temporary folder: `host/` is its root, `proc/` has processes. */
export class FakeDockerHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'silt-docker-'));
  readonly processes: HostProcess[] = [];
  /** `METHOD path` of each request, in the order they came. */
  readonly asked: string[] = [];
  readonly #servers: Server[] = [];

  put(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  makeFolder(path: string): void {
    mkdirSync(join(this.folder, path), { recursive: true });
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(target, join(this.folder, path));
  }

  /** A process with its root at a folder, `host` by default. */
  run(process: Partial<HostProcess> & { pid: number }, root = 'host'): void {
    const base = {
      parentPid: 1,
      startTicks: process.pid,
      name: 'dockerd',
      mountNamespace: '1',
      networkNamespace: null,
    };
    this.processes.push({ ...base, arguments: [process.name ?? 'dockerd'], owner: null, ...process });
    this.link(`proc/${process.pid}/root`, join(this.folder, root));
  }

  /** A daemon that listens at a path; what it has no answer for is a 404. */
  async listen(path: string, answers: Answers): Promise<void> {
    const server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      const answer = answers[request.url ?? ''] ?? 404;
      if (typeof answer === 'function') answer(request, response);
      else if (typeof answer === 'number') response.writeHead(answer).end('{"message":"no"}');
      else response.end(answer);
    });
    this.makeFolder(dirname(path));
    await new Promise<void>((resolve) => server.listen(join(this.folder, path), resolve));
    this.#servers.push(server);
  }

  read(options: Partial<DockerInventoryOptions> = {}) {
    const roots = { procRoot: join(this.folder, 'proc'), sysRoot: '/sys', hostRoot: join(this.folder, 'host') };
    const { processes } = this;
    const usual = {
      guard: new HangGuard(),
      processes,
      sockets: [],
      isSizesTurn: () => false,
      memory: new Map(),
    } as const;
    return readDockerInventory(roots, { ...usual, ...options });
  }

  remove(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const DETAILS: Record<string, readonly string[]> = {
  'btrfs-2-dind-running': ['1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c'],
  'overlay2-1-normal': [
    '1e06a9d9e6581bd1b27984bdb5b2830ec5f52721cb5c5770561772f891773efa',
    '9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361',
    'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767',
    'd42c4d06a6ae4429f14cf0ad63a72492ebc53fc37b2757deca6e1c5ee266cc7f',
  ],
};

/** All that a captured daemon answered. */
export function capturedAnswers(capture: 'btrfs-2-dind-running' | 'overlay2-1-normal'): Answers {
  const body = (name: string): string => fixture(`docker-inventory/${capture}/api_${name}.json`);
  const details = DETAILS[capture] ?? [];
  return {
    '/version': body('version'),
    '/info': body('info'),
    '/containers/json?all=1': body('containers_json_all_1'),
    '/images/json': body('images_json_digests_1'),
    '/volumes': body('volumes'),
    '/system/df?verbose=1': body('system_df'),
    ...Object.fromEntries(details.map((id) => [`/containers/${id}/json`, body(`containers_${id}_json`)])),
  };
}
