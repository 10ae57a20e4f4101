import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Who stands at the other end of a connection, as far as that can be known. */
export interface Peer {
  /** Of the host itself: behind a trusted proxy, the last hop that is none. */
  address: string;
  loopback: boolean;
  /** A proxy forwarded it, trusted or not. */
  proxied: boolean;
}

/** What a request says of itself: the socket's own address and its headers. */
export interface Arrival {
  remoteAddress: string | undefined;
  encrypted: boolean;
  headers: IncomingHttpHeaders;
}

const MAX_HOPS = 16;
/** What proxies add; one of them is enough to show that another host may stand behind. */
const FORWARDING = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** @param list addresses or networks, `10.0.0.0/8`. Throws RangeError with a sentence that names the wrong one. */
export function parseNetworks(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const text of list) {
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    if (isIP(address) === 0 || Number(bits ?? most) > most) {
      throw new RangeError(`"${text}" is no address or network; it looks like 10.0.0.5 or 10.0.0.0/8.`);
    }
    if (bits === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(bits), family);
  }
  return networks;
}

/** Reads `X-Forwarded-For` from the right, and only as long as each hop is a trusted proxy. */
export function readPeer({ remoteAddress, headers }: Arrival, trusted: BlockList): Peer {
  const proxied = isForwarded(headers);
  let address = plainAddress(remoteAddress ?? '') ?? 'unknown';
  const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-MAX_HOPS).reverse();
  for (const hop of hops) {
    const next = plainAddress(hop.trim());
    if (!contains(trusted, address) || next === null) break;
    address = next;
  }
  return { address, loopback: contains(LOOPBACK, address), proxied };
}

/**
 * Why what came in plain must not be taken, as a status line and a sentence; null = it came by TLS, over loopback, or
 * through a trusted proxy that says it came to it by TLS.
 */
export function plainRefusal(arrival: Arrival, trusted: BlockList): { status: string; sentence: string } | null {
  if (arrival.encrypted) return null;
  const address = plainAddress(arrival.remoteAddress ?? '') ?? '';
  if (!isForwarded(arrival.headers)) {
    return contains(LOOPBACK, address)
      ? null
      : { status: '426 Upgrade Required', sentence: 'Plain ws:// and http:// are for loopback alone; use wss://.' };
  }
  if (!contains(trusted, address)) {
    return {
      status: '403 Forbidden',
      sentence: `The proxy at ${address} is not trusted; start Silt with --trust-proxy ${address}.`,
    };
  }
  return cameByTls(arrival.headers)
    ? null
    : { status: '403 Forbidden', sentence: 'The proxy must be reached by TLS and say X-Forwarded-Proto: https.' };
}

export const isLoopbackName = (name: string): boolean => {
  const address = name.replace(/^\[(.*)\]$/, '$1');
  return address === 'localhost' || contains(LOOPBACK, address);
};

const isForwarded = (headers: IncomingHttpHeaders): boolean => FORWARDING.some((name) => headers[name] !== undefined);

/** Every proxy of the way has to say so: a client can send the header too. */
function cameByTls(headers: IncomingHttpHeaders): boolean {
  const said = [headers['x-forwarded-proto'] ?? []].flat().join(',').split(',');
  return said.every((protocol) => ['https', 'wss'].includes(protocol.trim().toLowerCase()));
}

function contains(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Without a port, brackets, or the IPv6 form of an IPv4 address; null for what is no address. */
function plainAddress(text: string): string | null {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? null : address;
}
