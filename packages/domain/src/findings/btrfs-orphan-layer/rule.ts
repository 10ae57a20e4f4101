import { deleteSubvolumes, othersLeft } from '../btrfs-layers.ts';
import { awaitCleaner } from '../btrfs-steps.ts';
import { type DockerPlace, mountsNaming, pathIn, recordsNaming, waitForSecondLook, wayTo } from '../docker-place.ts';
import { checkOrphans, type OrphanLayers, promiseOfOrphans } from '../orphan-layers.ts';
import { defineRule, type RemedyStep } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look, precondition } from '../steps.ts';
import { text } from './text.ts';

const ID = 'btrfs-orphan-layer';

export const btrfsOrphanLayer = defineRule<OrphanLayers>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'moby/moby#9939', 'moby/moby#27653'],
  wasSeen: true,
  check: (input) => checkOrphans(input, { rule: ID, driver: 'btrfs' }),
  promise: promiseOfOrphans,
  remedy({ place, orphans, isConfirmed }) {
    const steps = wayTo(place);
    if (!isConfirmed) return [...steps, ...orphans.flatMap(({ name }) => looksAt(place, name)), waitForSecondLook()];
    return [
      ...steps,
      precondition(
        'No image is being pulled, built, loaded or imported now. Take the layers one at a time, and check each before it goes.',
        '当前没有正在拉取、构建、加载或导入的镜像。请逐个处理，每个层删除前都要检查。',
      ),
      ...orphans.flatMap(({ name, subvolumes, leftOutCount }) => [
        ...looksAt(place, name),
        look(
          shellLine('btrfs', 'subvolume', 'show', pathIn(place, `btrfs/subvolumes/${name}`)),
          'Shows when it was made. If it says "Not a Btrfs subvolume", stop.',
          '显示其创建时间。若提示 “Not a Btrfs subvolume”，请停手。',
        ),
        ...deleteSubvolumes(subvolumes),
        ...othersLeft(leftOutCount),
      ]),
      expectAfter(
        'The layers are gone, and all containers still start. btrfs gives the space back in the background; this waits for it. "Directory not empty" means that subvolumes lie in the layer: delete these first.',
        '这些层已消失，所有容器仍能启动。btrfs 会在后台归还空间；此命令等待其完成。若提示 “Directory not empty”，说明该层中还有子卷：请先删除它们。',
        awaitCleaner(place.dataRoot),
      ),
    ];
  },
  text,
  // docker-btrfs-5-orphan-after-kill, seen again after a day.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/b/docker.sock', dataRoot: '/srv/lab/mnt/dbtr/docker' },
      ...{ socket: '/srv/lab/run/b/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    orphans: [
      {
        name: 'd452e1237fd45791579ec35d18832be8e095222d4f6e0b0faf2a76ddbe3db8a6',
        modifiedAt: '2026-11-21T03:12:46.835Z',
        subvolumes: [
          {
            path: '/srv/lab/mnt/dbtr/docker/btrfs/subvolumes/d452e1237fd45791579ec35d18832be8e095222d4f6e0b0faf2a76ddbe3db8a6',
            ...{ isReadOnly: false, isReceived: false },
          },
        ],
        leftOutCount: 0,
      },
    ],
    ...{ leftOutCount: 0, bytes: null, isConfirmed: true, usedSeries: 'dataUsedBytes' },
  },
});

const looksAt = (place: DockerPlace, name: string): RemedyStep[] => [
  recordsNaming(place, 'btrfs', name),
  mountsNaming(name),
];
