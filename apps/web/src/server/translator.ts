import { createTranslator } from 'use-intl/core';
import { MESSAGES } from '../shared/intl/messages.ts';
import { readPreferences } from './preferences.ts';

/** Sentences in the language of this request, for titles and pages without data. */
export async function serverTranslator() {
  const { locale } = await readPreferences();
  return createTranslator({ locale, messages: MESSAGES[locale] });
}
