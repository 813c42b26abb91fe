import type { DiscoveryScan, FindingMatch, FindingStatus } from './api';
import { count, plural } from './format';
import type { StatusLook } from './status';

/** How a found host is shown to whoever reviews it. */
export const findingLooks: Record<FindingStatus, StatusLook> = {
  new: { word: 'New', icon: 'plus', tone: 'running' },
  changed: { word: 'Changed', icon: 'warning', tone: 'unclear' },
  known: { word: 'Known', icon: 'tick', tone: 'succeeded' },
  gone: { word: 'Gone', icon: 'dash', tone: 'skipped' },
};

/** By what a host was recognised, in words. */
export const matchWords: Record<FindingMatch, string> = { host_key: 'by its host key', address: 'by its address', name: 'by its name' };

/** How the states of a scan are shown. */
export const scanLooks: Record<DiscoveryScan['state'], StatusLook> = {
  running: { word: 'Running', icon: 'ring', tone: 'running' },
  completed: { word: 'Completed', icon: 'tick', tone: 'succeeded' },
  cancelled: { word: 'Cancelled', icon: 'stop', tone: 'cancelled' },
  failed: { word: 'Failed', icon: 'cross', tone: 'failed' },
};

/** What a scan found against the one before: `12 hosts, 2 new, 1 changed`. */
export function scanWords(scan: DiscoveryScan): string {
  const parts = [plural(scan.found, 'host')];
  if (scan.appeared > 0) parts.push(`${count(scan.appeared)} new`);
  if (scan.changed > 0) parts.push(`${count(scan.changed)} changed`);
  if (scan.gone > 0) parts.push(`${count(scan.gone)} gone`);
  return parts.join(', ');
}

/** The numbers in a text, such as ports apart by commas or spaces; null when something else is there. */
export function readPorts(text: string): number[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const ports = words.map(Number);
  return ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65535) ? null : ports;
}
