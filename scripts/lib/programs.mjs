import { readFileSync } from 'node:fs';
import { inUrl, isLoopback, reachable } from './options.mjs';
import { inRoot, ROOT } from './paths.mjs';

/** A person revoked its key or retired this host: the rest of Silt goes on. */
const COLLECTOR_REFUSED = 3;

/**
 * Every program of `npm start`: what runs, with which environment, and where its log goes.
 * @param {{ certificate: ReturnType<typeof import('./certificate.mjs').checkCertificate> | null }} request `certificate`:
 *   null without own TLS.
 */
export function programsOf({ options, data, prepared, certificate }) {
  const { databaseUrls, organisationId } = prepared;
  const { tls, publicUrl } = options;
  const local = inUrl(reachable(options.host));
  const gatewayUrl = localGatewayUrl(options);
  const localPin = tls && certificate ? ['--pin', certificate.pin] : [];
  const transport = transportEnvironment(options, certificate);
  const program = (name, args, env, more = {}) => ({
    name,
    args,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', ...env },
    logFile: data.logFile(name),
    ...more,
  });
  const demo = (name, args, env) => program(name, [inRoot('apps/demo/dist/demo.mjs'), ...args], env);
  const demoKeys = ['--keys-file', `${data.folder}/secrets/demo-keys.json`];
  const demoEnvironment = {
    SILT_INGEST_DATABASE_URL: databaseUrls.ingest,
    SILT_GATEWAY_URL: gatewayUrl,
    SILT_ORGANISATION_ID: organisationId,
  };
  return {
    localAddress: `${tls ? 'https' : 'http'}://${local}:${options.port}`,
    gateway: program('gateway', [...nodeFlags('gateway'), inRoot('apps/gateway/dist/gateway.mjs')], {
      SILT_INGEST_DATABASE_URL: databaseUrls.ingest,
      SILT_GATEWAY_HOST: options.host,
      SILT_GATEWAY_PORT: String(options.gatewayPort),
      SILT_FAST_BEAT_SECONDS: String(options.beatSeconds),
      SILT_TRUSTED_PROXIES: options.trustedProxies.join(','),
      SILT_COLLECTOR_FILES: ROOT,
      ...transport,
    }),
    worker: program('worker', [inRoot('apps/worker/dist/worker.mjs')], {
      SILT_WORKER_DATABASE_URL: databaseUrls.worker,
    }),
    web: program(
      'web',
      [
        ...(tls ? ['--import', inRoot('scripts/lib/serve-by-tls.mjs')] : []),
        inRoot('apps/web/.next/standalone/apps/web/server.js'),
      ],
      {
        NODE_ENV: 'production',
        HOSTNAME: options.host,
        PORT: String(options.port),
        SILT_WEB_DATABASE_URL: databaseUrls.web,
        SILT_AUTH_DATABASE_URL: databaseUrls.auth,
        SILT_AUTH_SECRET: data.secret('auth'),
        SILT_FAST_BEAT_SECONDS: String(options.beatSeconds),
        SILT_PUBLIC_URL: publicUrl,
        ...transport,
      },
      { cwd: inRoot('apps/web/.next/standalone/apps/web') },
    ),
    collector: program(
      'collector',
      [
        ...nodeFlags('collector'),
        inRoot('apps/collector/dist/silt-collector.mjs'),
        'run',
        '--url',
        gatewayUrl,
        ...localPin,
      ].concat(
        ['--state', `${data.folder}/collector`],
        ['--enrolment-token-file', `${data.folder}/collector/enrolment-token`],
      ),
      {},
      { finalExitCode: COLLECTOR_REFUSED },
    ),
    demoLoad: demo('demo-load', ['load', ...demoKeys], demoEnvironment),
    demoPush: demo('demo-push', ['push', ...demoKeys, '--url', gatewayUrl, ...localPin], demoEnvironment),
  };
}

/** By its own, V8 takes several times the memory that these programs need (docs/benchmarks.md). */
const nodeFlags = (app) => JSON.parse(readFileSync(inRoot(`apps/${app}/node-flags.json`), 'utf8'));

/** What gateway and web both know: where hosts connect to, what they pin, and the files of own TLS. */
function transportEnvironment({ tls, collectorUrl }, certificate) {
  const pinned = certificate && !certificate.isPublic;
  return {
    SILT_COLLECTOR_URL: collectorUrl,
    ...(pinned ? { SILT_COLLECTOR_PIN: certificate.pin, SILT_COLLECTOR_KEY_PIN: certificate.keyPin } : {}),
    ...(tls ? { SILT_TLS_CERT_FILE: tls.certFile, SILT_TLS_KEY_FILE: tls.keyFile } : {}),
  };
}

/** Plain off loopback is not spoken: then this machine's collector takes the way of all others, through the proxy. */
function localGatewayUrl({ host, gatewayPort, tls, collectorUrl }) {
  const address = reachable(host);
  if (tls) return `wss://${inUrl(address)}:${gatewayPort}/collect`;
  return isLoopback(address) ? `ws://${inUrl(address)}:${gatewayPort}/collect` : collectorUrl;
}
