import { isLoopbackName, type Peer } from './peer.ts';

const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Whether a collector that signed for `origin` meant this server. */
export type AcceptsServer = (origin: string, peer: Peer) => boolean;

interface OwnAddress {
  /** That hosts are told: `wss://silt.example/collect`; null = none, this machine alone. */
  collectorUrl: string | null;
  host: string;
  port: number;
  encrypted: boolean;
}

/**
 * The server's own origins: its public one; with TLS the one it listens on; and any of loopback at its own port, or at the
 * one that it is told to be reached at, for a collector on this machine that came through no proxy.
 */
export function ownOrigins({ collectorUrl, host, port, encrypted }: OwnAddress): AcceptsServer {
  const scheme = encrypted ? 'wss' : 'ws';
  const literal = host.includes(':') ? `[${host}]` : host;
  const own = new Set<string>();
  const told = collectorUrl === null ? null : new URL(collectorUrl).origin;
  if (told?.startsWith('wss:')) own.add(told);
  if (encrypted && !ANY_ADDRESS.has(host)) own.add(new URL(`wss://${literal}:${port}`).origin);
  return (origin, peer) => {
    if (own.has(origin)) return true;
    if (!peer.loopback || peer.proxied || !URL.canParse(origin)) return false;
    const { hostname } = new URL(origin);
    return (
      isLoopbackName(hostname) && (origin === told || origin === new URL(`${scheme}://${hostname}:${port}`).origin)
    );
  };
}
