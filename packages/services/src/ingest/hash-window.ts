import { hash } from 'node:crypto';
import { HASH_BYTES, KEPT_HASHES } from '@silt/db';
import type { HostEventDetails, ProbeReport, Reading } from '@silt/domain';
import type { IncomingInventory } from './inventory-assembler.ts';

const HASH_CHARACTERS = 2 * HASH_BYTES;
/** Of what was not stored, so that nothing can contradict it; also of what is not known. */
export const UNKNOWN_HASH = '0'.repeat(HASH_CHARACTERS);

interface HashedSnapshot {
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  readings: readonly Reading[];
  probes: readonly ProbeReport[];
}

/** First HASH_BYTES of the sha256 of what a snapshot says, in hexadecimal. `layoutNo`: the host's own number. */
export function snapshotHash(snapshot: HashedSnapshot, layoutNo: number): string {
  const { takenAt, bootId, uptimeMilliseconds, readings, probes } = snapshot;
  return hashOf(JSON.stringify([takenAt, bootId, uptimeMilliseconds, layoutNo, readings, probes]));
}

/** As `snapshotHash`, of a gap. */
export function gapHash({ from, to, reason, firstTakenAt, lastTakenAt }: HostEventDetails['gap']): string {
  return hashOf(JSON.stringify(['gap', from, to, reason, firstTakenAt, lastTakenAt]));
}

/** As `snapshotHash`, of a part of an inventory. */
export function inventoryHash(inventory: IncomingInventory): string {
  const { takenAt, bootId, uptimeMilliseconds, baseSequence, part, parts, scopes, items, removed } = inventory;
  const told = [takenAt, bootId, uptimeMilliseconds, baseSequence, part, parts, scopes, items, removed];
  return hashOf(JSON.stringify(['inventory', ...told]));
}

const hashOf = (text: string): string => hash('sha256', text).slice(0, HASH_CHARACTERS);

/** Hashes of the last KEPT_HASHES sequences of a stream. */
export class HashWindow {
  readonly #hashes = Buffer.alloc(KEPT_HASHES * HASH_BYTES);
  #last: number;

  /** @param hashes as `collector_stream` keeps them, the newest last, which is of the sequence `last`. */
  constructor(last: number, hashes: Buffer) {
    this.#last = last;
    const known = Math.min(Math.floor(hashes.length / HASH_BYTES), KEPT_HASHES, last);
    for (let back = 0; back < known; back += 1) {
      const end = hashes.length - back * HASH_BYTES;
      hashes.copy(this.#hashes, this.#placeOf(last - back), end - HASH_BYTES, end);
    }
  }

  /** One for each sequence after the last one up to `sequence`. */
  add(sequence: number, sequenceHash: string): void {
    const first = Math.max(this.#last + 1, sequence - KEPT_HASHES + 1);
    for (let at = first; at <= sequence; at += 1) this.#hashes.write(sequenceHash, this.#placeOf(at), 'hex');
    this.#last = sequence;
  }

  /** Whether the sequence is known to have held something else. */
  contradicts(sequence: number, sequenceHash: string): boolean {
    if (sequence > this.#last || sequence <= this.#last - KEPT_HASHES || sequenceHash === UNKNOWN_HASH) return false;
    const place = this.#placeOf(sequence);
    const known = this.#hashes.toString('hex', place, place + HASH_BYTES);
    return known !== UNKNOWN_HASH && known !== sequenceHash;
  }

  #placeOf(sequence: number): number {
    return (sequence % KEPT_HASHES) * HASH_BYTES;
  }
}
