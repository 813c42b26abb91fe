import type { AuditHead } from './api';

/** Signed heads out of what somebody kept: one, a list, a page, or one to a line. Throws an `Error` that says what is wrong. */
export function readHeads(text: string): AuditHead[] {
  const wanted = text.trim();
  if (wanted === '') return [];
  let values: unknown[];
  try {
    values = listOf(JSON.parse(wanted));
  } catch {
    values = wanted.split('\n').flatMap((line, at) => {
      if (line.trim() === '') return [];
      try {
        return listOf(JSON.parse(line));
      } catch {
        throw new Error(`Line ${at + 1} is no JSON.`);
      }
    });
  }
  return values.map((value, at) => {
    if (!isHead(value)) throw new Error(`Head ${at + 1} lacks source, number, hash, at, key or signature.`);
    const { source, number, hash, at: signed, key, signature } = value;
    return { source, number, hash, at: signed, key, signature };
  });
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const items = typeof value === 'object' && value !== null ? (value as { items?: unknown }).items : undefined;
  return Array.isArray(items) ? items : [value];
}

function isHead(value: unknown): value is AuditHead {
  if (typeof value !== 'object' || value === null) return false;
  const head = value as Record<string, unknown>;
  return typeof head.number === 'number' && ['source', 'hash', 'at', 'key', 'signature'].every((name) => typeof head[name] === 'string');
}
