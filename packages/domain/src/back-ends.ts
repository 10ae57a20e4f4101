import type { Layout } from './snapshot.ts';

/** What a host's storage is made of, for people: file system types, `loop`, `thin`, Docker's drivers; sorted. */
export function backEndsOf({ stores, daemons }: Pick<Layout, 'stores' | 'daemons'>): string[] {
  const found = new Set<string>();
  for (const { kind, fileSystemType, loop } of stores) {
    if (fileSystemType !== null) found.add(fileSystemType);
    if (kind === 'thin-pool') found.add('thin');
    if (loop !== null) found.add('loop');
  }
  for (const { storageDriver } of daemons) if (storageDriver !== '') found.add(storageDriver);
  return [...found].sort();
}
