import { createLogger, failStart, onShutdown } from '@silt/runtime';
import { databaseSentence, openIngest } from '@silt/services';
import { gatewayEnvironment } from './env.ts';
import { startGateway } from './gateway-server.ts';
import { HandOut } from './hand-out.ts';

const SHUTDOWN_DEADLINE_MILLISECONDS = 10_000;

const environment = gatewayEnvironment();
const logger = createLogger('gateway');
const { SILT_INGEST_DATABASE_URL: databaseUrl, SILT_GATEWAY_HOST: host, SILT_GATEWAY_PORT: port } = environment;
const { SILT_TLS_CERT_FILE: certFile, SILT_TLS_KEY_FILE: keyFile, SILT_COLLECTOR_FILES: files } = environment;
const collectorUrl = environment.SILT_COLLECTOR_URL;
const pin = environment.SILT_COLLECTOR_PIN ?? null;
const keyPin = environment.SILT_COLLECTOR_KEY_PIN ?? null;
const ingest = openIngest({ databaseUrl, logger });
try {
  await ingest.check();
  const gateway = await startGateway({
    host,
    port,
    collectorUrl,
    trustedProxies: environment.SILT_TRUSTED_PROXIES,
    tls: certFile && keyFile ? { certFile, keyFile } : undefined,
    handOut: files && collectorUrl ? new HandOut({ root: files, collectorUrl, pin, keyPin, logger }) : undefined,
    ingest,
    logger,
    beats: {
      fastBeatSeconds: environment.SILT_FAST_BEAT_SECONDS,
      slowBeatSeconds: environment.SILT_SLOW_BEAT_SECONDS,
    },
  });
  onShutdown(() => gateway.stop(), { deadlineMilliseconds: SHUTDOWN_DEADLINE_MILLISECONDS });
  logger.info({ host, port: gateway.port }, 'ready');
  process.send?.({ type: 'ready', port: gateway.port });
} catch (error) {
  failStart([databaseSentence(error, databaseUrl) ?? listenSentence(error)]);
}

function listenSentence(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `Port ${port} is taken on ${host}; set SILT_GATEWAY_PORT to another.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user; set SILT_GATEWAY_PORT to one above 1023.`;
  if (error instanceof RangeError) return `SILT_TRUSTED_PROXIES: ${error.message}`;
  return `The gateway could not start: ${error instanceof Error ? error.stack : String(error)}`;
}
