import { openWebServices } from '@silt/api';
import { webEnvironment } from '../env.ts';

type Services = ReturnType<typeof openWebServices>;
/** For answers under way when the process is told to end. */
const LAST_ANSWERS_MILLISECONDS = 500;
const KEY = Symbol.for('silt.web.services');
const holder = globalThis as { [KEY]?: Services };

/** One set of connections a process: pages and route handlers are bundled apart and would open one each. */
export function webServices(): Services {
  holder[KEY] ??= open();
  return holder[KEY];
}

function open(): Services {
  const env = webEnvironment();
  const services = openWebServices({
    webDatabaseUrl: env.SILT_WEB_DATABASE_URL,
    authDatabaseUrl: env.SILT_AUTH_DATABASE_URL,
    authSecret: env.SILT_AUTH_SECRET,
    publicUrl: env.SILT_PUBLIC_URL,
    collector: {
      url: env.SILT_COLLECTOR_URL,
      pin: env.SILT_COLLECTOR_PIN ?? null,
      keyPin: env.SILT_COLLECTOR_KEY_PIN ?? null,
    },
    beats: { fastBeatSeconds: env.SILT_FAST_BEAT_SECONDS, slowBeatSeconds: env.SILT_SLOW_BEAT_SECONDS },
  });
  // The HTTP server ends itself at a signal, once its connections are gone; streams of changes and browsers that keep
  // theirs open would hold it.
  const end = (): void => {
    void services.close().finally(() => setTimeout(() => process.exit(0), LAST_ANSWERS_MILLISECONDS));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  return services;
}
