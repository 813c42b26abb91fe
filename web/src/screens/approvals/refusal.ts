import type { Approval, Me } from '../../lib/api';

/** Why somebody may not decide, in a sentence; undefined when they may. */
export function refusal(approval: Approval, me: Me): string | undefined {
  if (approval.may_decide) return undefined;
  if (approval.state !== 'pending') return 'It is not open any more.';
  if (!me.permissions.some((one) => one === 'executions.approve')) return 'Your role does not decide.';
  const own = [me.username, me.role].map((name) => name.toLowerCase());
  if (approval.approvers.length > 0 && !approval.approvers.some((name) => own.includes(name.toLowerCase())))
    return `${approval.approvers.join(' or ')} may decide.`;
  return 'Somebody else than who started the run must decide.';
}
