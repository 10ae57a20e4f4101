import type { Language, RuleText } from '../rule.ts';
import type { RootElsewhere } from './rule.ts';

export const text: Record<Language, RuleText<RootElsewhere>> = {
  en: {
    name: "containerd's data on another file system",
    title: ({ containerdRoot, daemon, containerdMountPoint }) =>
      `${daemon}: containerd keeps its data in ${containerdRoot}, on the file system of ${containerdMountPoint}`,
    seen: ({
      dataRoot,
      dataMountPoint,
      containerdRoot,
      containerdMountPoint,
      containerdDevice,
      isImageStore,
      snapshots,
    }) =>
      `Docker's data root ${dataRoot} lies on ${dataMountPoint}; ${containerdRoot} lies on ${containerdMountPoint} (${containerdDevice}). ${isImageStore ? "Docker's images and layers are in there." : snapshots === null ? 'What is in there was not read.' : `Layers in there: ${snapshots}.`}`,
    why: () =>
      'data-root moves only half of Docker: what containerd keeps stays where it was, mostly on the system disk. That one fills while everybody watches the other.',
  },
  'zh-CN': {
    name: 'containerd 的数据在另一个文件系统上',
    title: ({ containerdRoot, daemon, containerdMountPoint }) =>
      `${daemon}：containerd 的数据位于 ${containerdRoot}，在 ${containerdMountPoint} 所在的文件系统上`,
    seen: ({
      dataRoot,
      dataMountPoint,
      containerdRoot,
      containerdMountPoint,
      containerdDevice,
      isImageStore,
      snapshots,
    }) =>
      `Docker 的数据目录 ${dataRoot} 位于 ${dataMountPoint}；${containerdRoot} 位于 ${containerdMountPoint}（${containerdDevice}）。${isImageStore ? 'Docker 的镜像和层就在其中。' : snapshots === null ? '其中的内容未读到。' : `其中有 ${snapshots} 个层。`}`,
    why: () =>
      'data-root 只移动了 Docker 的一半：containerd 保存的内容仍在原处，多半是系统盘。大家盯着这一个时，写满的却是那一个。',
  },
};
