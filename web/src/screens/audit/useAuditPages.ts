import { api } from '../../lib/api';
import type { AuditQuery, AuditRecord } from '../../lib/api';
import { usePages } from '../../lib/pages';
import type { Pages } from '../../lib/pages';

/** The entries that match, newest first, page by page. */
export function useAuditPages(conditions: AuditQuery): Pages<AuditRecord> {
  return usePages<AuditRecord>(`audit?${JSON.stringify(conditions)}`, (cursor, options) =>
    api.audit.list({ ...conditions, limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
}
