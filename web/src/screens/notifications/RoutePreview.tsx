import { useState } from 'react';
import type { NotificationChannelKind, NotificationEventKind, NotificationVocabulary, PreviewNotification } from '../../lib/api';
import { readable } from '../../lib/changes';
import { channelWords, eventWord } from '../../lib/notices';
import type { RouteDraft } from '../../lib/routedraft';
import { DraftInput } from '../../parts/DraftInput';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { usePreview } from './usePreview';

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
  const { shown, problem, loading } = usePreview(wish);
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
        {problem ? <ProblemNote problem={problem} /> : null}
        {shown ? (
          <div className={loading ? 'preview table-stale' : 'preview'} data-testid="preview">
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
                  {readable(shown.payload)}
                </pre>
              </>
            ) : null}
          </div>
        ) : problem ? null : (
          <Skeleton rows={4} />
        )}
      </div>
    </Panel>
  );
}
