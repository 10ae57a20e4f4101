import { Command } from 'commander';
import { runLab } from './src/run-lab.ts';

const options = new Command('lab')
  .description('Builds real storage on loop files, runs the collector against it, and compares with what was built.')
  .option('--only <scenario>', 'run one of the scenarios')
  .option('--show', 'print what `silt-collector once` prints for people, too', false)
  .parse()
  .opts<{ only?: string; show: boolean }>();

process.exitCode = await runLab({ only: options.only ?? null, show: options.show });
