import type { AuditChain, AuditFault, AuditProgress } from './api';
import { count, plural } from './format';

/** How far a verification is, as its lines tell. */
export interface Verification {
  checked: number;
  total: number;
  source?: string | undefined;
  isDone: boolean;
  faults: AuditFault[];
  chains: AuditChain[];
}

/** A verification of which nothing was heard yet. */
export const notHeardOf: Verification = { checked: 0, total: 0, isDone: false, faults: [], chains: [] };

/** What is known after one more line. */
export function hear(known: Verification, line: AuditProgress): Verification {
  return {
    checked: line.checked,
    total: line.total,
    source: line.source,
    isDone: known.isDone || line.is_done,
    faults: line.fault ? [...known.faults, line.fault] : known.faults,
    chains: line.chains ?? known.chains,
  };
}

/** What was found, in one sentence; only for one that is done. */
export function verdict({ checked, faults, chains }: Verification): string {
  const entries = checked === 1 ? 'The one entry' : `All ${plural(checked, 'entry', 'entries')}`;
  if (faults.length === 0) return `${entries} of ${plural(chains.length, 'chain')} ${checked === 1 ? 'is' : 'are'} as written, and ${chains.length === 1 ? 'it is' : 'all are'} complete.`;
  const broken = new Set(faults.map((fault) => fault.source)).size;
  return `${plural(faults.length, 'fault')} in ${plural(broken, 'chain')}; ${count(checked)} entries were looked at.`;
}

/** The kinds of faults in words. */
export const faultWords: Record<AuditFault['kind'], string> = {
  edited: 'Was edited',
  missing: 'Is missing',
  unlinked: 'Does not follow',
  forged: 'Was forged',
  rewritten: 'Was written anew',
  truncated: 'Ends too early',
  bad_head: 'Head is not ours',
};
