import type { Finding } from '../../lib/api';
import { findingLooks, matchWords } from '../../lib/discovery';
import { Link } from '../../parts/Link';
import { LookWord } from '../../parts/LookWord';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

/** The columns of found hosts. */
export function findingColumns(onOpen: (finding: Finding) => void): Column<Finding>[] {
  return [
    {
      key: 'address',
      title: 'Address',
      narrow: 'first',
      render: (finding) => (
        <button type="button" className="textlink cell-name" onClick={() => onOpen(finding)} data-testid="finding-open">
          <span className="mono">{finding.host.address}</span>
        </button>
      ),
    },
    { key: 'status', title: 'Status', narrow: 'second', render: (finding) => <LookWord look={findingLooks[finding.status]} state={finding.status} /> },
    {
      key: 'what',
      title: 'Seems to be',
      narrow: 'second',
      className: 'cell-grow',
      render: (finding) => (
        <>
          {finding.classification.label}
          {finding.differences.length > 0 ? <div className="cell-second tone-unclear">{finding.differences.join(' ')}</div> : null}
        </>
      ),
    },
    { key: 'names', title: 'Names', narrow: 'second', className: 'cell-name-wide', render: (finding) => finding.host.names.join(', ') },
    {
      key: 'ports',
      title: 'Ports',
      narrow: 'second',
      render: (finding) => (
        <span className="tags">
          {finding.host.ports.slice(0, 6).map((port) => (
            <span key={port.port} className="tag" title={port.banner}>
              {port.port}
              {port.service ? ` ${port.service}` : ''}
            </span>
          ))}
          {finding.host.ports.length > 6 ? <span className="tag tag-more">+{finding.host.ports.length - 6}</span> : null}
        </span>
      ),
    },
    {
      key: 'target',
      title: 'Target',
      narrow: 'second',
      render: (finding) =>
        finding.target ? (
          <span className="zoned">
            <Link to={`/targets/${finding.target.serial}`}>{finding.target.name}</Link>
            <span className="muted">{matchWords[finding.target.by]}</span>
          </span>
        ) : (
          <span className="muted">none</span>
        ),
    },
    { key: 'seen', title: 'Answered', narrow: 'second', render: (finding) => <Time at={finding.last_seen_at} /> },
  ];
}
