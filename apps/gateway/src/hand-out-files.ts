import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { COLLECT_PATH } from '@silt/wire';

export interface HandOutOptions {
  /** Of a built Silt: templates in deploy/collector, the collector in apps/collector/dist, Node in node_modules. */
  root: string;
  /** `wss://silt.example/collect`. */
  collectorUrl: string;
  /** sha256 of the server's certificate, 64 hex; null = a public authority signed it. */
  pin: string | null;
  /** sha256 of its public key, base64, which is what curl pins. */
  keyPin: string | null;
}

interface Described {
  sha256: string;
  bytes: number;
  contentType: string;
}

export type HandOutFile = (Described & { text: string }) | (Described & { path: string });

/** What is in the list, and not on this server. */
export class MissingFileError extends Error {
  override name = 'MissingFileError';
}

const COLLECTOR = 'silt-collector.mjs';
const ARCHITECTURES = ['x64', 'arm64'];
const TEXT = 'text/plain; charset=utf-8';
const BINARY = 'application/octet-stream';
const TEMPLATES = ['install.sh', 'silt-collector.service', 'Dockerfile', 'kubernetes.yaml'];
const SUMS = 'SHA256SUMS';
/** Stands for a checksum of what this server has not. */
const NONE = 'none';

/** The files by name, with the server's address and the checksums put in where they are templates. */
export class HandOutFiles {
  readonly #options: HandOutOptions;
  /** By path; size and time of change tell whether it is still the same. */
  readonly #sums = new Map<string, { mark: string; sha256: Promise<string> }>();

  constructor(options: HandOutOptions) {
    this.#options = options;
  }

  get names(): string[] {
    return [...TEMPLATES, COLLECTOR, SUMS, ...ARCHITECTURES.map(nodeName)];
  }

  /** null = no such name. Throws MissingFileError for a Node or a collector that is not there. */
  async find(name: string): Promise<HandOutFile | null> {
    if (TEMPLATES.includes(name)) return textFile(await this.#filled(name));
    if (name === SUMS) return textFile(await this.#sumsText());
    const path = this.#pathOf(name);
    if (path === null) return null;
    const described = await this.#describe(path);
    if (described === null) throw new MissingFileError(missingSentence(name));
    return { ...described, path, contentType: name === COLLECTOR ? 'text/javascript; charset=utf-8' : BINARY };
  }

  #pathOf(name: string): string | null {
    const { root } = this.#options;
    if (name === COLLECTOR) return `${root}/apps/collector/dist/${COLLECTOR}`;
    const architecture = ARCHITECTURES.find((one) => nodeName(one) === name);
    if (architecture === undefined) return null;
    // The one that runs this server is good for a host like it.
    const own = process.platform === 'linux' && process.arch === architecture;
    return own ? process.execPath : `${root}/node_modules/node-linux-${architecture}/bin/node`;
  }

  async #filled(name: string): Promise<string> {
    const { root, collectorUrl, pin, keyPin } = this.#options;
    const values: Record<string, string> = {
      COLLECTOR_URL: collectorUrl,
      BASE_URL: handOutUrl(collectorUrl),
      PIN: pin ?? '',
      KEY_PIN: keyPin ?? '',
      COLLECTOR_SHA256: await this.#sumOf(COLLECTOR),
      NODE_X64_SHA256: name === 'install.sh' ? await this.#sumOf(nodeName('x64')) : NONE,
      NODE_ARM64_SHA256: name === 'install.sh' ? await this.#sumOf(nodeName('arm64')) : NONE,
      SERVICE_SHA256: name === 'install.sh' ? textFile(await this.#filled('silt-collector.service')).sha256 : NONE,
    };
    const template = await readFile(`${root}/deploy/collector/${name}`, 'utf8');
    return template.replaceAll(/@@([A-Z0-9_]+)@@/g, (whole, key: string) => values[key] ?? whole);
  }

  async #sumsText(): Promise<string> {
    const lines: string[] = [];
    for (const name of [COLLECTOR, ...ARCHITECTURES.map(nodeName)]) {
      const sum = await this.#sumOf(name);
      if (sum !== NONE) lines.push(`${sum}  ${name}\n`);
    }
    for (const name of TEMPLATES) lines.push(`${textFile(await this.#filled(name)).sha256}  ${name}\n`);
    return lines.join('');
  }

  async #sumOf(name: string): Promise<string> {
    const path = this.#pathOf(name);
    return (path === null ? null : await this.#describe(path))?.sha256 ?? NONE;
  }

  async #describe(path: string): Promise<{ bytes: number; sha256: string } | null> {
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return null;
    const mark = `${found.size} ${found.mtimeMs}`;
    const known = this.#sums.get(path);
    const sha256 = known?.mark === mark ? known.sha256 : sha256Of(path);
    this.#sums.set(path, { mark, sha256 });
    try {
      return { bytes: found.size, sha256: await sha256 };
    } catch (error) {
      this.#sums.delete(path);
      throw error;
    }
  }
}

/** `https://silt.example/collector`, beside the path that collectors connect to. */
function handOutUrl(collectorUrl: string): string {
  const url = new URL(collectorUrl);
  const folder = url.pathname.slice(0, -COLLECT_PATH.length);
  return `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}${folder}/collector`;
}

const nodeName = (architecture: string): string => `node-linux-${architecture}`;

function missingSentence(name: string): string {
  return name === COLLECTOR
    ? 'This server has no built collector; start it without --prebuilt once.'
    : `This server has no ${name}; install Node 20.19 or newer on the host.`;
}

function textFile(text: string): Described & { text: string } {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { text, sha256, bytes: Buffer.byteLength(text), contentType: TEXT };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
