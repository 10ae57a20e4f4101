import { type Agent, get, type IncomingHttpHeaders } from 'node:http';

/** Where a daemon listens: a socket's path as this process reaches it, or TCP. */
export type DockerEndpoint = { socketPath: string } | { host: string; port: number };

/** Everything that is ever asked of a daemon. */
export type DockerPath =
  | '/version'
  | '/info'
  | '/_ping'
  | '/containers/json?all=1'
  | `/containers/${string}/json`
  | '/images/json'
  | '/volumes'
  | '/system/df?verbose=1';

export interface AskLimits {
  deadlineMilliseconds: number;
  maxAnswerBytes: number;
}

export interface DockerAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** sun_path of unix(7) has 108 bytes, with the NUL at its end. */
const MAX_SOCKET_PATH_BYTES = 107;

/** One GET. Throws past the deadline and beyond the length; any status is an answer. */
export function askAnything(
  endpoint: DockerEndpoint,
  path: DockerPath,
  { deadlineMilliseconds, maxAnswerBytes }: AskLimits,
  agent: Agent | false = false,
): Promise<DockerAnswer> {
  if ('socketPath' in endpoint && Buffer.byteLength(endpoint.socketPath) > MAX_SOCKET_PATH_BYTES) {
    return Promise.reject(new Error(`the path of its socket is longer than ${MAX_SOCKET_PATH_BYTES} bytes`));
  }
  return new Promise((resolve, reject) => {
    const request = get({ ...endpoint, path, headers: { Host: 'docker' }, agent }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxAnswerBytes) request.destroy(new Error(`${path} answered more than ${maxAnswerBytes} bytes`));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts).toString() });
      });
    });
    const late = new Error(`${path} gave no answer within ${deadlineMilliseconds / 1_000} s`);
    const timer = setTimeout(() => request.destroy(late), deadlineMilliseconds);
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
  });
}

/** The body of a 200; throws on any other status, past the deadline and beyond the length. */
export async function ask(
  endpoint: DockerEndpoint,
  path: DockerPath,
  limits: AskLimits,
  agent: Agent | false = false,
): Promise<string> {
  const { status, body } = await askAnything(endpoint, path, limits, agent);
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return body;
}
