import { failStart } from '@silt/runtime';
import { SetupError } from '@silt/services';
import { Command } from 'commander';
import { setupEnvironment } from './env.ts';
import { prepare } from './prepare.ts';

const program = new Command('silt-setup').description("Prepares Silt's database.");

program
  .command('prepare')
  .description(
    'Make roles, schema, the first organisation and the key of the collector of this machine. Safe to repeat.\n' +
      'Prints one line of JSON: databaseUrls, organisationId, localHostId, ownerToken.',
  )
  .requiredOption('--collector-token-file <file>', 'where the local collector finds its token')
  .action(async ({ collectorTokenFile }: { collectorTokenFile: string }) => {
    const report = await prepare(setupEnvironment(), collectorTokenFile);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  failStart([sentenceOf(error)]);
}

function sentenceOf(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  if (error instanceof Error && 'path' in error && 'code' in error) {
    return `${String(error.path)} cannot be read or written (${String(error.code)}); check its folder and rights.`;
  }
  return `The setup failed: ${error instanceof Error ? error.stack : String(error)}`;
}
