import type { ConfigureMessage, GatewayMessage } from '../v1/messages/gateway-messages.ts';
import type { OutgoingGap, OutgoingSnapshot } from './outbox.ts';

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

export type ClientState =
  | { name: 'connecting' }
  /** The socket is open; challenge, hello and welcome pass. */
  | { name: 'greeting' }
  | { name: 'streaming' }
  /** Until the next attempt; `reason`: why the last one ended, a sentence. */
  | { name: 'waiting'; reason: string; milliseconds: number }
  /** Not started, stopped, or refused for good: `reason` says why then. */
  | { name: 'stopped'; reason: string | null };

export interface ClientEvents {
  state: [ClientState];
  welcome: [Received<'welcome'>];
  /** For each send of a snapshot, repeats after a reconnect too. */
  sent: [OutgoingSnapshot];
  /** All up to `sequence` is committed or refused; also when a welcome says so. */
  ack: [{ sequence: number; refused: Received<'ack'>['refused'] }];
  /** For each send: what stands in the place of snapshots that will never come. */
  gap: [OutgoingGap];
  /** The server asked whether we are there, each ping interval; the answer is on its way. */
  ping: [];
  /** What the server wants from now on; it may come before `welcome` does. */
  configure: [ConfigureMessage];
  /** The server took the key of `rotate`; both are good until the new one is used. */
  rotated: [Received<'rotated'>];
}

/** As pino's, so that a logger fits as it is. */
export interface ClientLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
