// Preloaded into the web server when Silt has a certificate of its own (programs.mjs). Next's standalone server makes its
// server by http.createServer, and refuses `selfSignedCertificate` outside of development; so that call makes one with
// TLS here. Next takes the protocol of a request from its socket. A proxy process before it would be one more to run.
import { readFileSync, watchFile } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';

const POLL_MILLISECONDS = 2_000;
const { SILT_TLS_CERT_FILE: certFile, SILT_TLS_KEY_FILE: keyFile } = process.env;

const read = () => ({ cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' });

http.createServer = (...args) => {
  const [options, listener] = typeof args[0] === 'function' ? [{}, args[0]] : args;
  const server = https.createServer({ ...options, ...read() }, listener);
  for (const file of [certFile, keyFile]) {
    watchFile(file, { interval: POLL_MILLISECONDS, persistent: false }, () => takeAgain(server));
  }
  return server;
};

/** Half a renewal, a certificate without its key, changes nothing until the other file comes. */
function takeAgain(server) {
  try {
    const files = read();
    createSecureContext(files);
    server.setSecureContext(files);
    console.log('The certificate was read again.');
  } catch (error) {
    console.error(`The certificate cannot be read again, the one before goes on: ${error.message}`);
  }
}
