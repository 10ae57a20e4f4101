import type { Language, RuleText } from '../rule.ts';
import type { RootSnapshotted } from './rule.ts';

export const text: Record<Language, RuleText<RootSnapshotted>> = {
  en: {
    name: "Docker's data root is in snapshots",
    title: ({ dataRoot, snapshotCount }) =>
      `${dataRoot} is in ${snapshotCount === 1 ? 'a snapshot' : `${snapshotCount} snapshots`}`,
    seen: ({ subvolumePath, snapshotPaths, snapshotCount, isOwnSubvolume }) =>
      `${isOwnSubvolume ? 'It is the subvolume' : 'It lies in the subvolume'} ${subvolumePath}, of which there ${snapshotCount === 1 ? 'is a snapshot' : `are ${snapshotCount} snapshots`}: ${snapshotPaths.join(', ')}${snapshotCount > snapshotPaths.length ? ' …' : ''}.`,
    why: () =>
      'What Docker deletes stays in the snapshots and keeps its space. Going back to one of them takes the volumes and the records of Docker back too, to a state that no longer fits its layers.',
  },
  'zh-CN': {
    name: 'Docker 数据目录被纳入快照',
    title: ({ dataRoot, snapshotCount }) => `${dataRoot} 被包含在 ${snapshotCount} 个快照中`,
    seen: ({ subvolumePath, snapshotPaths, snapshotCount, isOwnSubvolume }) =>
      `${isOwnSubvolume ? '它就是子卷' : '它位于子卷'} ${subvolumePath}${isOwnSubvolume ? '' : ' 内'}，该子卷有 ${snapshotCount} 个快照：${snapshotPaths.join('、')}${snapshotCount > snapshotPaths.length ? '……' : ''}。`,
    why: () =>
      'Docker 删除的内容仍留在快照里，空间不会释放。若回滚到某个快照，Docker 的卷和元数据也会一同回退，与现有的镜像层不再匹配。',
  },
};
