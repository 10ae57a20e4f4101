import { execFile } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { checkCertificate } from './certificate.mjs';
import { claimDataFolder } from './data-folder.mjs';
import { startEmbeddedPostgres } from './embedded-postgres.mjs';
import { HELP, parseOptions } from './options.mjs';
import { inRoot, runtimeNode } from './paths.mjs';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { programsOf } from './programs.mjs';
import { SentenceError } from './sentence-error.mjs';
import { Supervisor } from './supervisor.mjs';

const READY_DEADLINE_MILLISECONDS = 30_000;
const ANSWER_MILLISECONDS = 5_000;
const POLL_MILLISECONDS = 50;
const PARENT_POLL_MILLISECONDS = 500;

/** `npm start`: installs, builds, starts everything, prints one address, and ends it all on a signal. */
export async function start(args) {
  const ends = [];
  const endAll = once(async (code) => {
    for (const end of ends.reverse()) await end();
    process.exit(code);
  });
  const fail = (error) => {
    console.error(error instanceof SentenceError ? error.message : error);
    return endAll(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endAll(0));
  if (process.env.npm_lifecycle_event === 'start') whenParentEnds(() => endAll(1));
  try {
    const options = parseOptions(args, process.env);
    if (options.help) {
      console.log(HELP);
      return;
    }
    await startAll(options, ends, fail);
  } catch (error) {
    await fail(error);
  }
}

async function startAll(options, ends, fail) {
  const certificate = options.tls ? checkedCertificate(options) : null;
  await refuseTakenPort(options.host, options.port, '--port');
  await refuseTakenPort(options.host, options.gatewayPort, '--gateway-port');
  const data = claimDataFolder(options.dataFolder);
  ends.push(async () => data.release());
  if (!options.prebuilt) {
    await ensureInstalled();
    await ensureBuilt();
  }
  const postgres = options.databaseUrl ? null : await startPostgres(data, ends);
  const prepared = await prepareDatabase(data, options.databaseUrl ?? postgres.url);
  const supervisor = new Supervisor(fail);
  ends.push(() => supervisor.stop());
  postgres?.child.once('exit', () =>
    fail(new SentenceError(`Postgres ended; ${data.folder}/logs/postgres.log says why.`)),
  );
  const programs = programsOf({ options, data, prepared, certificate });
  if (options.demo) await loadDemo(programs.demoLoad);
  await Promise.all([
    supervisor.start(programs.gateway),
    supervisor.start(programs.worker),
    supervisor.start(programs.web, (isOver) => untilHealthy(`${programs.localAddress}/api/health`, isOver)),
  ]);
  if (options.collector) await supervisor.start(programs.collector, async () => {});
  if (options.demo) await supervisor.start(programs.demoPush, async () => {});
  const path = prepared.ownerToken ? `/welcome?token=${prepared.ownerToken}` : '';
  console.log(`\nSilt is up: ${options.publicUrl}${path}\n`);
}

function checkedCertificate({ tls, publicUrl, collectorUrl }) {
  const names = [publicUrl, collectorUrl].map((url) => new URL(url).hostname);
  return checkCertificate(tls, { names, now: new Date() });
}

/** npm passes signals on, but not its own kill -9. */
function whenParentEnds(end) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_POLL_MILLISECONDS);
  timer.unref();
}

async function startPostgres(data, ends) {
  const postgres = await startEmbeddedPostgres({ dataFolder: data.folder, logFile: data.logFile('postgres') });
  ends.push(async () => {
    postgres.child.removeAllListeners('exit');
    await postgres.stop();
  });
  return postgres;
}

/** Roles, migrations, the organisation, this machine's enrolment and the owner's link; it prints one JSON line. */
async function prepareDatabase(data, databaseUrl) {
  const program = [inRoot('apps/setup/dist/setup.mjs'), 'prepare', '--collector-state'];
  const env = {
    ...process.env,
    SILT_ADMIN_DATABASE_URL: databaseUrl,
    SILT_ROLE_PASSWORDS_FILE: `${data.folder}/secrets/roles.json`,
    SILT_MIGRATIONS_DIR: inRoot('prisma/migrations'),
  };
  try {
    const { stdout } = await promisify(execFile)(runtimeNode(), [...program, `${data.folder}/collector`], { env });
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch (error) {
    throw new SentenceError((error.stderr || error.message).trim());
  }
}

async function loadDemo({ args, env }) {
  console.log('Loading the simulated fleet …');
  try {
    const { stdout } = await promisify(execFile)(runtimeNode(), args, { env });
    console.log(stdout.trim().split('\n').at(-1));
  } catch (error) {
    throw new SentenceError(`The simulated fleet could not be loaded: ${(error.stderr || error.message).trim()}`);
  }
}

async function untilHealthy(url, isOver) {
  const end = Date.now() + READY_DEADLINE_MILLISECONDS;
  while (!isOver()) {
    if ((await statusOf(url)) === 200) return;
    if (Date.now() > end) throw new SentenceError(`The web server did not become healthy at ${url}.`);
    await sleep(POLL_MILLISECONDS);
  }
}

/** Null when nobody answers. The certificate need not name this address: nothing is sent, and `ok` is all that comes. */
function statusOf(url) {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const request = get(url, { agent: false, rejectUnauthorized: false, timeout: ANSWER_MILLISECONDS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

function refuseTakenPort(host, port, option) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new SentenceError(listenFailure(error, host, port, option))));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function listenFailure({ code, message }, host, port, option) {
  if (code === 'EADDRINUSE') return `Port ${port} is taken on ${host}; choose another with ${option}.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user; choose one above 1023 with ${option}.`;
  return `Silt cannot listen on ${host}:${port} (${message}); see --host and ${option}.`;
}

function once(run) {
  let result = null;
  return (...args) => {
    result ??= run(...args);
    return result;
  };
}
