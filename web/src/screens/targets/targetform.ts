import type { ConnectionMethod, SaveTarget, Target } from '../../lib/api';

/** A target as the form holds it. */
export interface TargetForm {
  name: string;
  description: string;
  type: NonNullable<SaveTarget['type']>;
  os: string;
  environment: string;
  location: string;
  tags: string;
  facts: [string, string][];
  status: NonNullable<SaveTarget['status']>;
  connections: ConnectionMethod[];
  host_key_policy: NonNullable<SaveTarget['host_key_policy']>;
  slots: string;
  revision: number | undefined;
}

/** The form of a new target, or of one that exists. */
export function formOf(target?: Target): TargetForm {
  return {
    name: target?.name ?? '',
    description: target?.description ?? '',
    type: target?.type ?? 'server',
    os: target?.os ?? '',
    environment: target?.environment ?? '',
    location: target?.location ?? '',
    tags: target?.tags.join(' ') ?? '',
    facts: Object.entries(target?.facts ?? {}),
    status: target?.status ?? 'active',
    connections: target?.connections ?? [{ kind: 'ssh' }],
    host_key_policy: target?.host_key_policy ?? 'strict',
    slots: target?.slots === undefined ? '' : String(target.slots),
    revision: target?.revision,
  };
}

function tidyMethod(method: ConnectionMethod): ConnectionMethod {
  if (method.kind === 'local') return { kind: 'local' };
  const kept = Object.entries(method).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as unknown as ConnectionMethod;
}

/** What to send. */
export function saveOf(form: TargetForm): SaveTarget {
  const save: SaveTarget = {
    name: form.name.trim(),
    description: form.description,
    type: form.type,
    os: form.os.trim(),
    environment: form.environment.trim(),
    location: form.location.trim(),
    tags: [...new Set(form.tags.split(/[\s,]+/).filter(Boolean))],
    facts: Object.fromEntries(form.facts.filter(([name]) => name.trim() !== '')),
    status: form.status,
    connections: form.connections.map(tidyMethod),
    host_key_policy: form.host_key_policy,
  };
  if (form.slots.trim() !== '') save.slots = Math.round(Number(form.slots));
  if (form.revision !== undefined) save.revision = form.revision;
  return save;
}
