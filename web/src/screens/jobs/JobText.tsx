import { useMemo, useState } from 'react';
import type { ProblemPlace } from '../../lib/api';
import { CodeArea } from '../../parts/CodeArea';
import { Panel } from '../../parts/Panel';

/** A job as YAML with its errors by line. */
export function JobText({ yaml, errors, onChange }: { yaml: string; errors: ProblemPlace[]; onChange: (yaml: string) => void }) {
  const [jump, setJump] = useState<{ line: number } | null>(null);
  const marks = useMemo(() => {
    const found = new Map<number, string>();
    for (const place of errors)
      if (place.line !== undefined) found.set(place.line, [found.get(place.line), place.detail].filter(Boolean).join(' '));
    return found;
  }, [errors]);
  return (
    <Panel title="YAML">
      <CodeArea
        className="editor-text"
        value={yaml}
        onChange={onChange}
        marks={marks}
        jump={jump}
        aria-label="YAML of the job"
        testId="job-yaml"
      />
      {errors.length > 0 ? (
        <ul className="editor-errors" aria-label="Errors" data-testid="job-errors">
          {errors.map((place, at) => (
            <li key={at}>
              {place.line !== undefined ? (
                <button type="button" className="textlink" onClick={() => setJump({ line: place.line ?? 1 })}>
                  Line {place.line}
                  {place.column !== undefined ? `:${place.column}` : ''}
                </button>
              ) : (
                <code>{place.pointer?.replace(/^#\/?/, '') || 'job'}</code>
              )}{' '}
              {place.detail}
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}
