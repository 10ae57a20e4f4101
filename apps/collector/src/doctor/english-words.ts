import type { ResourceName } from '@silt/domain';
import { counted } from '../once/shorten-list.ts';
import type { DoctorWords } from './doctor-words.ts';

const RESOURCES: Record<ResourceName, string> = {
  space: 'space',
  inodes: 'inodes',
  btrfsData: 'data',
  btrfsMetadata: 'metadata',
  loopBacking: 'its loop file',
  poolData: 'data',
  poolMetadata: 'metadata',
};

export const englishWords: DoctorWords = {
  hostNotRead: 'a host whose name was not read',
  fullest: (store, resource) => `fullest: ${store}, ${RESOURCES[resource]}`,
  noStoreRead: 'the fill of no store was read',
  readAt: (time, rules) => `read ${time} · ${counted(rules, 'rule')} asked`,
  counts: {
    critical: (count) => `${count} critical`,
    warning: (count) => counted(count, 'warning'),
    notice: (count) => counted(count, 'notice'),
  },
  nothingFound: 'Nothing found.',
  nothingFoundInPart: 'Nothing found in what could be read.',
  lookedAt: ({ stores, subvolumes, daemons, containers, volumes }) =>
    `Looked at: ${[
      counted(stores, 'store'),
      ...(subvolumes === null ? [] : [counted(subvolumes, 'subvolume')]),
      daemons === null ? 'Docker not read' : daemons === 0 ? 'no Docker daemon' : counted(daemons, 'Docker daemon'),
      ...(containers === null ? [] : [counted(containers, 'container')]),
      ...(volumes === null ? [] : [counted(volumes, 'volume')]),
    ].join(', ')}.`,
  severities: {
    critical: { name: 'CRITICAL', meaning: 'writes fail or data is at risk, now or within 2 days' },
    warning: { name: 'WARNING', meaning: 'act this week' },
    notice: { name: 'NOTICE', meaning: 'good to know' },
  },
  why: 'Why it matters: ',
  whatToDo: 'What to do',
  asAbove: 'the same as above',
  steps: {
    precondition: 'First make sure: ',
    look: 'Look: ',
    'dry-run': 'Dry run: ',
    run: 'Run: ',
    edit: 'Change the file: ',
    expect: 'Then you should see: ',
  },
  destroys: 'DELETES FOR GOOD. ',
  notForCopying: 'A name in it has characters that are shown here as codes: take this command from --json.',
  more: (count, rule) => `and ${count} more; all of them with --rule ${rule}`,
  moreSteps: (count, rule) => `… and ${counted(count, 'step')} more: see all with --rule ${rule} before you begin`,
  couldNotTell: 'Could not tell',
  asRoot: (rules) => `As root, ${counted(rules, 'more rule')} could tell:`,
  withServer: (rules) =>
    `${counted(rules, 'rule')} would need an earlier look, and doctor keeps none. A Silt server keeps them: silt-collector run pushes to it.`,
  missing: {
    administrator:
      'Root with CAP_SYS_ADMIN is needed. This is root without it: run it on the host, or with --cap-add SYS_ADMIN.',
    'docker-socket':
      'A Docker daemon did not answer. Name its socket with --docker-socket, if it is not the usual one.',
    processes: 'The host’s processes could not be read: CAP_SYS_PTRACE, and in a container --pid=host.',
    'data-root':
      'A data root could not be read: CAP_DAC_READ_SEARCH, and in a container the host’s / with --host-root.',
    lvm: 'lvs, vgs and lvmconfig are needed: install lvm2.',
    sysfs: 'The kernel did not tell it in sysfs. An older kernel may not have it.',
    configuration:
      'It is a matter of configuration that was not read. silt-collector doctor --explain ID has the commands that look.',
    'second-look': 'A second look, a day later, is needed.',
    history: 'Days of history are needed.',
    'probe-failed': 'Reading it failed; the reasons are below.',
  },
  notReadWhy: 'Not read in full',
  fault: (rule) => `The rule ${rule} broke; that is a fault of Silt. Please report it: `,
  hostRoot: (folder) => `The host was read through ${folder}; paths and commands are the host’s own.`,
  footer:
    'doctor changed nothing and keeps nothing: what waits for a second look needs a Silt server, which takes it. The commands are for root; read each before you run it.',
  afterNothing: 'silt-collector once shows the storage as a tree. How fast it fills is what a Silt server would tell.',
  separator: ', ',
  colon: ': ',
  explain: {
    why: 'Why it matters',
    example: 'An example',
    remedy: 'What to do in that case',
    evidence: 'It tells by',
    basis: 'It stands on',
    wasSeen: 'A case of it was reproduced or captured on a real host.',
    wasNotSeen: 'Not seen on a real host by us yet: it stands on what is named here and on an edit of a real capture.',
    needsPast: 'It needs days of history, so that doctor alone cannot tell: a Silt server can.',
  },
};
