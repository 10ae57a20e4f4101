import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { UnallocatedLow } from './rule.ts';

export const text: Record<Language, RuleText<UnallocatedLow>> = {
  en: {
    name: 'No room for a new chunk',
    title: ({ mountPoint }) => `${mountPoint}: btrfs has no room for a new chunk`,
    seen: ({ unallocatedBytes, nextChunkBytes, dataUsedBytes, dataAllocatedBytes }) =>
      `${formatBytes(unallocatedBytes)} is unallocated and the next chunk takes ${formatBytes(nextChunkBytes)}, while the data chunks hold ${formatBytes(dataUsedBytes)} of ${formatBytes(dataAllocatedBytes)}.`,
    why: (evidence) =>
      isPacked(evidence)
        ? 'All of the device is given out in chunks, and the data chunks are nearly full: packing them gives little back. Make room first, or add a device.'
        : 'All of the device is given out in chunks, most of it to data chunks that are half empty. Once the metadata chunks are full, every write fails, though df shows room.',
  },
  'zh-CN': {
    name: '没有空间分配新的块组',
    title: ({ mountPoint }) => `${mountPoint}：btrfs 没有空间分配新的块组`,
    seen: ({ unallocatedBytes, nextChunkBytes, dataUsedBytes, dataAllocatedBytes }) =>
      `未分配空间为 ${formatBytes(unallocatedBytes)}，而下一个块组需要 ${formatBytes(nextChunkBytes)}；数据块组共 ${formatBytes(dataAllocatedBytes)}，只用了 ${formatBytes(dataUsedBytes)}。`,
    why: (evidence) =>
      isPacked(evidence)
        ? '设备已全部划分为块组，数据块组也几乎写满：合并块组收效甚微。请先腾出空间，或添加设备。'
        : '设备已全部划分为块组，其中多数是半空的数据块组。元数据块组一旦用满，所有写入都会失败，尽管 df 仍显示有空间。',
  },
};

/** Less than this of the data chunks is empty. */
const PACKED_SHARE = 0.1;

const isPacked = ({ dataUsedBytes, dataAllocatedBytes }: UnallocatedLow): boolean =>
  dataAllocatedBytes - dataUsedBytes < PACKED_SHARE * dataAllocatedBytes;
