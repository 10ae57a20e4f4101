import type { Detector } from '../detector.ts';
import { bestWindow } from './best-window.ts';
import { nodeExporterMixin, predictLinearDay, zabbixDay, zabbixHour } from './linear.ts';
import { checkmk, netdata } from './rates.ts';
import { theilSen } from './theil-sen.ts';
import { overPercent } from './thresholds.ts';

/** What people use today. */
export const BASELINES: readonly Detector[] = [
  overPercent(80),
  overPercent(90),
  nodeExporterMixin,
  predictLinearDay,
  netdata,
  checkmk,
  zabbixHour,
  zabbixDay,
  bestWindow,
  theilSen,
];
