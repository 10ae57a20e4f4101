import { inRoot } from './paths.mjs';

const LOOPBACK = /^(127\.|localhost$|::1$)/;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Every program of `npm start`: what runs, with which environment, and where its log goes. */
export function programsOf({ options, data, prepared }) {
  const { databaseUrls, organisationId } = prepared;
  const reachable = ANY_ADDRESS.has(options.host) ? '127.0.0.1' : options.host;
  const address = `http://${LOOPBACK.test(options.host) ? 'localhost' : reachable}:${options.port}`;
  const gatewayUrl = `ws://${reachable}:${options.gatewayPort}/collect`;
  const program = (name, args, env, more = {}) => ({
    name,
    args,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', ...env },
    logFile: data.logFile(name),
    ...more,
  });
  const demo = (name, args, env) => program(name, [inRoot('apps/demo/dist/demo.mjs'), ...args], env);
  const demoTokens = ['--tokens-file', `${data.folder}/secrets/demo-tokens.json`];
  const demoEnvironment = {
    SILT_INGEST_DATABASE_URL: databaseUrls.ingest,
    SILT_GATEWAY_URL: gatewayUrl,
    SILT_ORGANISATION_ID: organisationId,
  };
  return {
    address,
    localAddress: `http://${reachable}:${options.port}`,
    gateway: program('gateway', [inRoot('apps/gateway/dist/gateway.mjs')], {
      SILT_INGEST_DATABASE_URL: databaseUrls.ingest,
      SILT_GATEWAY_HOST: options.host,
      SILT_GATEWAY_PORT: String(options.gatewayPort),
      SILT_FAST_BEAT_SECONDS: String(options.beatSeconds),
    }),
    worker: program('worker', [inRoot('apps/worker/dist/worker.mjs')], {
      SILT_WORKER_DATABASE_URL: databaseUrls.worker,
    }),
    web: program(
      'web',
      [inRoot('apps/web/.next/standalone/apps/web/server.js')],
      {
        NODE_ENV: 'production',
        HOSTNAME: options.host,
        PORT: String(options.port),
        SILT_WEB_DATABASE_URL: databaseUrls.web,
        SILT_AUTH_DATABASE_URL: databaseUrls.auth,
        SILT_AUTH_SECRET: data.secret('auth'),
        SILT_PUBLIC_URL: address,
      },
      { cwd: inRoot('apps/web/.next/standalone/apps/web') },
    ),
    collector: program(
      'collector',
      [inRoot('apps/collector/dist/silt-collector.mjs'), 'run', '--url', gatewayUrl].concat(
        ['--token-file', `${data.folder}/collector/token`],
        ['--state', `${data.folder}/collector`],
      ),
      {},
    ),
    demoLoad: demo('demo-load', ['load', ...demoTokens], demoEnvironment),
    demoPush: demo('demo-push', ['push', ...demoTokens, '--url', gatewayUrl], demoEnvironment),
  };
}
