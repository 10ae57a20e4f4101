import {
  type DockerPlace,
  mountsNaming,
  pathIn,
  recordsNaming,
  startDaemon,
  stopDaemon,
  verifyContainers,
  waitForSecondLook,
  wayTo,
} from '../docker-place.ts';
import { checkOrphans, type OrphanLayers, promiseOfOrphans } from '../orphan-layers.ts';
import { defineRule, type RemedyStep } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { destroy, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

const ID = 'overlay-orphan';
const DRIVER = 'overlay2';
const ASIDE = 'overlay2-aside';

export const overlayOrphan = defineRule<OrphanLayers>({
  id: ID,
  needsPast: false,
  basis: ['moby/moby#45939'],
  wasSeen: false,
  check: (input) => checkOrphans(input, { rule: ID, driver: DRIVER }),
  promise: promiseOfOrphans,
  remedy({ place, orphans, isConfirmed }) {
    const looks = orphans.flatMap(({ name }) => looksAt(place, name));
    if (!isConfirmed) return [...wayTo(place), ...looks, waitForSecondLook()];
    return [
      ...wayTo(place),
      precondition(
        'No image is being pulled, built, loaded or imported, and Docker may be stopped for some minutes.',
        '当前没有正在拉取、构建、加载或导入的镜像，并且可以停止 Docker 几分钟。',
      ),
      stopDaemon(place),
      ...looks,
      run(
        shellLine('mkdir', '-p', pathIn(place, ASIDE)),
        'The layers are moved aside first: what is moved can be moved back.',
        '先把这些层移到一边：移走的还能移回来。',
      ),
      ...orphans.map(({ name }) =>
        run(
          shellLine('mv', '--', pathIn(place, `${DRIVER}/${name}`), pathIn(place, `${ASIDE}/${name}`)),
          'Only if its two checks above have printed nothing.',
          '仅当上面针对它的两项检查都没有输出时才执行。',
        ),
      ),
      startDaemon(place),
      verifyContainers(place),
      ...orphans.map(({ name }) =>
        destroy(
          shellLine('rm', '-rf', '--', pathIn(place, `${ASIDE}/${name}`)),
          'Deletes this layer for good, once all containers have run well without it.',
          '确认所有容器在没有它的情况下运行正常后，彻底删除该层。',
        ),
      ),
      run(
        shellLine('rmdir', pathIn(place, ASIDE)),
        'The folder is empty now, and this removes it; it refuses one that is not.',
        '该目录已空，此命令将其删除；若不为空，命令会拒绝。',
      ),
      expectAfter(
        'Only the folders of other layers, and "l". Links in overlay2/l that lead nowhere now do no harm.',
        '只剩其他层的目录和 “l”。overlay2/l 中失效的链接没有害处。',
        shellLine('ls', '-l', '--', pathIn(place, DRIVER)),
      ),
    ];
  },
  text,
  // incident2-overlay-leak with one layer's class edited to candidate-orphan, seen again after a day.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/e/docker.sock', dataRoot: '/srv/lab/mnt/ext/docker' },
      ...{ socket: '/srv/lab/run/e/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    orphans: [
      {
        name: '798fb3cd20a8d0651b87cfed617a17f6ebfd22ae5a09f1939a8e69ba3497cfc4',
        ...{ modifiedAt: '2026-11-21T03:17:29.579Z', subvolumes: [], leftOutCount: 0 },
      },
    ],
    ...{ leftOutCount: 0, bytes: null, isConfirmed: true, usedSeries: 'usedBytes' },
  },
});

/** Layers name those below them by the short name in `link`, and so do mounts (moby, daemon/graphdriver/overlay2). */
function looksAt(place: DockerPlace, name: string): RemedyStep[] {
  const link = pathIn(place, `${DRIVER}/${name}/link`);
  const byLink = shellLine('grep', '-lF', '-f', link);
  return [
    recordsNaming(place, DRIVER, name),
    mountsNaming(name),
    look(
      `${byLink} /proc/[0-9]*/mountinfo ${shellQuote(pathIn(place, DRIVER))}/*/lower`,
      'Must print nothing: what it prints has this layer below it, mounted or not. Without a file "link" in it, nothing can stand on it.',
      '必须没有任何输出：输出的内容以该层为下层（无论是否已挂载）。若其中没有 “link” 文件，则不可能有别的层依赖它。',
    ),
  ];
}
