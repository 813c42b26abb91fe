import { useRef, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { NotificationRoute, NotificationVocabulary, SaveNotificationRoute } from '../../lib/api';
import { draftOf, newDraft, sameDraft, wishOf } from '../../lib/routedraft';
import type { RouteDraft } from '../../lib/routedraft';
import { useAction, useResource } from '../../lib/resource';
import { leaveFreely, navigate } from '../../lib/router';
import { useUnsaved } from '../../lib/unsaved';
import { Button } from '../../parts/Button';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { RouteForm } from './RouteForm';
import { RoutePreview } from './RoutePreview';

/** A new route, or one to change, beside what its messages look like. */
export default function RouteEditor({ route: reference = 'new' }: { route?: string }) {
  const isNew = reference === 'new';
  const found = useResource(isNew ? null : `route/${reference}`, (signal) => api.notifications.route(reference, { signal }));
  const vocabulary = useResource('notification-vocabulary', (signal) => api.notifications.vocabulary({ signal }));
  useCrumbs([
    { word: 'Notifications', to: '/notifications' },
    { word: 'Routes', to: '/notifications/routes' },
    { word: isNew ? 'New route' : (found.value?.name ?? reference) },
  ]);
  const problem = found.problem ?? vocabulary.problem;
  if (problem)
    return (
      <div className="page">
        <ProblemNote problem={problem} retry={() => (found.reload(), vocabulary.reload())} />
      </div>
    );
  if (!vocabulary.value || (!isNew && !found.value))
    return (
      <div className="page">
        <Skeleton />
      </div>
    );
  return <Editor key={found.value?.revision ?? 0} {...(found.value ? { route: found.value } : {})} vocabulary={vocabulary.value} />;
}

function Editor({ route, vocabulary }: { route?: NotificationRoute; vocabulary: NotificationVocabulary }) {
  const mayWrite = useMay('notifications.write');
  const [draft, setDraft] = useState<RouteDraft>(() => (route ? draftOf(route) : newDraft()));
  const first = useRef(draft);
  const isChanged = !sameDraft(draft, first.current);
  useUnsaved(isChanged, 'Leave without saving? Your changes of this route will be lost.');
  const save = useAction(async () => {
    const wish: SaveNotificationRoute = wishOf(draft);
    if (route) wish.revision = route.revision;
    await (route ? api.notifications.updateRoute(route.id, wish) : api.notifications.createRoute(wish));
    leaveFreely();
    navigate('/notifications/routes');
  });
  return (
    <Page
      title={route ? route.name : 'New route'}
      wide
      actions={
        mayWrite ? (
          <>
            <Button onClick={() => navigate('/notifications/routes')}>Back</Button>
            <Button
              kind="primary"
              busy={save.busy}
              disabled={draft.name.trim() === '' || draft.kinds.length === 0 || draft.channels.length === 0}
              title={draft.kinds.length === 0 ? 'Choose at least one kind of event' : draft.channels.length === 0 ? 'Choose at least one channel' : undefined}
              onClick={() => void save.run()}
              data-testid="route-save"
            >
              {route ? 'Save' : 'Add the route'}
            </Button>
          </>
        ) : null
      }
    >
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
      <div className="editor editor-both routeeditor">
        <RouteForm draft={draft} vocabulary={vocabulary} problem={save.problem} disabled={!mayWrite} onChange={setDraft} />
        <RoutePreview draft={draft} vocabulary={vocabulary} />
      </div>
    </Page>
  );
}
