import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate of 127.0.0.1, made anew by openssl. */
export function newCertificate(): { key: string; cert: string; pin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'silt-tls-'));
  try {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-keyout', keyFile, '-out', certFile, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ],
      { stdio: 'pipe' },
    );
    const cert = readFileSync(certFile, 'utf8');
    const pin = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
    return { key: readFileSync(keyFile, 'utf8'), cert, pin };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
