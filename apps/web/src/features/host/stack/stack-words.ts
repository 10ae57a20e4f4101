import { formatBytes, type StackNode, type StackPart } from '@silt/domain';
import type { useTranslations } from 'use-intl';
import { safeText } from '../../../shared/format/safe-text.ts';
import { shortId } from '../../../shared/format/short-id.ts';
import { rangeText } from '../../../shared/inventory/held-size.tsx';

export interface StackText {
  t: ReturnType<typeof useTranslations<'stack'>>;
  inventory: ReturnType<typeof useTranslations<'inventory'>>;
}

const MAX_CHARACTERS = 160;
const ID = /^[0-9a-f]{64}$/;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const itemsOf = (parts: readonly StackPart[]): number => parts.reduce((sum, { items }) => sum + items, 0);

/** Σ of what the parts hold; of none that is known, in words. */
export function partsSize(parts: readonly StackPart[], { t, inventory }: StackText): string {
  const unknown = parts.reduce((sum, { unknownItems }) => sum + unknownItems, 0);
  const least = parts.reduce((sum, { leastBytes }) => sum + leastBytes, 0);
  const most = parts.reduce((sum, { mostBytes }) => sum + mostBytes, 0);
  if (most === 0 && unknown > 0) return t('unknownSize', { count: unknown });
  return rangeText(least, most, inventory);
}

/** What a node is called. */
export function nodeName(node: StackNode, { t }: StackText): string {
  switch (node.kind) {
    case 'containers':
    case 'leftovers':
    case 'orphan-layers':
      return t(node.kind, { count: groupCount(node) });
    case 'rest':
      return t('rest');
    case 'daemon':
      return 'dockerd';
    default:
      return safeText(ID.test(node.name) ? shortId(node.name) : node.name, MAX_CHARACTERS);
  }
}

function groupCount({ kind, parts }: StackNode): number {
  return kind === 'containers' ? itemsOf(parts.filter((part) => part.kind === 'container')) : itemsOf(parts);
}

/** What else is to be said of a node, a line each. A store says it with its meters. */
export function nodeLines(node: StackNode, words: StackText): string[] {
  const { t } = words;
  const attributes = node.item?.attributes ?? {};
  switch (node.kind) {
    case 'device':
      return deviceLines(node, words);
    case 'data-root':
      return [t('dataRootFolder')];
    case 'daemon':
      return daemonLines(node, words);
    case 'container': {
      const { image } = attributes;
      const state = node.item?.state ?? null;
      const of = isText(image) ? t('containerOf', { image: safeText(image, MAX_CHARACTERS) }) : t('container');
      return [
        [of, ...(state === null ? [] : [state]), ...(node.parts.length > 0 ? [partsSize(node.parts, words)] : [])].join(
          ', ',
        ),
      ];
    }
    case 'containers':
      return [partsSize(node.parts, words)];
    case 'leftovers':
      return [t('leftoversAre')];
    case 'orphan-layers':
      return [t('orphansAre')];
    default:
      return [];
  }
}

function deviceLines({ item, column, through }: StackNode, { t }: StackText): string[] {
  if (item === null) return [t(column === 'disk' ? 'disk' : 'deviceNotListed')];
  const { kind, raidLevel, model } = item.attributes;
  const size = item.sizeBytes === null ? null : formatBytes(item.sizeBytes);
  const what = [raidLevel, model, kind].find(isText) ?? null;
  const facts = [size, what === null ? null : safeText(what, MAX_CHARACTERS), item.state].filter(isText);
  return [facts.join(', '), ...(through.length > 0 ? [t('through', { devices: through.join(', ') })] : [])];
}

function daemonLines({ item, daemon, column }: StackNode, { t }: StackText): string[] {
  const version = daemon?.version ?? item?.attributes.version;
  const driver = daemon?.storageDriver ?? item?.attributes.storageDriver;
  const liveRestore = daemon?.liveRestore ?? item?.attributes.liveRestore ?? null;
  if (!isText(version) || !isText(driver)) return [t('noAnswer')];
  const isNested = column === 'contents';
  return [
    t(isNested ? 'nestedDaemon' : 'daemonVersion', { version, driver }),
    ...(liveRestore === null ? [] : [t(liveRestore === true ? 'liveRestoreOn' : 'liveRestoreOff')]),
  ];
}
