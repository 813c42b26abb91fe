import { useState } from 'react';
import type { AuditEntry, JsonValue } from '../../lib/api';
import { changesOf, isLong, pointerWords, sortedText, valueText } from '../../lib/changes';
import type { Change } from '../../lib/changes';
import { count } from '../../lib/format';
import { DiffView } from '../../parts/DiffView';
import { Segments } from '../../parts/Segments';

const mostPlaces = 500;

/** What an entry changed, field by field; or both states as text, line by line. */
export function Changes({ entry }: { entry: AuditEntry }) {
  const [isText, setText] = useState(false);
  const { before, after } = entry;
  if (before === undefined && after === undefined) return <p className="muted">This entry has no state to show.</p>;
  const changes = changesOf(entry);
  return (
    <>
      <Segments
        label="How to show it"
        value={isText ? 'text' : 'fields'}
        options={[
          ['fields', 'Fields'],
          ['text', 'Whole text'],
        ]}
        onChange={(key) => setText(key === 'text')}
        testId="changes-view"
      />
      {isText ? (
        <DiffView label="Before and after" before={sortedText(before)} after={sortedText(after)} />
      ) : changes.length === 0 ? (
        <p className="muted">Before and after are the same.</p>
      ) : (
        <>
          <ul className="changes" aria-label="Fields">
            {changes.slice(0, mostPlaces).map((change) => (
              <ChangeRow key={change.pointer} change={change} />
            ))}
          </ul>
          {changes.length >= mostPlaces ? <p className="muted">The first {count(mostPlaces)} places are shown; the whole text has all.</p> : null}
        </>
      )}
    </>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { pointer, before, after } = change;
  return (
    <li className="change" data-testid="change">
      <code className="change-name">{pointerWords(pointer)}</code>
      {isLong(change) ? (
        <DiffView label={pointerWords(pointer)} before={String(before)} after={String(after)} />
      ) : (
        <div className="change-values">
          {before !== undefined ? <Value sign="-" word="before" value={before} /> : null}
          {after !== undefined ? <Value sign="+" word="after" value={after} /> : null}
        </div>
      )}
    </li>
  );
}

function Value({ sign, word, value }: { sign: '-' | '+'; word: string; value: JsonValue }) {
  const text = valueText(value);
  return (
    <div className={`change-value ${sign === '-' ? 'diff-removed' : 'diff-added'}`}>
      <span className="diff-sign" aria-hidden="true">
        {sign}
      </span>
      <span className="unseen">{word}: </span>
      <span className="change-text">{text === '' ? <span className="muted">empty</span> : text}</span>
    </div>
  );
}
