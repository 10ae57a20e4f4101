import type { BlindRules } from '../finding-views.ts';
import { ALL_RULES } from './all-rules.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_UNIT } from './collector-place.ts';
import { type CannotTell, type Language, MISSING_FACTS, type MissingFact, type Translated } from './rule.ts';

/** What would let a rule tell, for who runs the collector: its unit, or the flags of its container (docs/collector.md). */
const REMEDIES: Record<MissingFact, Translated> = {
  administrator: {
    en: `The collector needs CAP_SYS_ADMIN. Its unit has that as installed: systemctl cat ${COLLECTOR_UNIT} shows what takes it away. A container needs --cap-add SYS_ADMIN and --device /dev/mapper/control, a pod SYS_ADMIN among its capabilities.`,
    'zh-CN': `采集器需要 CAP_SYS_ADMIN。按默认安装的 systemd 单元已经授予：用 systemctl cat ${COLLECTOR_UNIT} 可以看出是否被其他配置去掉。容器需要 --cap-add SYS_ADMIN 和 --device /dev/mapper/control，Pod 需要在 capabilities 中加入 SYS_ADMIN。`,
  },
  'docker-socket': {
    en: 'A Docker daemon did not answer the collector: it needs user 0 and CAP_SYS_PTRACE, and in a container --pid=host and -v /:/host:ro,rslave with --host-root /host. A socket in another place is named with --docker-socket PATH, after run.',
    'zh-CN':
      '有 Docker 守护进程没有应答采集器：需要用户 0 和 CAP_SYS_PTRACE，在容器中还需要 --pid=host 以及 -v /:/host:ro,rslave 和 --host-root /host。套接字在其他位置时，在 run 之后用 --docker-socket PATH 指定。',
  },
  processes: {
    en: 'The collector could not read the processes of the host: it needs CAP_SYS_PTRACE, in a container with --pid=host, in a pod with hostPID: true.',
    'zh-CN':
      '采集器无法读取主机的进程：需要 CAP_SYS_PTRACE，在容器中还需要 --pid=host，在 Pod 中还需要 hostPID: true。',
  },
  'data-root': {
    en: 'The collector could not read a data root: it needs CAP_DAC_READ_SEARCH, and in a container -v /:/host:ro,rslave with --host-root /host.',
    'zh-CN':
      '采集器无法读取数据根目录：需要 CAP_DAC_READ_SEARCH，在容器中还需要 -v /:/host:ro,rslave 和 --host-root /host。',
  },
  lvm: {
    en: 'lvs, vgs and lvmconfig could not be asked: install lvm2 on the host, or in the image of a collector in a container; they need CAP_SYS_ADMIN.',
    'zh-CN':
      '无法运行 lvs、vgs 和 lvmconfig：请在主机上安装 lvm2（采集器在容器中运行时，装进其镜像）；它们需要 CAP_SYS_ADMIN。',
  },
  sysfs: {
    en: 'The kernel did not tell it in sysfs. An older kernel may not have it.',
    'zh-CN': '内核没有在 sysfs 中给出所需信息；较旧的内核可能没有。',
  },
  configuration: {
    en: `It is a matter of configuration that the collector did not read. On the host, ${COLLECTOR_PROGRAM} doctor --explain with the id of the rule has the commands that look.`,
    'zh-CN': `这取决于采集器没有读到的配置。在主机上运行 ${COLLECTOR_PROGRAM} doctor --explain 加规则 ID，会给出查看用的命令。`,
  },
  'second-look': {
    en: 'A second look, a day later, tells. Nothing needs to be done.',
    'zh-CN': '一天之后的第二次检查即可判断，无需任何操作。',
  },
  history: {
    en: 'Some days of history tell. Nothing needs to be done but to let the collector run.',
    'zh-CN': '积累数天的历史后即可判断，只需让采集器继续运行。',
  },
  'probe-failed': {
    en: 'Reading it failed. The page of the host says why, beside the probe.',
    'zh-CN': '读取失败，原因见该主机页面上的相应探针。',
  },
};

/**
 * Rules that could not tell, in the order of `MISSING_FACTS` and then of the rules; stores by their names. No subjects: the rule as a
 * whole cannot.
 */
export function blindRulesOf(
  cannotTell: readonly CannotTell[],
  { language, storeNames }: { language: Language; storeNames: ReadonlyMap<string, string> },
): BlindRules[] {
  const places = new Map([...ALL_RULES.keys()].map((rule, place) => [rule, place]));
  const placeOf = (rule: string): number => places.get(rule) ?? places.size;
  return MISSING_FACTS.flatMap((missing): BlindRules[] => {
    const ofRules = Map.groupBy(
      cannotTell.filter((one) => one.missing === missing),
      ({ rule }) => rule,
    );
    const rules = [...ofRules].map(([rule, ones]) => ({
      rule,
      name: ALL_RULES.get(rule)?.text[language].name ?? rule,
      subjects: subjectsOf(ones).map((key) => storeNames.get(key) ?? key),
    }));
    if (rules.length === 0) return [];
    return [
      {
        missing,
        remedy: REMEDIES[missing][language],
        rules: rules.toSorted((a, b) => placeOf(a.rule) - placeOf(b.rule)),
      },
    ];
  });
}

function subjectsOf(cannotTell: readonly CannotTell[]): string[] {
  const subjects = new Set(cannotTell.map(({ subject }) => subject));
  return subjects.has(null) ? [] : [...subjects].filter((subject) => subject !== null);
}
