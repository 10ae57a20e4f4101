import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer, Job } from './jobs.ts';

/** Jobs that a thread has waiting, so that it need not wait itself. */
const JOBS_A_THREAD = 2;
const MAX_THREADS = 8;

/** Runs jobs on all cores; answers come in the order of the jobs. Jobs are taken as threads get free. */
export async function* runJobs(jobs: AsyncIterable<Job> | Iterable<Job>): AsyncGenerator<Answer> {
  const threads = Array.from({ length: Math.min(MAX_THREADS, availableParallelism()) }, () => new JobThread());
  try {
    const answers: Promise<Answer>[] = [];
    for await (const job of jobs) {
      if (answers.length >= threads.length * JOBS_A_THREAD) yield (await answers.shift()) as Answer;
      const idlest = threads.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least));
      const answer = idlest.ask(job);
      // Its failure is told when its turn comes.
      answer.catch(() => {});
      answers.push(answer);
    }
    for (const answer of answers) yield await answer;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** It answers in the order in which it was asked. */
class JobThread {
  readonly #worker = new Worker(new URL('./job-thread.ts', import.meta.url));
  #asked: PromiseWithResolvers<Answer>[] = [];

  constructor() {
    this.#worker.on('message', (answer: Answer) => this.#asked.shift()?.resolve(answer));
    this.#worker.on('error', (error) => {
      for (const one of this.#asked.splice(0)) one.reject(error);
    });
  }

  get waiting(): number {
    return this.#asked.length;
  }

  ask(job: Job): Promise<Answer> {
    const asked = Promise.withResolvers<Answer>();
    this.#asked.push(asked);
    this.#worker.postMessage(job);
    return asked.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
