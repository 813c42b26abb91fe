import { api } from '../../lib/api';
import type { NotificationChannel, NotificationEventKind, NotificationSeverity, NotificationVocabulary, Problem } from '../../lib/api';
import { placesAt } from '../../http';
import { eventWord } from '../../lib/notices';
import { loadAll } from '../../lib/pages';
import { useResource } from '../../lib/resource';
import type { RouteDraft } from '../../lib/routedraft';
import { Button } from '../../parts/Button';
import { Check } from '../../parts/Check';
import { Field } from '../../parts/Field';
import { Fold } from '../../parts/Fold';
import { LinesArea } from '../../parts/LinesArea';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { ChannelKind } from './ChannelKind';
import { QuietHoursFields } from './QuietHoursFields';
import { TemplateField } from './TemplateField';

interface RouteFormProps {
  draft: RouteDraft;
  vocabulary: NotificationVocabulary;
  problem: Problem | undefined;
  disabled: boolean;
  onChange: (draft: RouteDraft) => void;
}

const severities: [NotificationSeverity, string][] = [
  ['critical', 'Critical'],
  ['warning', 'Warning'],
  ['info', 'For information'],
];

/** Everything about a route: events, conditions, channels, rhythm and words. */
export function RouteForm({ draft, vocabulary, problem, disabled, onChange }: RouteFormProps) {
  const set = (patch: Partial<RouteDraft>) => onChange({ ...draft, ...patch });
  const none: Problem = problem ?? { type: '', title: '', status: 0, detail: '' };
  const isWrong = (...pointers: string[]) => pointers.some((pointer) => placesAt(none.errors, pointer).length > 0);
  const tick = (kind: NotificationEventKind, on: boolean) =>
    set({ kinds: vocabulary.kinds.map((one) => one.kind).filter((one) => (one === kind ? on : draft.kinds.includes(one))) });
  const minutes = (key: 'digest' | 'perHour' | 'repeat', label: string, pointer: string, hint: string, least: number) => (
    <Field label={label} optional hint={hint} problem={problem} pointer={pointer}>
      <input type="number" min={least} className="short" value={draft[key]} data-testid={`route-${key}`} onChange={(event) => set({ [key]: event.target.value })} />
    </Field>
  );
  const list = (key: 'jobs' | 'targets' | 'environments' | 'startedBy', label: string, pointer: string, hint: string) => (
    <Field label={label} optional hint={hint} problem={problem} pointer={`#/filter/${pointer}`}>
      <LinesArea value={draft[key]} onChange={(values) => set({ [key]: values })} testId={`route-${key}`} />
    </Field>
  );
  return (
    <fieldset className="form routeform" disabled={disabled}>
      <legend className="unseen">Route</legend>
      <Panel title="Route">
        <div className="form">
          <Field label="Name" hint="Letters, digits, dots, dashes." problem={problem} pointer="#/name">
            <input type="text" spellCheck={false} value={draft.name} data-testid="route-name" onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Field label="Description" optional problem={problem} pointer="#/description">
            <input type="text" value={draft.description} onChange={(event) => set({ description: event.target.value })} />
          </Field>
          <Check checked={draft.enabled} onChange={(enabled) => set({ enabled })} testId="route-enabled">
            Takes events
          </Check>
        </div>
      </Panel>
      <Panel title="When">
        <div className="form">
          {severities.map(([severity, word]) => {
            const kinds = vocabulary.kinds.filter((one) => one.severity === severity);
            return kinds.length === 0 ? null : (
              <fieldset key={severity} className="field">
                <legend className="field-label">{word}</legend>
                <div className="kinds">
                  {kinds.map((one) => (
                    <Check key={one.kind} checked={draft.kinds.includes(one.kind)} onChange={(on) => tick(one.kind, on)} testId={`route-kind-${one.kind}`}>
                      {eventWord(one.kind)} <span className="field-hint">{one.summary}</span>
                    </Check>
                  ))}
                </div>
              </fieldset>
            );
          })}
          {draft.kinds.includes('failed_repeatedly') ? (
            <Field label="Failures in a row" optional hint="3 when empty." problem={problem} pointer="#/filter/failures">
              <input type="number" className="short" min={2} max={1000} value={draft.failures} data-testid="route-failures" onChange={(event) => set({ failures: event.target.value })} />
            </Field>
          ) : null}
          {isWrong('#/filter/kinds') ? <p className="field-error">{placesAt(none.errors, '#/filter/kinds').map((place) => place.detail).join(' ')}</p> : null}
          <Fold
            title="Only some of them"
            isSet={[draft.jobs, draft.targets, draft.environments, draft.startedBy].some((values) => values.length > 0) || draft.scheduled !== '' || draft.severity !== ''}
            isWrong={isWrong('#/filter/jobs', '#/filter/targets', '#/filter/environments', '#/filter/started_by', '#/filter/severity', '#/filter/scheduled')}
            testId="route-only"
          >
            <div className="form-row">
              {list('jobs', 'Jobs', 'jobs', 'Names, serials or ids, one to a line; * and ? stand for anything.')}
              {list('targets', 'Targets', 'targets', 'Names, one to a line. Only events about one target have one.')}
            </div>
            <div className="form-row">
              {list('environments', 'Environments', 'environments', 'One to a line.')}
              {list('startedBy', 'Started by', 'started_by', 'Users, one to a line.')}
            </div>
            <div className="form-row">
              <Field label="Started" problem={problem} pointer="#/filter/scheduled">
                <select value={draft.scheduled} onChange={(event) => set({ scheduled: event.target.value as RouteDraft['scheduled'] })}>
                  <option value="">In any way</option>
                  <option value="yes">By a schedule</option>
                  <option value="no">By anybody else</option>
                </select>
              </Field>
              <Field label="Severity" problem={problem} pointer="#/filter/severity">
                <select value={draft.severity} onChange={(event) => set({ severity: event.target.value as RouteDraft['severity'] })}>
                  <option value="">Any</option>
                  <option value="warning">Warning or critical</option>
                  <option value="critical">Critical only</option>
                </select>
              </Field>
            </div>
          </Fold>
        </div>
      </Panel>
      <Panel title="To">
        <ChannelChoice chosen={draft.channels} problem={none} onChange={(channels) => set({ channels })} />
      </Panel>
      <Panel title="How">
        <div className="form">
          <div className="form-row">
            {minutes('digest', 'Gather', '#/digest_minutes', 'Minutes: what happens in that time goes into one message.', 1)}
            {minutes('perHour', 'At most', '#/most_per_hour', 'Messages in an hour and channel: what comes beyond goes into one.', 1)}
            {minutes('repeat', 'Remind', '#/repeat_minutes', 'Every so many minutes, of alerts that nobody acknowledged.', 5)}
          </div>
          <QuietHoursFields quiet={draft.quiet} problem={problem} onChange={(quiet) => set({ quiet })} />
        </div>
      </Panel>
      <Panel
        title="Words"
        actions={
          draft.subject === '' && draft.body === '' ? (
            <Button small icon="edit" onClick={() => set({ subject: vocabulary.subject, body: vocabulary.body })} data-testid="route-usual">
              Start from the usual words
            </Button>
          ) : (
            <Button small icon="again" onClick={() => set({ subject: '', body: '' })}>
              Use the usual words
            </Button>
          )
        }
      >
        <div className="form">
          <TemplateField
            label="Subject"
            optional
            value={draft.subject}
            placeholder={vocabulary.subject}
            names={vocabulary.names}
            problem={problem}
            pointer="#/subject"
            testId="route-subject"
            onChange={(subject) => set({ subject })}
          />
          <TemplateField
            label="Body"
            optional
            rows={8}
            hint="Type {{ to choose from the names that are known of an event."
            value={draft.body}
            placeholder={vocabulary.body}
            names={vocabulary.names}
            problem={problem}
            pointer="#/body"
            testId="route-body"
            onChange={(body) => set({ body })}
          />
        </div>
      </Panel>
    </fieldset>
  );
}

