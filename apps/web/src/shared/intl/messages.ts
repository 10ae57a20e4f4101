import compile from 'icu-minify/compile';
import { en, type Messages } from '../../messages/en.ts';
import { zhCN } from '../../messages/zh-CN.ts';
import type { Locale } from './locale.ts';

/** ICU messages taken apart on the server, so that the browser is sent no parser (12 kB of script). */
function compileAll(messages: object): object {
  return Object.fromEntries(
    Object.entries(messages).map(([key, value]) => [
      key,
      typeof value === 'string' ? compile(value) : compileAll(value as object),
    ]),
  );
}

/**
 * Only the formatter that next.config.ts puts in the place of use-intl's own reads these; to its types they are
 * messages. The copy has plain objects, which is what a page may be given.
 */
const compiled = (messages: Messages): Messages => structuredClone(compileAll(messages)) as Messages;

/** Read on the server only: the browser is sent one language. */
export const MESSAGES: Record<Locale, Messages> = { en: compiled(en), 'zh-CN': compiled(zhCN) };
