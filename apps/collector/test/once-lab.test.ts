import { expect, test } from 'vitest';
import { LAB_HOSTS, labHost, shown } from './once-host.ts';

test.each(LAB_HOSTS)('%s is shown as it was', async (name) => {
  await expect(`${shown(labHost(name))}\n`).toMatchFileSnapshot(`fixtures/${name}.txt`);
});
