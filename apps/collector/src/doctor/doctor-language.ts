import type { Language } from '@silt/domain/findings';

/** @param locale BCP 47; Node makes it of LC_ALL, LC_MESSAGES and LANG. There is one written Chinese. */
export const languageOf = (locale: string): Language => (/^zh\b/.test(locale) ? 'zh-CN' : 'en');

export const localeOfProcess = (): string => Intl.DateTimeFormat().resolvedOptions().locale;
