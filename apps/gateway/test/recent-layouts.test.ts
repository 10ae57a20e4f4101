import type { RegisteredLayout } from '@silt/services';
import { expect, test } from 'vitest';
import { MAX_LAYOUTS, RecentLayouts } from '../src/recent-layouts.ts';

const layout = {} as RegisteredLayout;

test('one more than there is room for takes the place of what was kept longest ago', () => {
  const layouts = new RecentLayouts();
  for (let number = 0; number < MAX_LAYOUTS; number += 1) layouts.keep(number, layout);
  layouts.keep(0, layout);
  layouts.keep(MAX_LAYOUTS, 'not-storable');
  expect(layouts.get(MAX_LAYOUTS)).toBe('not-storable');
  expect(layouts.get(0)).toBe(layout);
  expect(layouts.get(1)).toBeUndefined();
  expect(layouts.get(2)).toBe(layout);
});
