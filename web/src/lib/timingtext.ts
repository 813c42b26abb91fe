import type { ScheduleTiming } from './api';

/** A timing as it is written: `cron 0 2 * * *`. */
export function timingText(timing: ScheduleTiming): string {
  if (timing.cron !== undefined) return timing.cron;
  if (timing.every !== undefined) return `every ${timing.every}`;
  if (timing.rule !== undefined) return timing.rule;
  return (timing.at ?? []).join(', ');
}
