import { type FileHandle, open, readdir, readlink } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { DockerListener } from '@silt/domain';
import { errorCode } from '../problem.ts';
import { askAnything } from './ask.ts';

/** A row of /proc/<pid>/net/tcp or tcp6 that listens (proc_net_tcp of the kernel's documents). */
export interface ListeningSocket {
  address: string;
  port: number;
  inode: string;
}

const LISTEN = '0A';
const CHUNK_BYTES = 64 * 1024;
const MAX_TABLE_BYTES = 1024 * 1024;
const MAX_DESCRIPTORS = 4_096;
const MAX_LISTENERS = 32;
const PING_LIMITS = { deadlineMilliseconds: 1_000, maxAnswerBytes: 64 * 1024 };

/**
 * The sockets that listen, of any part of a table. The kernel prints these first, so `done` = a row of another state was
 * there, and no more come. The last line may be cut off. Words of the address are in the byte order of the machine.
 */
export function parseTcpTable(
  text: string,
  order: 'LE' | 'BE' = endianness(),
): { sockets: ListeningSocket[]; done: boolean } {
  const sockets: ListeningSocket[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const parts = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(local ?? '');
    if (parts === null || !/^\d+$/.test(inode ?? '')) continue;
    if (state !== LISTEN) return { sockets, done: true };
    const address = addressOf(parts[1] ?? '', order);
    if (address !== null) sockets.push({ address, port: Number.parseInt(parts[2] ?? '', 16), inode: inode ?? '' });
  }
  return { sockets, done: false };
}

/** `0100007F` → `127.0.0.1`. */
function addressOf(hex: string, order: 'LE' | 'BE'): string | null {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => {
    const inOrder = (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    return order === 'LE' ? inOrder.reverse() : inOrder;
  });
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, n) =>
    (((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Sockets that a process itself listens on, whatever its arguments say. Throws what reading its descriptors throws. */
export async function readListeners(processFolder: string): Promise<ListeningSocket[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readTable(join(processFolder, 'net', name))));
  const sockets = tables.flat();
  if (sockets.length === 0) return [];
  const own = new Set<string>();
  const folder = join(processFolder, 'fd');
  const names = (await readdir(folder)).slice(0, MAX_DESCRIPTORS);
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')));
  for (const link of links) {
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode !== undefined) own.add(inode);
  }
  return sockets.filter(({ inode }) => own.has(inode)).slice(0, MAX_LISTENERS);
}

async function readTable(path: string): Promise<ListeningSocket[]> {
  let file: FileHandle | null = null;
  try {
    file = await open(path);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const sockets: ListeningSocket[] = [];
    let rest = '';
    for (let bytes = 0; bytes < MAX_TABLE_BYTES; bytes += CHUNK_BYTES) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
      const text = rest + chunk.toString('latin1', 0, bytesRead);
      const part = parseTcpTable(text);
      sockets.push(...part.sockets);
      if (bytesRead === 0 || part.done) break;
      rest = text.slice(text.lastIndexOf('\n') + 1);
    }
    return sockets;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL'].includes(errorCode(error) ?? '')) return [];
    throw error;
  } finally {
    await file?.close();
  }
}

/** Whether a Docker API answers plain HTTP; null = nothing can be said, since nothing answered. */
export async function isPlainApi({ address, port }: Pick<DockerListener, 'address' | 'port'>): Promise<boolean | null> {
  const host = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address;
  try {
    const { headers } = await askAnything({ host, port }, '/_ping', PING_LIMITS);
    return headers['api-version'] !== undefined || /^docker\//i.test(String(headers.server ?? ''));
  } catch (error) {
    return errorCode(error)?.startsWith('HPE_') ? false : null;
  }
}
