#!/usr/bin/env node
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { EXIT_FAILED } from './cli-error.ts';
import { runCli } from './run-cli.ts';

/** One line of a terminal; empty when it ends before. */
async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) return line;
  return '';
}

const { stdin, stdout, stderr } = process;
// Whoever reads may have seen enough, such as `head`.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT_FAILED));
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  home: homedir(),
  now: () => new Date(),
  out: (chunk) => void stdout.write(chunk),
  err: (chunk) => void stderr.write(chunk),
  colours: stdout.isTTY === true && stdout.hasColors(),
  typed: stdin.isTTY === true,
  readInput: () => (stdin.isTTY === true ? readLine() : text(stdin)),
});
