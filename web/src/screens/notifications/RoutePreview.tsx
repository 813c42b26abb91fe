import { useEffect, useState } from 'react';
import { api } from '../../lib/api';
import type { NotificationChannelKind, NotificationEventKind, NotificationVocabulary, PreviewNotification } from '../../lib/api';
import { channelWords, eventWord } from '../../lib/notices';
import { useResource } from '../../lib/resource';
import type { RouteDraft } from '../../lib/routedraft';
import { DraftInput } from '../../parts/DraftInput';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';

/** What a message of the route would look like, as one types: for a sample of an event, or for what became of a run. */
export function RoutePreview({ draft, vocabulary }: { draft: RouteDraft; vocabulary: NotificationVocabulary }) {
  const [kind, setKind] = useState<NotificationEventKind>(draft.kinds[0] ?? 'failed');
  const [execution, setExecution] = useState('');
  const [channel, setChannel] = useState<'' | NotificationChannelKind>('');
  const wish: PreviewNotification = {
    ...(draft.subject.trim() === '' ? {} : { subject: draft.subject }),
    ...(draft.body.trim() === '' ? {} : { body: draft.body }),
    ...(execution === '' ? { kind } : { execution }),
    ...(channel === '' ? {} : { channel }),
  };
  const key = useSettled(JSON.stringify(wish), 350);
  const found = useResource(`preview/${key}`, (signal) => api.notifications.preview(JSON.parse(key) as PreviewNotification, { signal }));
  // The last good one stays in view while the next is made.
  const [shown, setShown] = useState(found.value);
  useEffect(() => {
    if (found.value) setShown(found.value);
  }, [found.value]);
  return (
    <Panel title="Preview">
      <div className="form">
        <div className="form-row">
          <Field label="Sample of">
            <select value={kind} disabled={execution !== ''} data-testid="preview-kind" onChange={(event) => setKind(event.target.value as NotificationEventKind)}>
              {vocabulary.kinds.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {eventWord(one.kind)}
                </option>
              ))}
            </select>
          </Field>
          <Field label="or of a run">
            <DraftInput value={execution} placeholder="Serial" testId="preview-execution" onApply={setExecution} />
          </Field>
          <Field label="As sent by">
            <select value={channel} data-testid="preview-channel" onChange={(event) => setChannel(event.target.value as typeof channel)}>
              <option value="">Words only</option>
              {(Object.keys(channelWords) as NotificationChannelKind[]).map((one) => (
                <option key={one} value={one}>
                  {channelWords[one][0]}
                </option>
              ))}
            </select>
          </Field>
        </div>
        {found.problem ? <ProblemNote problem={found.problem} /> : null}
        {shown ? (
          <div className={found.loading ? 'preview table-stale' : 'preview'} data-testid="preview">
            {shown.warnings.length > 0 ? (
              <ul className="preview-warnings" aria-label="Warnings" data-testid="preview-warnings">
                {shown.warnings.map((warning) => (
                  <li key={warning}>
                    <Icon name="warning" size={14} />
                    {warning}
                  </li>
                ))}
              </ul>
            ) : null}
            <p className="preview-subject">
              <StatusWord state={shown.event.severity} />
              <strong data-testid="preview-subject">{shown.subject}</strong>
            </p>
            <pre className="steplist-text" data-testid="preview-body" role="region" aria-label="Body" tabIndex={0}>
              {shown.body}
            </pre>
            {shown.payload !== undefined ? (
              <>
                <h3>What is sent</h3>
                <pre className="steplist-text" data-testid="preview-payload" role="region" aria-label="What is sent" tabIndex={0}>
                  {shown.payload}
                </pre>
              </>
            ) : null}
          </div>
        ) : found.problem ? null : (
          <Skeleton rows={4} />
        )}
      </div>
    </Panel>
  );
}

/** A value once it has not changed for a while. */
function useSettled(value: string, wait: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, settled, wait]);
  return settled;
}
