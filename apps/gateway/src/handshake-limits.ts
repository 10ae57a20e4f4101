import { MinuteCounter } from './minute-counter.ts';

/**
 * Sockets that have not been welcomed yet: in all, and of one address. Each costs some 40 kB, and a good collector is one
 * for a few milliseconds.
 */
export const MAX_UNGREETED = 500;
export const MAX_UNGREETED_AN_ADDRESS = 250;
/** Only failures count against an address: a whole site of good collectors may come from one. */
export const MAX_FAILURES_A_MINUTE = 120;
/** Good hellos of one key; a collector that comes back that often is broken, or two have its key. */
export const MAX_HELLOS_A_MINUTE = 60;

/** Who may begin a handshake. An IPv6 address counts with its network of 64 bits, which one site has to itself. */
export class HandshakeLimits {
  readonly #ungreeted = new Map<string, number>();
  readonly #failures = new MinuteCounter();
  readonly #hellos = new MinuteCounter();
  #ungreetedCount = 0;

  /** Why a socket of this address is not taken now; null = it is. */
  refusal(address: string, now: number): { status: string; sentence: string } | null {
    const site = siteOf(address);
    if (this.#failures.of(site, now) >= MAX_FAILURES_A_MINUTE) {
      return { status: '429 Too Many Requests', sentence: 'Too many failed handshakes; come back in a minute.' };
    }
    if (this.#ungreetedCount >= MAX_UNGREETED || (this.#ungreeted.get(site) ?? 0) >= MAX_UNGREETED_AN_ADDRESS) {
      return { status: '503 Service Unavailable', sentence: 'Too many handshakes at once; come back soon.' };
    }
    return null;
  }

  /** A socket is open and not welcomed yet; the returned function, called once or more, says that this is over. */
  enter(address: string): () => void {
    const site = siteOf(address);
    this.#ungreetedCount += 1;
    this.#ungreeted.set(site, (this.#ungreeted.get(site) ?? 0) + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#ungreetedCount -= 1;
      const left = (this.#ungreeted.get(site) ?? 1) - 1;
      if (left === 0) this.#ungreeted.delete(site);
      else this.#ungreeted.set(site, left);
    };
  }

  /** A handshake of this address was no good one. */
  failed(address: string, now: number): void {
    this.#failures.add(siteOf(address), now);
  }

  /** Counts a good hello; false = there were too many of this key. */
  mayGreet(keyId: string, now: number): boolean {
    if (this.#hellos.of(keyId, now) >= MAX_HELLOS_A_MINUTE) return false;
    this.#hellos.add(keyId, now);
    return true;
  }
}

const IPV6_NETWORK_GROUPS = 4;

function siteOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...after].slice(0, IPV6_NETWORK_GROUPS).join(':');
}
