import { shortId } from '../docker-client.ts';
import type { Language, RuleText } from '../rule.ts';
import type { NestedRoot } from './rule.ts';

export const text: Record<Language, RuleText<NestedRoot>> = {
  en: {
    name: 'Nested daemon with data in a throw-away place',
    title: ({ container, liesOn }) =>
      `${container.name}: its Docker daemon keeps its data in ${liesOn === 'layer' ? 'the layer of the container' : 'an anonymous volume'}`,
    seen: ({ container, dataRoot, liesOn, volume, outerDriver, fileSystemType }) =>
      `The daemon in ${container.name} has its data root ${dataRoot} ${liesOn === 'layer' ? "in the container's own writable layer" : `in the anonymous volume ${shortId(volume ?? '')}`}${fileSystemType === null ? '' : `, on ${fileSystemType}`}. The daemon outside uses the driver ${outerDriver ?? 'that was not read'}.`,
    why: ({ liesOn, fileSystemType }) =>
      `${liesOn === 'layer' ? 'Each layer that it makes is a layer within a layer: slow, and overlay on overlay does not work.' : 'When the container goes, the volume stays, with no name that tells whose it was.'}${fileSystemType === 'btrfs' ? ' On btrfs its layers are subvolumes, which older kernels refuse to remove with the volume.' : ''}`,
  },
  'zh-CN': {
    name: '嵌套守护进程的数据放在临时位置',
    title: ({ container, liesOn }) =>
      `${container.name}：其中的 Docker 守护进程把数据放在${liesOn === 'layer' ? '容器自身的层' : '匿名卷'}里`,
    seen: ({ container, dataRoot, liesOn, volume, outerDriver, fileSystemType }) =>
      `${container.name} 中的守护进程的数据目录 ${dataRoot} 位于${liesOn === 'layer' ? '容器自身的可写层' : `匿名卷 ${shortId(volume ?? '')}`}${fileSystemType === null ? '' : `，文件系统为 ${fileSystemType}`}。外层守护进程使用的驱动为 ${outerDriver ?? '（未读到）'}。`,
    why: ({ liesOn, fileSystemType }) =>
      `${liesOn === 'layer' ? '它创建的每个层都是层中之层：速度慢，而且 overlay 无法叠在 overlay 上。' : '容器删除后卷仍然留下，而名称看不出它属于谁。'}${fileSystemType === 'btrfs' ? '在 btrfs 上，其层是子卷，旧内核会拒绝随卷一起删除。' : ''}`,
  },
};
