import type { HealthCounts, HealthHour, HealthState } from './api';
import { count, duration } from './format';
import type { StatusLook } from './status';

/** How the health of a target is shown; the worst first. */
export const healthLooks: Record<HealthState, StatusLook> = {
  critical: { word: 'Critical', icon: 'cross', tone: 'failed' },
  warning: { word: 'Warning', icon: 'warning', tone: 'unclear' },
  healthy: { word: 'Healthy', icon: 'tick', tone: 'succeeded' },
  unknown: { word: 'Not checked', icon: 'dash', tone: 'skipped' },
};

/** The states, the worst first. */
export const healthStates = Object.keys(healthLooks) as HealthState[];

/** How many targets the counts are of. */
export function healthTotal(counts: HealthCounts): number {
  return counts.unknown + counts.healthy + counts.warning + counts.critical;
}

/** Some hours of checks, taken together. */
export interface HealthSum {
  checks: number;
  failures: number;
  /** The share of checks that succeeded, from 0 to 1; undefined without checks. */
  share: number | undefined;
  average: number | undefined;
  slowest: number | undefined;
}

/** Adds up hours. */
export function sumHours(hours: HealthHour[]): HealthSum {
  let [checks, failures, good, time] = [0, 0, 0, 0];
  let slowest: number | undefined;
  for (const hour of hours) {
    checks += hour.checks;
    failures += hour.failures;
    if (hour.average_milliseconds !== undefined) {
      const succeeded = hour.checks - hour.failures;
      good += succeeded;
      time += succeeded * hour.average_milliseconds;
    }
    if (hour.slowest_milliseconds !== undefined) slowest = Math.max(slowest ?? 0, hour.slowest_milliseconds);
  }
  return {
    checks,
    failures,
    share: checks === 0 ? undefined : (checks - failures) / checks,
    average: good === 0 ? undefined : time / good,
    slowest,
  };
}

/** A slot of a chart: the hours that fall into it. */
export interface HealthSlot extends HealthSum {
  from: number;
  to: number;
}

/** Hours put into slots of equal length that end now; empty slots say that nothing was checked. */
export function slotsOf(hours: HealthHour[], now: number, slots: number, hoursEach: number): HealthSlot[] {
  const length = hoursEach * 3_600_000;
  const end = Math.ceil(now / length) * length;
  const lists: HealthHour[][] = Array.from({ length: slots }, () => []);
  for (const hour of hours) {
    const at = slots - Math.ceil((end - Date.parse(hour.at)) / length);
    lists[at]?.push(hour);
  }
  return lists.map((list, at) => ({ ...sumHours(list), from: end - (slots - at) * length, to: end - (slots - at - 1) * length }));
}

/** `99.8 %`; never rounded up to a hundred. */
export function shareText(share: number | undefined): string {
  if (share === undefined) return '–';
  if (share === 1) return '100 %';
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** What checks came to, in words. */
export function sumWords(sum: HealthSum): string {
  if (sum.checks === 0) return 'nothing was checked';
  const parts = [`${count(sum.checks)} ${sum.checks === 1 ? 'check' : 'checks'}`, sum.failures === 0 ? 'none failed' : `${count(sum.failures)} failed`];
  if (sum.average !== undefined) parts.push(`${duration(sum.average)} on average`);
  return parts.join(', ');
}
