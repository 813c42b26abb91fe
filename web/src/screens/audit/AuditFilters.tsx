import { useState } from 'react';
import { zone } from '../../app/preferences';
import type { AuditRecord } from '../../lib/api';
import { auditFields, auditWords, fromLocalInput, localInput, spans } from '../../lib/auditquery';
import type { AuditField } from '../../lib/auditquery';
import { absolute } from '../../lib/format';
import { useStore } from '../../lib/store';
import { DraftInput } from '../../parts/DraftInput';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { SearchBox } from '../../parts/SearchBox';

type Change = (patch: Record<string, string | null>) => void;

interface AuditFiltersProps {
  query: URLSearchParams;
  onChange: Change;
  /** Entries in view, for what could be typed. */
  seen: AuditRecord[];
  sources: string[];
}

function distinct(values: (string | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== undefined && value !== ''))].sort();
}

/** Which entries: who, what, to what, from which service, when, and any text; all of it in the address. */
export function AuditFilters({ query, onChange, seen, sources }: AuditFiltersProps) {
  const chosenZone = useStore(zone);
  const isSet = ['actor', 'action', 'kind', 'object', 'source'].some((name) => query.has(name));
  const [isOpen] = useState(() => isSet || !matchMedia('(max-width: 720px)').matches);
  const [wantsTimes, setWantsTimes] = useState(false);
  const isCustom = wantsTimes || query.has('since') || query.has('until');
  const get = (name: string) => query.get(name) ?? '';
  const text = (name: AuditField, known: string[], placeholder: string) => (
    <Field label={auditWords[name]}>
      <DraftInput
        value={get(name)}
        known={known}
        placeholder={placeholder}
        testId={`audit-${name}`}
        onApply={(value) => onChange({ [name]: value })}
      />
    </Field>
  );
  const time = (name: 'since' | 'until', label: string) => (
    <Field label={label}>
      <input
        type="datetime-local"
        value={localInput(query.get(name) ?? undefined, chosenZone)}
        data-testid={`audit-${name}`}
        onChange={(event) => onChange({ [name]: fromLocalInput(event.target.value, chosenZone) })}
      />
    </Field>
  );
  const chooseSpan = (key: string) => {
    setWantsTimes(key === 'custom');
    onChange({ span: key === 'custom' ? null : key, since: null, until: null });
  };
  return (
    <>
      <div className="bar">
        <SearchBox value={get('text')} onApply={(value) => onChange({ text: value })} placeholder="Text anywhere in an entry" label="Search the audit log" />
        <label className="bar-choice">
          <span className="unseen">When</span>
          <select value={isCustom ? 'custom' : get('span')} data-testid="audit-span" onChange={(event) => chooseSpan(event.target.value)}>
            <option value="">Any time</option>
            {spans.map(([key, word]) => (
              <option key={key} value={key}>
                {word}
              </option>
            ))}
            <option value="custom">From … until …</option>
          </select>
        </label>
      </div>
      <details className="conditions" open={isOpen}>
        <summary>
          Conditions {isSet ? <span className="tag">set</span> : null}
        </summary>
        <div className="conditions-fields">
          {text('actor', distinct(seen.map((one) => one.actor.name)), 'name or id')}
          {text('action', distinct(seen.map((one) => one.action)), 'job.updated or job.')}
          {text('kind', distinct(seen.map((one) => one.object.kind)), 'job')}
          {text('object', distinct(seen.map((one) => one.object.name)), 'name or id')}
          <Field label={auditWords.source}>
            <select value={get('source')} data-testid="audit-source" onChange={(event) => onChange({ source: event.target.value })}>
              <option value="">All services</option>
              {distinct([...sources, get('source')]).map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </Field>
          {isCustom ? time('since', chosenZone === 'utc' ? 'From (UTC)' : 'From') : null}
          {isCustom ? time('until', chosenZone === 'utc' ? 'Until (UTC)' : 'Until') : null}
        </div>
      </details>
      <Conditions query={query} onChange={onChange} />
    </>
  );
}

/** The conditions that are set, each to be taken away. */
function Conditions({ query, onChange }: { query: URLSearchParams; onChange: Change }) {
  const chosenZone = useStore(zone);
  const instant = (text: string) => (Number.isNaN(Date.parse(text)) ? text : absolute(Date.parse(text), chosenZone));
  const set: [string, string, string][] = [];
  for (const field of auditFields) {
    const value = query.get(field);
    if (value) set.push([field, auditWords[field], value]);
  }
  const span = spans.find(([key]) => key === query.get('span'));
  if (span) set.push(['span', 'When', span[1].toLowerCase()]);
  if (query.get('since')) set.push(['since', 'From', instant(query.get('since') ?? '')]);
  if (query.get('until')) set.push(['until', 'Until', instant(query.get('until') ?? '')]);
  if (set.length === 0) return null;
  const everything = Object.fromEntries(set.map(([name]) => [name, null]));
  return (
    <ul className="chips" aria-label="Conditions">
      {set.map(([name, word, value]) => (
        <li key={name} className="chip" data-testid="audit-chip">
          <span>
            {word}: <code>{value}</code>
          </span>
          <button type="button" aria-label={`Take away ${word}: ${value}`} onClick={() => onChange({ [name]: null })}>
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
      {set.length > 1 ? (
        <li>
          <button type="button" className="textlink" onClick={() => onChange(everything)}>
            Show everything
          </button>
        </li>
      ) : null}
    </ul>
  );
}
