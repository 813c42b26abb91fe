import { useEffect, useState } from 'react';
import { api } from '../../lib/api';
import type { NotificationPreview, PreviewNotification, Problem } from '../../lib/api';
import { useResource } from '../../lib/resource';

const pause = 350;

/** What a message would look like, asked anew a moment after the last key; the last good one stays while there is no newer one. */
export function usePreview(wish: PreviewNotification): { shown: NotificationPreview | undefined; problem: Problem | undefined; loading: boolean } {
  const key = useSettled(JSON.stringify(wish));
  const found = useResource(`preview/${key}`, (signal) => api.notifications.preview(JSON.parse(key) as PreviewNotification, { signal }));
  const [shown, setShown] = useState(found.value);
  useEffect(() => {
    if (found.value) setShown(found.value);
  }, [found.value]);
  return { shown, problem: found.problem, loading: found.loading };
}

/** A value once it has not changed for a while. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, settled]);
  return settled;
}
