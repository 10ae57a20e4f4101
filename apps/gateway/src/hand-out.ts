import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Logger } from '@silt/runtime';
import { type HandOutFile, HandOutFiles, type HandOutOptions, MissingFileError } from './hand-out-files.ts';

/** Files under way at once: what hosts install must leave the line to beats. */
export const MAX_DOWNLOADS = 16;
/** A peer that reads nothing for so long, or is not done by the deadline, is cut off. */
const IDLE_MILLISECONDS = 20_000;
const DOWNLOAD_DEADLINE_MILLISECONDS = 600_000;
const RETRY_AFTER_SECONDS = 5;
const FOLDER = '/collector/';

export const isHandOutPath = (url: string | undefined): boolean => (url ?? '').startsWith(FOLDER);

/** Serves what a host needs to install the collector: a fixed list of names, by GET and HEAD. */
export class HandOut {
  readonly #files: HandOutFiles;
  readonly #logger: Logger;
  #downloads = 0;

  constructor({ logger, ...options }: HandOutOptions & { logger: Logger }) {
    this.#files = new HandOutFiles(options);
    this.#logger = logger;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(response, 405, 'Only GET and HEAD are answered here.');
      return;
    }
    if (this.#downloads >= MAX_DOWNLOADS) {
      response.setHeader('retry-after', RETRY_AFTER_SECONDS);
      answer(response, 503, `${MAX_DOWNLOADS} downloads are under way; try again in ${RETRY_AFTER_SECONDS} seconds.`);
      return;
    }
    this.#downloads += 1;
    const deadline = setTimeout(() => response.destroy(), DOWNLOAD_DEADLINE_MILLISECONDS);
    response.setTimeout(IDLE_MILLISECONDS, () => response.destroy());
    response.once('close', () => {
      this.#downloads -= 1;
      clearTimeout(deadline);
    });
    const name = (request.url ?? '').slice(FOLDER.length).split('?', 1)[0] ?? '';
    this.#files.find(name).then(
      (file) => this.#send(request, response, file),
      (error: unknown) => this.#fail(response, error),
    );
  }

  #send(request: IncomingMessage, response: ServerResponse, file: HandOutFile | null): void {
    if (file === null) {
      answer(response, 404, `Nothing of that name is handed out; there are ${this.#files.names.join(', ')}.`);
      return;
    }
    const tag = `"${file.sha256}"`;
    response.setHeader('etag', tag);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'content-type': file.contentType, 'content-length': file.bytes });
    if (request.method === 'HEAD') response.end();
    else if ('text' in file) response.end(file.text);
    else {
      pipeline(createReadStream(file.path, { end: file.bytes - 1 }), response, (error) => {
        if (error) this.#logger.info({ path: file.path, reason: error.message }, 'a download broke off');
      });
    }
  }

  #fail(response: ServerResponse, error: unknown): void {
    if (error instanceof MissingFileError) {
      answer(response, 404, error.message);
      return;
    }
    this.#logger.error({ err: error }, 'a file cannot be handed out');
    answer(response, 500, "The file cannot be read; the gateway's log says why.");
  }
}

function answer(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
}
