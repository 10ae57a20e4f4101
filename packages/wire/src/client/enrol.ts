import type { HostFacts } from '@silt/domain';
import type { GatewayMessage } from '../v1/messages/gateway-messages.ts';
import { SUBPROTOCOL } from '../v1/messages/names.ts';
import { type CollectorKeyPair, enrolStatement, signStatement } from '../v1/statements.ts';
import { Connection } from './connection.ts';
import { checkPin, checkServerUrl } from './server-url.ts';

export interface EnrolOptions {
  /** As the client's. */
  url: string;
  pin: string | null;
  /** One-time. */
  token: string;
  keyPair: CollectorKeyPair;
  collectorVersion: string;
  facts: HostFacts;
}

/** What the server knows this host by from here on. */
export interface Enrolment {
  hostId: string;
  key: string;
}

/** Why a host was not enrolled, in a sentence. */
export class EnrolError extends Error {
  override name = 'EnrolError';
  /** The same may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMilliseconds: number | null;

  constructor(message: string, retryable: boolean, retryAfterMilliseconds: number | null) {
    super(message);
    this.retryable = retryable;
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }
}

/**
 * Registers a key by a one-time token, on a connection for this alone. Throws ClientSettingsError for an address or a pin
 * that cannot be used, and EnrolError.
 */
export function enrol(options: EnrolOptions): Promise<Enrolment> {
  const url = checkServerUrl(options.url);
  const pin = checkPin(options.pin, url);
  return new Promise((resolve, reject) => {
    let answer: Enrolment | EnrolError | null = null;
    const receive = (message: GatewayMessage) => {
      if (message.type === 'challenge' && message.versions.includes(SUBPROTOCOL)) {
        connection.send(messageFor(options, url.origin, message.nonce));
        return;
      }
      if (message.type === 'enrolled') answer = { hostId: message.host, key: message.key };
      else if (message.type === 'refused') {
        const text = `The server refused to enrol this host (${message.code}): ${message.message}`;
        answer = new EnrolError(text, message.retryable, message.retryAfterMilliseconds);
      } else answer = new EnrolError(`The server does not enrol by ${SUBPROTOCOL}.`, true, null);
      connection.end('Done.', 1000);
    };
    const connection = new Connection(
      { url, pin },
      {
        onOpen: () => {},
        onMessage: receive,
        onPing: () => {},
        // What it is said to be for follows, or the deadline of the greeting.
        onUnknown: () => {},
        onEnd: (reason) => {
          if (answer === null) reject(new EnrolError(reason, true, null));
          else if (answer instanceof EnrolError) reject(answer);
          else resolve(answer);
        },
      },
    );
  });
}

function messageFor({ token, keyPair, collectorVersion, facts }: EnrolOptions, server: string, nonce: string) {
  const { publicKey, privateKey } = keyPair;
  const signature = signStatement(privateKey, enrolStatement({ server, nonce, publicKey }));
  return { type: 'enrol', token, publicKey, collectorVersion, host: facts, server, signature } as const;
}
