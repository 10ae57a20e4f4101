import type { Grower, GrowerRange } from '@silt/domain';
import { answer, type CommandContext } from '../command-context.ts';
import { type Column, formatTable } from '../table.ts';
import { quantity, signedQuantity } from '../words.ts';

const COLUMNS: Column<Grower>[] = [
  { title: 'HOST', cell: ({ hostName }) => hostName },
  { title: 'STORE', cell: ({ storeName }) => storeName },
  { title: 'SERIES', cell: ({ series }) => series },
  { title: 'GROWTH', right: true, cell: ({ growth, unit }) => signedQuantity(growth, unit) },
  { title: 'FROM', right: true, cell: ({ from, unit }) => quantity(from.value, unit) },
  { title: 'TO', right: true, cell: ({ to, unit }) => quantity(to.value, unit) },
  { title: 'DAYS', cell: ({ from, to }) => `${from.day} … ${to.day}` },
];

/** `silt growers`: the stores of the fleet that grew most. */
export async function growers(
  context: CommandContext,
  { range, limit }: { range: GrowerRange; limit: number },
): Promise<void> {
  const found = await context.api.fleet.growers.query({ range, limit });
  answer(context, found, (view) =>
    view.length === 0
      ? `No store of the fleet grew, or none has two days of history, within ${range}.`
      : formatTable(COLUMNS, view, context.terminal.colours),
  );
}