function ChannelChoice({ chosen, problem, onChange }: { chosen: string[]; problem: Problem; onChange: (channels: string[]) => void }) {
  const found = useResource('channel-names', (signal) =>
    loadAll<NotificationChannel>((cursor, options) => api.notifications.channels({ limit: 200, ...(cursor ? { cursor } : {}) }, options), 1000, signal),
  );
  if (found.problem) return <ProblemNote problem={found.problem} retry={found.reload} />;
  const channels = found.value?.items ?? [];
  const errors = placesAt(problem.errors, '#/channels').map((place) => place.detail);
  return (
    <fieldset className="field">
      <legend className="unseen">Channels</legend>
      {found.value && channels.length === 0 ? (
        <p className="muted">
          There is no channel yet. <Link to="/notifications/channels?dialog=add">Add a channel</Link>
        </p>
      ) : null}
      <div className="kinds">
        {channels.map((one) => (
          <Check
            key={one.id}
            checked={chosen.includes(one.name)}
            onChange={(on) => onChange(on ? [...chosen, one.name] : chosen.filter((name) => name !== one.name))}
            testId="route-channel"
          >
            <span className="pieces">
              {one.name} <ChannelKind kind={one.kind} /> {one.enabled ? null : <span className="tag">off</span>}
            </span>
          </Check>
        ))}
      </div>
      {errors.length > 0 ? <p className="field-error">{errors.join(' ')}</p> : null}
    </fieldset>
  );
}
