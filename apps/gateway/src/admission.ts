import type { Collector, Ingest } from '@silt/services';
import {
  type EnrolMessage,
  enrolStatement,
  type HelloMessage,
  helloStatement,
  type RefusalCode,
  type RotateMessage,
  rotateStatement,
  verifyStatement,
} from '@silt/wire';
import type { HandshakeLimits } from './handshake-limits.ts';
import type { HostRegistry } from './host-registry.ts';
import type { Peer } from './peer.ts';
import type { AcceptsServer } from './server-origin.ts';

/** What a refused peer hears. */
export interface NotAdmitted {
  code: RefusalCode;
  message: string;
}

/** Of one connection. */
export interface AdmissionOptions {
  ingest: Ingest;
  hosts: HostRegistry;
  limits: HandshakeLimits;
  acceptsServer: AcceptsServer;
  peer: Peer;
  nonce: string;
}

const WRONG_SERVER = {
  code: 'wrong-server',
  message: 'This is another server than the one it was meant for.',
} as const;
const BAD_KEY = {
  code: 'bad-key',
  message: 'The key is unknown, or the signature is not its own; enrol again.',
} as const;

/** Decides who is let in, by token or by key. What is refused of a known host becomes an event of it. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  async enrol(message: EnrolMessage): Promise<{ hostPublicId: string; keyId: string } | NotAdmitted> {
    const { ingest, hosts, acceptsServer, peer, nonce } = this.#options;
    const { token, server, collectorVersion, host: facts } = message;
    const publicKey = Buffer.from(message.publicKey, 'base64url');
    const statement = enrolStatement({ server, nonce, publicKey: message.publicKey });
    if (!verifyStatement(publicKey, statement, message.signature)) return this.#fail(BAD_KEY);
    if (!acceptsServer(server, peer)) return this.#fail(WRONG_SERVER);
    const request = { token, publicKey, facts, collectorVersion, address: peer.address };
    const enrolled = await ingest.enrol(request, (hostId) => hosts.isLive(hostId));
    if (enrolled === 'bad-token') {
      const message = 'The token is unknown, used up, withdrawn or too old; make a new one on the server.';
      return this.#fail({ code: 'bad-token', message });
    }
    if (enrolled === 'host-already-connected') {
      return {
        code: enrolled,
        message: 'A collector of this machine is connected; stop it, or retire its host, first.',
      };
    }
    return enrolled;
  }

  async greet(hello: HelloMessage): Promise<Collector | NotAdmitted> {
    const { ingest, limits, acceptsServer, peer, nonce } = this.#options;
    const { hostId, key: keyId, server, stream, signature } = hello;
    const key = await ingest.findKey(hostId, keyId);
    if (key === null) return this.#fail(BAD_KEY);
    const refuse = (refusal: NotAdmitted): NotAdmitted => {
      ingest.reportRefused(key, refusal.code, peer.address);
      return this.#fail(refusal);
    };
    const statement = helloStatement({ server, hostId, key: keyId, stream, nonce });
    if (!verifyStatement(key.publicKey, statement, signature)) return refuse(BAD_KEY);
    if (key.hostRetired) {
      return refuse({ code: 'host-retired', message: 'This host was retired; enrol again to bring it back.' });
    }
    if (key.revoked) return refuse({ code: 'key-revoked', message: 'The key was revoked; enrol again.' });
    if (!acceptsServer(server, peer)) return refuse(WRONG_SERVER);
    if (!limits.mayGreet(keyId, Date.now())) {
      return { code: 'too-many', message: 'This key has said hello too often within a minute.' };
    }
    const { hostPublicId, organisationId } = key;
    return { hostId: key.hostId, hostPublicId, organisationId, keyId };
  }

  /** @param server as the hello of this connection said. */
  async rotate(collector: Collector, server: string, message: RotateMessage): Promise<string | NotAdmitted> {
    const { ingest, peer, nonce } = this.#options;
    const { hostPublicId, keyId } = collector;
    const current = await ingest.findKey(hostPublicId, keyId);
    if (current === null) return BAD_KEY;
    const { publicKey, signature } = message;
    const statement = rotateStatement({ server, hostId: hostPublicId, key: keyId, publicKey, nonce });
    if (!verifyStatement(current.publicKey, statement, signature)) {
      ingest.reportRefused(collector, BAD_KEY.code, peer.address);
      return BAD_KEY;
    }
    const rotated = await ingest.rotateKey(collector, Buffer.from(publicKey, 'base64url'), peer.address);
    return rotated ?? { code: 'key-revoked', message: 'The key was revoked; enrol again.' };
  }

  #fail(refusal: NotAdmitted): NotAdmitted {
    const { limits, peer } = this.#options;
    limits.failed(peer.address, Date.now());
    return refusal;
  }
}
