import type { ResourceName } from '@silt/domain';
import type { DoctorWords } from './doctor-words.ts';

const RESOURCES: Record<ResourceName, string> = {
  space: '空间',
  inodes: ' inode',
  btrfsData: '数据',
  btrfsMetadata: '元数据',
  loopBacking: ' loop 文件',
  poolData: '数据',
  poolMetadata: '元数据',
};

export const chineseWords: DoctorWords = {
  hostNotRead: '未能读取主机名',
  fullest: (store, resource) => `最满：${store} 的${RESOURCES[resource]}`,
  noStoreRead: '未能读取任何存储的使用率',
  readAt: (time, rules) => `读取于 ${time} · 按 ${rules} 条规则检查`,
  counts: {
    critical: (count) => `${count} 个严重问题`,
    warning: (count) => `${count} 个警告`,
    notice: (count) => `${count} 个提示`,
  },
  nothingFound: '没有发现问题。',
  nothingFoundInPart: '在能够读取的范围内没有发现问题。',
  lookedAt: ({ stores, subvolumes, daemons, containers, volumes }) =>
    `已检查：${[
      `${stores} 个存储`,
      ...(subvolumes === null ? [] : [`${subvolumes} 个子卷`]),
      daemons === null ? 'Docker 未能读取' : daemons === 0 ? '没有 Docker' : `${daemons} 个 Docker 守护进程`,
      ...(containers === null ? [] : [`${containers} 个容器`]),
      ...(volumes === null ? [] : [`${volumes} 个卷`]),
    ].join('、')}。`,
  severities: {
    critical: { name: '严重', meaning: '写入失败或数据有风险：现在，或两天之内' },
    warning: { name: '警告', meaning: '本周内需要处理' },
    notice: { name: '提示', meaning: '了解即可' },
  },
  why: '影响：',
  whatToDo: '处理步骤',
  asAbove: '同上',
  steps: {
    precondition: '先确认：',
    look: '查看：',
    'dry-run': '试运行：',
    run: '执行：',
    edit: '修改文件：',
    expect: '之后应看到：',
  },
  destroys: '【永久删除，不可恢复】',
  notForCopying: '其中的名称含有以代码显示的字符：请从 --json 的输出中取得这条命令。',
  more: (count, rule) => `另有 ${count} 个；用 --rule ${rule} 查看全部`,
  moreSteps: (count, rule) => `……另有 ${count} 步：动手之前请用 --rule ${rule} 查看全部`,
  couldNotTell: '无法判断',
  asRoot: (rules) => `以 root 运行，还有 ${rules} 条规则可以判断：`,
  withServer: (rules) =>
    `${rules} 条规则需要更早的观察记录，而 doctor 不保存记录。Silt 服务器会保存：用 silt-collector run 推送数据。`,
  missing: {
    administrator: '需要带 CAP_SYS_ADMIN 的 root，而当前的 root 没有：请在主机上运行，或加上 --cap-add SYS_ADMIN。',
    'docker-socket': '有 Docker 守护进程没有应答。若其套接字不在常用位置，请用 --docker-socket 指定。',
    processes: '无法读取主机的进程：需要 CAP_SYS_PTRACE；在容器中还需要 --pid=host。',
    'data-root': '无法读取数据根目录：需要 CAP_DAC_READ_SEARCH；在容器中还需要用 --host-root 指定主机的 /。',
    lvm: '需要 lvs、vgs 和 lvmconfig：请安装 lvm2。',
    sysfs: '内核没有在 sysfs 中给出所需信息；较旧的内核可能没有。',
    configuration: '取决于未读取到的配置。silt-collector doctor --explain ID 会给出查看用的命令。',
    'second-look': '需要一天之后的第二次观察。',
    history: '需要数天的历史记录。',
    'probe-failed': '读取失败，原因见下。',
  },
  notReadWhy: '未能完整读取',
  fault: (rule) => `规则 ${rule} 出错，这是 Silt 的缺陷，请报告：`,
  hostRoot: (folder) => `主机是通过 ${folder} 读取的；路径和命令均以主机为准。`,
  footer:
    'doctor 没有做任何改动，也不保存记录：需要第二次观察的，由 Silt 服务器完成。命令需以 root 执行；执行前请逐条看清。',
  afterNothing: 'silt-collector once 以树形显示全部存储。要知道空间增长的速度，需要 Silt 服务器。',
  separator: '、',
  colon: '：',
  explain: {
    why: '影响',
    example: '示例',
    remedy: '该示例的处理步骤',
    evidence: '判断依据',
    basis: '来源',
    wasSeen: '已在真实主机上复现或采集到。',
    wasNotSeen: '尚未在真实主机上见到：依据上述来源，以及对真实采集数据的改动。',
    needsPast: '需要数天的历史记录，doctor 单独无法判断，Silt 服务器可以。',
  },
};
