import { type Detector, HORIZON_HOURS, type Said } from '../detector.ts';
import { HOUR_SECONDS } from '../family.ts';
import { fitFree, hoursUntilNone } from './fit-line.ts';
import { SampleWindow } from './sample-window.ts';

interface LinearRule {
  name: string;
  windowHours: number;
  /** It alarms when the line is at 0 within so many hours. */
  aheadHours: number;
  /** Only when less than this share is free. */
  freeBelow?: number;
  /** Only when it was so for so long. */
  forHours?: number;
}

function linear({ name, windowHours, aheadHours, freeBelow = 1, forHours = 0 }: LinearRule): Detector {
  return {
    name,
    start() {
      const window = new SampleWindow(windowHours);
      let since: number | null = null;
      return {
        see: (at, used, capacity) => window.add(at, used, capacity),
        say(now): Said {
          const hours = hoursUntilNone(fitFree(window.within(now), now));
          const { latest } = window;
          const isFree = latest !== undefined && latest.free / latest.capacity >= freeBelow;
          if (hours === null || hours >= aheadHours || (freeBelow < 1 && isFree)) since = null;
          else since ??= now;
          const alarm = since !== null && now - since >= forHours * HOUR_SECONDS;
          return { alarm, p10: null, p50: hours, p90: null };
        },
      };
    },
  };
}

/** NodeFilesystemSpaceFillingUp of the node-exporter mixin, the warning: `predict_linear(avail[6h], 24*60*60) < 0`. */
export const nodeExporterMixin = linear({
  name: 'node-exporter-mixin',
  ...{ windowHours: 6, aheadHours: 24, freeBelow: 0.4, forHours: 1 },
});

/** `predict_linear(avail[24h], 72*60*60) < 0`. */
export const predictLinearDay = linear({ name: 'predict-linear-24h', windowHours: 24, aheadHours: 72 });

/** `timeleft(/host/vfs.fs.size[/,used],1h,total)` of Zabbix, linear fit; its definition leaves the bound open. */
export const zabbixHour = linear({ name: 'zabbix-timeleft-1h', windowHours: 1, aheadHours: HORIZON_HOURS });
/** The same of a day. */
export const zabbixDay = linear({ name: 'zabbix-timeleft-1d', windowHours: 24, aheadHours: HORIZON_HOURS });
