import type { Lab } from '../lab.ts';
import type { Look } from '../look.ts';
import { btrfs } from './btrfs.ts';
import { container } from './container.ts';
import { dockerOn } from './docker-on.ts';
import { leakedMount } from './leaked-mount.ts';
import { twoDaemons } from './two-daemons.ts';

export interface Scenario {
  name: string;
  title: string;
  run: (lab: Lab, look: Look) => Promise<void>;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'btrfs', title: 'btrfs with quota groups: nested, read-only and deleted subvolumes', run: btrfs },
  { name: 'docker-btrfs', title: 'Docker on btrfs, with a nested one', run: dockerOn('btrfs') },
  {
    name: 'docker-overlay2',
    title: 'Docker on overlay2 on an ext4 in a loop file, with a nested one',
    run: dockerOn('overlay2'),
  },
  { name: 'leaked-mount', title: 'a mount and a file that private mount namespaces keep', run: leakedMount },
  { name: 'two-daemons', title: 'a second daemon on the data root of another', run: twoDaemons },
  { name: 'container', title: 'the collector in a container, with the least privileges', run: container },
];
