import { failStart } from '@silt/runtime';
import { SetupError } from '@silt/services';
import { Command } from 'commander';
import { setupEnvironment } from './env.ts';
import { prepare } from './prepare.ts';

const program = new Command('silt-setup').description("Prepares Silt's database.");

program
  .command('prepare')
  .description(
    'Make roles, schema, the first organisation, and an enrolment token for the collector of this machine where its\n' +
      'identity.json is missing or its key is no longer good. Safe to repeat.\n' +
      'Prints one line of JSON: databaseUrls, organisationId, ownerToken.',
  )
  .requiredOption('--collector-state <folder>', 'where the local collector keeps its identity, and finds its token')
  .action(async ({ collectorState }: { collectorState: string }) => {
    const report = await prepare(setupEnvironment(), collectorState);
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
