import { formatBytes } from '../units.ts';
import { countWords } from './count-words.ts';
import type { OrphanLayers } from './orphan-layers.ts';

export const orphanCount = ({ orphans, leftOutCount }: OrphanLayers): number => orphans.length + leftOutCount;

export function orphansSeen(evidence: OrphanLayers): string {
  const { orphans, leftOutCount, bytes, isConfirmed } = evidence;
  const count = orphanCount(evidence);
  const first = orphans[0]?.name.slice(0, 12) ?? '';
  return [
    `${countWords(count, 'layer lies', 'layers lie')} on disk that no record of Docker names, the first is ${first}`,
    isConfirmed ? '; a day ago it was the same.' : '. Seen once, that proves nothing yet.',
    bytes === null ? '' : ` They hold up to ${formatBytes(bytes)}.`,
    leftOutCount === 0
      ? ''
      : ` Those of the remedy are the first ${orphans.length}; the others follow when these are gone.`,
  ].join('');
}

export function orphansSeenInChinese(evidence: OrphanLayers): string {
  const { orphans, leftOutCount, bytes, isConfirmed } = evidence;
  const first = orphans[0]?.name.slice(0, 12) ?? '';
  return [
    `磁盘上有 ${orphanCount(evidence)} 个层不在 Docker 的任何记录中，第一个是 ${first}`,
    isConfirmed ? '；一天前也是如此。' : '。只看到一次，还不能说明问题。',
    bytes === null ? '' : `它们最多占用 ${formatBytes(bytes)}。`,
    leftOutCount === 0 ? '' : `处理步骤只包含前 ${orphans.length} 个；清理之后会列出其余的。`,
  ].join('');
}
