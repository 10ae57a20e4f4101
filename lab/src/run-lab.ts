import { isDeepStrictEqual, styleText } from 'node:util';
import { COLLECTOR_BUNDLE } from './collector-bundle.ts';
import { Lab } from './lab.ts';
import { type Check, callCollector, type Look, type Seen } from './look.ts';
import { missingForLab } from './programs.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** Wrong use, or a machine that cannot do it. */
const EXIT_CANNOT = 2;

export interface LabOptions {
  only: string | null;
  /** Print what the collector prints for people. */
  show: boolean;
}

/** Builds each scenario, looks at it and tears it down; the process's exit code. */
export async function runLab({ only, show }: LabOptions): Promise<number> {
  const scenarios = SCENARIOS.filter(({ name }) => only === null || name === only);
  const missing =
    scenarios.length === 0 ? `The scenarios are ${SCENARIOS.map(({ name }) => name).join(', ')}.` : missingForLab();
  if (missing !== null) {
    console.error(missing);
    return EXIT_CANNOT;
  }
  const counts = { right: 0, wrong: 0 };
  for (const { name, title, run } of scenarios) {
    console.log(`\n${name}: ${title}`);
    const lab = new Lab();
    const closeEarly = () => void lab.close().finally(() => process.exit(1));
    process.once('SIGINT', closeEarly).once('SIGTERM', closeEarly);
    try {
      await run(lab, lookAt({ show, counts }));
    } finally {
      await lab.close();
      process.off('SIGINT', closeEarly).off('SIGTERM', closeEarly);
    }
  }
  console.log(`\n${counts.right} facts as built, ${counts.wrong} not`);
  return counts.wrong === 0 && counts.right > 0 ? 0 : 1;
}

function lookAt({ show, counts }: { show: boolean; counts: { right: number; wrong: number } }): Look {
  return async (moment, sockets, compare) => {
    console.log(`  ${moment}`);
    const seen: Seen = JSON.parse(await callCollector({ bundle: COLLECTOR_BUNDLE, sockets, json: true }));
    if (show) console.log(indent(await callCollector({ bundle: COLLECTOR_BUNDLE, sockets, json: false })));
    for (const check of compare(seen)) {
      const isRight = isDeepStrictEqual(check.seen, check.built);
      counts[isRight ? 'right' : 'wrong'] += 1;
      console.log(checkLine(check, isRight));
    }
  };
}

function checkLine({ what, built, seen }: Check, isRight: boolean): string {
  if (isRight) return `    ${styleText('green', 'ok   ')} ${what}`;
  return `    ${styleText('red', 'WRONG')} ${what}: built ${JSON.stringify(built)}, seen ${JSON.stringify(seen)}`;
}

const indent = (text: string): string => text.replace(/^/gm, '      ');
