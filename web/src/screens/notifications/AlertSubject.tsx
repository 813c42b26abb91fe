import { subjectParts } from '../../lib/notices';
import { Link } from '../../parts/Link';

const places: Record<string, (name: string) => string> = {
  job: (name) => `/jobs?search=${encodeURIComponent(name)}`,
  target: (name) => `/targets?filter=${encodeURIComponent(`name = "${name.replace(/["\\]/g, '\\$&')}"`)}`,
};

/** What an alert is about, with a way there. */
export function AlertSubject({ subject }: { subject: string }) {
  const { kind, name } = subjectParts(subject);
  const place = places[kind]?.(name);
  return (
    <span className="object">
      {kind ? <span className="muted">{kind}</span> : null}
      {place ? <Link to={place}>{name}</Link> : <span>{name}</span>}
    </span>
  );
}
