import { stat } from 'node:fs/promises';
import { get } from 'node:http';
import type { Daemon } from '@silt/domain';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import { hostPath, type Roots } from '../roots.ts';
import { parseDaemon } from './parse.ts';

/** /info takes 30 ms where all is well. */
const DOCKER_DEADLINE_MILLISECONDS = 3_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const DEFAULT_SOCKETS = ['/var/run/docker.sock', '/run/docker.sock'];
/** Everything that is ever asked of a daemon. */
type DockerPath = '/version' | '/info';

/** The daemons behind the usual sockets and `sockets`; two paths to one socket are one daemon. */
export async function readDaemons(
  roots: Roots,
  sockets: readonly string[],
): Promise<Probed<Omit<Daemon, 'storeKey'>[]>> {
  const problems: Problem[] = [];
  const found = new Map<string, string>();
  for (const socket of [...DEFAULT_SOCKETS, ...sockets]) {
    try {
      const { dev, ino } = await stat(hostPath(roots, socket));
      if (!found.has(`${dev}:${ino}`)) found.set(`${dev}:${ino}`, socket);
    } catch (error) {
      const expected = DEFAULT_SOCKETS.includes(socket) && ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
      if (!expected) problems.push(problemOf(socket, error));
    }
  }
  if (found.size === 0 && problems.length === 0) {
    problems.push({ status: 'unavailable', text: `no Docker socket at ${DEFAULT_SOCKETS[0]}` });
  }
  const daemons = await Promise.all(
    [...found.values()].map(async (socket) => {
      const daemon = await readDaemon(roots, socket);
      if (!('text' in daemon)) return [daemon];
      problems.push(daemon);
      return [];
    }),
  );
  return { value: daemons.flat(), problems };
}

async function readDaemon(roots: Roots, socket: string): Promise<Omit<Daemon, 'storeKey'> | Problem> {
  try {
    const path = hostPath(roots, socket);
    const [version, info] = await Promise.all([ask(path, '/version'), ask(path, '/info')]);
    const daemon = parseDaemon(socket, version, info);
    return typeof daemon === 'string' ? { status: 'failed', text: `${socket}: ${daemon}` } : daemon;
  } catch (error) {
    return problemOf(socket, error);
  }
}

/** The body of a 200; throws on any other status, past the deadline and beyond the length. */
function ask(socketPath: string, path: DockerPath): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path, headers: { Host: 'docker' }, agent: false }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      if (response.statusCode !== 200) request.destroy(new Error(`${path} answered ${response.statusCode}`));
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_ANSWER_BYTES)
          request.destroy(new Error(`${path} answered more than ${MAX_ANSWER_BYTES} bytes`));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(parts).toString()));
    });
    const late = new Error(`${path} gave no answer within ${DOCKER_DEADLINE_MILLISECONDS / 1_000} s`);
    const timer = setTimeout(() => request.destroy(late), DOCKER_DEADLINE_MILLISECONDS);
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
  });
}
