import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { SentenceError } from './sentence-error.mjs';

const MAX_CHAIN = 8;

/**
 * Checks the certificate and its key before anything listens with them.
 * @param {{ certFile: string, keyFile: string }} files
 * @param {{ names: string[], now: Date }} known names: of the addresses that people and hosts are told.
 * @returns {{ pin: string, keyPin: string, isPublic: boolean }} sha256 of the certificate, 64 hex; sha256 of its public
 *   key, base64, which is what curl pins; isPublic: one of Node's own authorities signed it, nobody needs a pin.
 */
export function checkCertificate({ certFile, keyFile }, { names, now }) {
  const chain = readChain(certFile);
  const [leaf] = chain;
  if (!leaf.checkPrivateKey(readKey(keyFile))) {
    throw new SentenceError(`The key in ${keyFile} (--tls-key) is not that of the certificate in ${certFile}.`);
  }
  const [from, until] = [new Date(leaf.validFrom), new Date(leaf.validTo)];
  if (now > until) {
    throw new SentenceError(`The certificate in ${certFile} (--tls-cert) expired on ${day(until)}; renew it.`);
  }
  if (now < from) {
    throw new SentenceError(
      `The certificate in ${certFile} (--tls-cert) is good from ${day(from)} on; look at this machine's clock.`,
    );
  }
  const isPublic = isSignedByAuthority(chain);
  const foreign = names.find((name) => !isFor(leaf, name));
  if (isPublic && foreign !== undefined) {
    throw new SentenceError(
      `The certificate in ${certFile} is for ${leaf.subjectAltName ?? leaf.subject}, not for ${foreign}; see --public-url.`,
    );
  }
  return {
    pin: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    keyPin: createHash('sha256')
      .update(leaf.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
    isPublic,
  };
}

function readChain(certFile) {
  const blocks = read(certFile, '--tls-cert').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0 || blocks.length > MAX_CHAIN) throw new RangeError('none, or too many');
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new SentenceError(`${certFile} (--tls-cert) holds no certificate in PEM.`);
  }
}

function readKey(keyFile) {
  const text = read(keyFile, '--tls-key');
  try {
    return createPrivateKey(text);
  } catch {
    throw new SentenceError(`${keyFile} (--tls-key) holds no key in PEM that can be read without a password.`);
  }
}

function read(path, option) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SentenceError(`${path} (${option}) cannot be read (${error.code}).`);
  }
}

/** Each one signed by the next, the last one by a root that Node brings. */
function isSignedByAuthority(chain) {
  const whole = chain.every((one, index) => index === chain.length - 1 || isSignedBy(one, chain[index + 1]));
  const last = chain.at(-1);
  return whole && rootCertificates.some((root) => isSignedBy(last, new X509Certificate(root)));
}

const isSignedBy = (one, issuer) => one.checkIssued(issuer) && one.verify(issuer.publicKey);

function isFor(leaf, name) {
  const address = name.replace(/^\[(.*)\]$/, '$1');
  return (isIP(address) ? leaf.checkIP(address) : leaf.checkHost(address)) !== undefined;
}

const day = (date) => date.toISOString().slice(0, 10);
