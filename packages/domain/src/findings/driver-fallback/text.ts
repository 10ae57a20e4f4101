import type { Language, RuleText } from '../rule.ts';
import type { Fallback } from './rule.ts';

const REASONS = {
  'overlay on overlay': { en: 'its data root lies on overlay', zh: '其数据目录位于 overlay 之上' },
  'network file system': { en: 'its data root lies on a network file system', zh: '其数据目录位于网络文件系统' },
  'not known': { en: 'its log has the reason', zh: '原因见其日志' },
};

export const text: Record<Language, RuleText<Fallback>> = {
  en: {
    name: 'Storage driver fell back',
    title: ({ daemon, driver, isCopying }) =>
      isCopying
        ? `${daemon}: storage driver ${driver} copies whole layers`
        : `${daemon}: warns of its storage driver ${driver ?? ''}`.trimEnd(),
    seen: ({ driver, isCopying, reason, fileSystemType, warnings }) =>
      `The daemon uses ${driver ?? 'a driver that was not read'}${fileSystemType === null ? '' : ` on ${fileSystemType}`}${isCopying ? `; ${REASONS[reason].en}` : ''}.${warnings.map((one) => ` It says: "${one}"`).join('')}`,
    why: ({ isCopying }) =>
      isCopying
        ? 'Each layer of each image and each container is a whole copy of all that lies below it: ten times the space, and slow. A daemon falls back without a word when nothing better works.'
        : 'What the daemon warns of is removed in a later version, or leaves files that cannot be deleted. Images and containers do not move along by themselves.',
  },
  'zh-CN': {
    name: '存储驱动退回到较差的选择',
    title: ({ daemon, driver, isCopying }) =>
      isCopying ? `${daemon}：存储驱动 ${driver} 会整层复制` : `${daemon}：守护进程对存储驱动 ${driver ?? ''} 给出警告`,
    seen: ({ driver, isCopying, reason, fileSystemType, warnings }) =>
      `守护进程使用 ${driver ?? '（未读到的驱动）'}${fileSystemType === null ? '' : `，位于 ${fileSystemType}`}${isCopying ? `；${REASONS[reason].zh}` : ''}。${warnings.map((one) => `它的提示：“${one}”`).join('')}`,
    why: ({ isCopying }) =>
      isCopying
        ? '每个镜像的每一层、每个容器都是其下全部内容的完整副本：空间占用可达十倍，而且很慢。没有更好的驱动可用时，守护进程会不声不响地退回到它。'
        : '守护进程警告的东西会在以后的版本中移除，或会留下无法删除的文件。镜像和容器不会自动迁移。',
  },
};
