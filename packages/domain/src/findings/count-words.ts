import type { Translated } from './rule.ts';

/** `1 layer`, `2 layers`, `4,922 layers`: English has two forms, Chinese one. */
export const countWords = (count: number, one: string, several: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;

/** `a`, `a and b`, `a, b and 3 more`: the first ones of many, and how many more. */
export function firstNames(names: readonly string[], count: number, most: number): Translated {
  const shown = names.slice(0, most);
  const more = count - shown.length;
  const last = shown.at(-1) ?? '';
  const en =
    more > 0
      ? `${shown.join(', ')} and ${more.toLocaleString('en-US')} more`
      : [shown.slice(0, -1).join(', '), last].filter((one) => one !== '').join(' and ');
  return { en, 'zh-CN': `${shown.join('、')}${more > 0 ? ` 等 ${count.toLocaleString('en-US')} 个` : ''}` };
}
