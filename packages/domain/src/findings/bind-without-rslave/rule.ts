import type { DockerContainerMount, DockerDaemon, Inventory } from '../../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

/** Unmounts on the host go into the container (mount_namespaces(7)). */
const FOLLOWING = ['rslave', 'rshared'];
const MOUNTED_STATES = ['running', 'paused', 'restarting'];
const FORMAT = '{{range .Mounts}}{{.Source}} -> {{.Destination}} ({{.Propagation}}){{println}}{{end}}';

export type PinningBind = {
  container: ContainerPlace;
  source: string;
  destination: string;
  readOnly: boolean;
  /** `rprivate` where the container was made without a word about it. */
  propagation: string;
  /** What the bind brings into the container. */
  dataRoot: string;
  /** Layers of stopped containers that this container holds by now. */
  heldLayers: number;
};

export const bindWithoutRslave = defineRule<PinningBind>({
  id: 'bind-without-rslave',
  needsPast: false,
  basis: ['moby/moby#17902', 'moby/moby#36055', 'mount_namespaces(7)'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<PinningBind> = { findings: [], cannotTell: [] };
    const daemons = inventory?.docker?.daemons ?? null;
    if (inventory === null || daemons === null) {
      return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    }
    for (const daemon of daemons) {
      if (daemon.containers === null) answer.cannotTell.push({ subject: daemon.key, missing: 'docker-socket' });
      for (const { id, state, mounts } of daemon.containers ?? []) {
        if (!MOUNTED_STATES.includes(state)) continue;
        for (const mount of mounts) {
          const dataRoot = rootInside(mount, daemon, daemons);
          if (dataRoot === null) continue;
          const subject = `${id} ${mount.destination}`;
          const container = containerPlace(inventory, id);
          if (mount.propagation === null || container === null) {
            answer.cannotTell.push({ subject, missing: 'docker-socket' });
          } else if (!FOLLOWING.includes(mount.propagation)) {
            const { destination, readOnly, propagation } = mount;
            const heldLayers = heldBy(inventory, id);
            const evidence = {
              ...{ container, source: mount.source ?? '', destination, readOnly, propagation, dataRoot, heldLayers },
            };
            const severity = heldLayers > 0 ? 'warning' : 'notice';
            answer.findings.push({ subject, storeKey: storeKeyOf(snapshot, daemon), severity, evidence });
          }
        }
      }
    }
    return answer;
  },
  remedy: ({ container, source, destination, readOnly }) => {
    const inspect = clientLine(container.client, 'inspect', '--format', FORMAT, container.id);
    const restart = clientLine(container.client, 'restart', container.id);
    const fields = ['type=bind', `source=${source}`, `target=${destination}`, 'bind-propagation=rslave'];
    const option = clientLine(['--mount'], [...fields, ...(readOnly ? ['readonly'] : [])].map(csvField).join(','));
    return [
      ...(inspect === null
        ? []
        : [look(inspect, 'The word in brackets is not rslave.', '括号中的传播方式不是 rslave。')]),
      ...(restart === null
        ? []
        : [
            run(
              restart,
              `Restarts ${container.name}: it lets go of what it holds now, and takes new copies.`,
              `重启 ${container.name}：释放当前占用的挂载，但会重新复制一份。`,
            ),
          ]),
      precondition(
        `The propagation of a mount cannot be changed: ${container.name} has to be made anew, from its compose file or script.`,
        `挂载的传播方式无法修改：需要用 compose 文件或脚本重新创建 ${container.name}。`,
      ),
      edit(
        `${option ?? ''}\n`,
        'This option in place of the old one, or ":ro,rslave" after the volume in a compose file. Leave readonly in if it only reads.',
        '用此选项替换旧的选项；在 compose 文件中则在卷后写 “:ro,rslave”。若只读取，请保留 readonly。',
      ),
      expectAfter(
        'The new container says rslave for it.',
        '新容器的该挂载显示 rslave。',
        clientLine(container.client, 'inspect', '--format', FORMAT, '--', container.name),
      ),
    ];
  },
  text,
  // fixtures incident2-overlay-leak with a bind of o1 edited in: engines since 18.02 refuse it, but where the root is not shared.
  example: {
    container: {
      ...{ id: 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767', name: 'o1', state: 'running' },
      ...{ image: 'app:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
    },
    ...{ source: '/', destination: '/host', readOnly: true, propagation: 'rprivate' },
    ...{ dataRoot: '/srv/lab/mnt/ext/docker', heldLayers: 0 },
  },
});

/** The data root whose mounts a bind takes along. A nested daemon's containers see its own alone. */
function rootInside(
  { type, source }: DockerContainerMount,
  daemon: DockerDaemon,
  daemons: readonly DockerDaemon[],
): string | null {
  if (type !== 'bind' || source === null) return null;
  const level = daemons.filter(({ nestedInContainerId }) => nestedInContainerId === daemon.nestedInContainerId);
  const roots = level.flatMap(({ dataRoot, storageDriver }) =>
    dataRoot === null ? [] : [{ dataRoot, storageDriver }],
  );
  const found = roots.find(({ dataRoot, storageDriver }) =>
    [dataRoot, `${dataRoot}/containers`, `${dataRoot}/${storageDriver}`].some((path) => isAtOrAbove(source, path)),
  );
  return found?.dataRoot ?? null;
}

const isAtOrAbove = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

const heldBy = ({ leaks }: Inventory, containerId: string): number =>
  (leaks ?? []).filter(({ places }) =>
    places.some(({ holders }) => holders.some(({ owner }) => owner?.containerId === containerId)),
  ).length;

/** A field of a CSV row, as --mount takes them (docker-run(1)). */
const csvField = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
