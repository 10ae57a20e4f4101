import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './jobs.ts';

assert(parentPort, 'it is started by run-jobs');
const port = parentPort;
port.on('message', (job: Job) => port.postMessage(runJob(job)));
