import type { Language, RuleText } from '../rule.ts';
import type { LoopRiskyOptions } from './rule.ts';

export const text: Record<Language, RuleText<LoopRiskyOptions>> = {
  en: {
    name: 'Loop file mounted with risky options',
    title: ({ mountPoint, risky }) => `${mountPoint}: a loop file mounted with ${risky.join(', ')}`,
    seen: ({ mountPoint, device, backingFile, risky, madeByMount, kernelRelease }) =>
      [
        `${mountPoint} lies on ${backingFile} (/dev/${device}) and is mounted with ${risky.join(', ')}.`,
        madeByMount === true ? ' mount -o loop made the device.' : '',
        kernelRelease === null ? '' : ` The kernel is ${kernelRelease}.`,
      ].join(''),
    why: ({ hasStrictKernel, madeByMount }) =>
      [
        'Without barriers, or with long commits, a crash or a power cut loses more, and can leave a file system that must be repaired: two of them lie on each other here.',
        madeByMount === false
          ? ''
          : hasStrictKernel === true
            ? ' Kernels from 6.8 on are reported to refuse mount -o loop with such options: it may not come back after a restart.'
            : ' Kernels from 6.8 on are reported to refuse mount -o loop with such options: it may not come back after an upgrade.',
      ].join(''),
  },
  'zh-CN': {
    name: '回环文件使用了有风险的挂载选项',
    title: ({ mountPoint, risky }) => `${mountPoint}：回环文件以 ${risky.join('、')} 挂载`,
    seen: ({ mountPoint, device, backingFile, risky, madeByMount, kernelRelease }) =>
      [
        `${mountPoint} 位于 ${backingFile}（/dev/${device}），挂载选项含 ${risky.join('、')}。`,
        madeByMount === true ? '该设备由 mount -o loop 建立。' : '',
        kernelRelease === null ? '' : `内核版本为 ${kernelRelease}。`,
      ].join(''),
    why: ({ hasStrictKernel, madeByMount }) =>
      [
        '关闭写屏障或延长提交间隔后，一旦崩溃或断电会丢失更多数据，文件系统还可能需要修复；何况这里是两层文件系统叠在一起。',
        madeByMount === false
          ? ''
          : hasStrictKernel === true
            ? '据报告，6.8 及以后的内核会拒绝带这类选项的 mount -o loop：重启后可能无法挂载。'
            : '据报告，6.8 及以后的内核会拒绝带这类选项的 mount -o loop：升级内核后可能无法挂载。',
      ].join(''),
  },
};
