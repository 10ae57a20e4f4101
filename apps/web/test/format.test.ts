import { describe, expect, it } from 'vitest';
import { decodeSegment } from '../src/shared/format/decode-segment.ts';
import { dateTimeFormat, numberFormat } from '../src/shared/format/formatters.ts';
import { storePath } from '../src/shared/format/host-path.ts';
import { formatFill, formatQuantity, formatSignedQuantity } from '../src/shared/format/quantity.ts';
import { meterWidth } from '../src/shared/ui/meter-width.ts';

describe('numbers', () => {
  it('of a fill are rounded down, so that they never show a worse state than the store has', () => {
    expect(formatFill(0.9499, 'en')).toBe('94%');
    expect(formatFill(0.95, 'en')).toBe('95%');
    expect(formatFill(0.999, 'en')).toBe('99%');
    expect(formatFill(1.02, 'en')).toBe('102%');
  });

  it('of a small fill keep a tenth, and zero is zero', () => {
    expect(formatFill(0.0174, 'en')).toBe('1.7%');
    expect(formatFill(0, 'en')).toBe('0%');
  });

  it('of growth carry their sign, with the typographic minus', () => {
    expect(formatSignedQuantity(4.61 * 1024 ** 3, 'bytes', 'en')).toBe('+4.61 GiB');
    expect(formatSignedQuantity(-96 * 1024 ** 2, 'bytes', 'en')).toBe('−96.0 MiB');
    expect(formatSignedQuantity(0.4, 'bytes', 'en')).toBe('0 B');
    expect(formatSignedQuantity(380_123, 'count', 'en')).toBe('+380K');
    expect(formatSignedQuantity(-1_200, 'count', 'en')).toBe('−1.2K');
    expect(formatSignedQuantity(380_123, 'count', 'zh-CN')).toBe('+38万');
  });

  it('of a count are grouped', () => {
    expect(formatQuantity(6_100_000, 'count', 'en')).toBe('6,100,000');
  });
});

describe('a formatter', () => {
  it('is made once for its locale and options, however often it is asked for', () => {
    expect(numberFormat('en', { style: 'percent' })).toBe(numberFormat('en', { style: 'percent' }));
    expect(dateTimeFormat('en', { timeZone: 'UTC' })).toBe(dateTimeFormat('en', { timeZone: 'UTC' }));
  });

  it('is another for another locale or other options, and those of numbers are not those of dates', () => {
    expect(numberFormat('zh-CN', { style: 'percent' })).not.toBe(numberFormat('en', { style: 'percent' }));
    expect(numberFormat('en', {}).format(0.5)).toBe('0.5');
    expect(numberFormat('en', { style: 'percent' }).format(0.5)).toBe('50%');
    expect(dateTimeFormat('en', {}).format(0)).not.toBe(numberFormat('en', {}).format(0));
  });

  it('is right also after more of them were asked for than are kept', () => {
    for (let digits = 0; digits <= 20; digits += 1)
      for (const locale of ['en', 'zh-CN', 'de', 'fr', 'es', 'it'])
        expect(numberFormat(locale, { minimumFractionDigits: digits }).resolvedOptions()).toMatchObject({
          ...{ locale, minimumFractionDigits: digits },
        });
  });
});

describe('a meter', () => {
  it('is empty for zero only, and never longer than its bar', () => {
    expect(meterWidth(0)).toBe(0);
    expect(meterWidth(0.0001)).toBe(1.5);
    expect(meterWidth(0.42)).toBe(42);
    expect(meterWidth(1.2)).toBe(100);
  });
});

describe('the address of a store', () => {
  it.each(['mount:/', 'mount:/var/lib/docker', 'btrfs:9c2d71f0', 'mount:/srv/a b?c#d%2F', 'mount:/数据'])(
    'comes back whole: %s',
    (key) => {
      const segment = storePath('h', key).split('/stores/')[1] ?? '';
      expect(segment).not.toMatch(/[/?#]/);
      expect(decodeSegment(segment)).toBe(key);
    },
  );

  it('that is no valid encoding stays as it is', () => {
    expect(decodeSegment('mount:%E0%A4%A')).toBe('mount:%E0%A4%A');
  });
});
