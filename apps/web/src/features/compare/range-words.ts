'use client';
import { type ByteRange, formatSignedBytes } from '@silt/domain';
import { useTranslations } from 'use-intl';

/** A difference in words, with its sign: one number, or from the least to the most. */
export function useDeltaText(): (delta: ByteRange | null) => string {
  const t = useTranslations('compare');
  return (delta) => {
    if (delta === null) return t('unknownSize');
    const [least, most] = [formatSignedBytes(delta.leastBytes), formatSignedBytes(delta.mostBytes)];
    if (least === most) return least;
    if (delta.leastBytes === 0) return t('upToDelta', { delta: most });
    return delta.mostBytes === 0 ? t('upToDelta', { delta: least }) : t('range', { least, most });
  };
}
