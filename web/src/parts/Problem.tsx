import { useEffect, useRef } from 'react';
import type { Problem } from '../api.gen';
import { Button } from './Button';
import { Icon } from './Icon';

/** A problem document: what is wrong, where, and the request id to quote. */
export function ProblemNote({ problem, retry, showPlaces = true }: { problem: Problem; retry?: () => void; showPlaces?: boolean }) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which React would take for a clean-up.
    note.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  return (
    <div ref={note} className="problem" role="alert">
      <Icon name="warning" />
      <div className="problem-body">
        <p className="problem-title">{problem.title}</p>
        <p>{problem.detail}</p>
        {showPlaces && problem.errors && problem.errors.length > 0 ? (
          <ul className="problem-places">
            {problem.errors.slice(0, 20).map((place, at) => (
              <li key={at}>
                {place.line !== undefined ? `Line ${place.line}${place.column !== undefined ? `, column ${place.column}` : ''}: ` : ''}
                {place.pointer !== undefined && place.line === undefined ? <code>{place.pointer.replace(/^#\//, '')}</code> : null}{' '}
                {place.detail}
              </li>
            ))}
          </ul>
        ) : null}
        {problem.retry_after_seconds !== undefined ? <p>Try again in {problem.retry_after_seconds} s.</p> : null}
        {problem.request_id ? <p className="problem-id">Request {problem.request_id}</p> : null}
      </div>
      {retry ? (
        <Button small icon="again" onClick={retry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
