import type { FindingImport, ImportAction } from '../../lib/api';
import { plural } from '../../lib/format';

const words: Record<ImportAction, [string, string]> = {
  create: ['New target', 'succeeded'],
  update: ['Changes', 'running'],
  unchanged: ['Is one already', 'skipped'],
  refused: ['Refused', 'failed'],
};

/** What an import of found hosts would make, row by row; each name can be changed. */
export function FindingRows({
  result,
  names,
  isOld,
  onName,
}: {
  result: FindingImport;
  names: Record<string, string>;
  isOld: boolean;
  onName: (finding: string, name: string) => void;
}) {
  return (
    <section aria-label="What would be made" aria-busy={isOld} data-testid="import-outlook">
      <p role="status">
        <strong>
          {plural(result.created, 'new target')}, {result.unchanged} already, {result.refused} refused.
        </strong>{' '}
        {result.refused > 0 ? 'Nothing is made while any row is refused.' : null}
      </p>
      <div className="table-scroll">
        <table className="table table-plain">
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">Name</th>
              <th scope="col">What</th>
              <th scope="col">Details</th>
            </tr>
          </thead>
          <tbody>
            {result.rows.map((row) => (
              <tr key={row.finding}>
                <td>
                  <code>{row.address}</code>
                </td>
                <td>
                  {row.action === 'unchanged' ? (
                    row.name
                  ) : (
                    <input
                      type="text"
                      aria-label={`Name of ${row.address}`}
                      placeholder={row.name}
                      value={names[row.finding] ?? ''}
                      onChange={(event) => onName(row.finding, event.target.value)}
                    />
                  )}
                </td>
                <td>
                  <span className={`nowrap tone-${words[row.action][1]}`}>{words[row.action][0]}</span>
                </td>
                <td className="cell-grow">
                  {row.problems.map((text) => (
                    <div key={text} className={row.action === 'refused' ? 'tone-failed' : 'muted'}>
                      {text}
                    </div>
                  ))}
                  {row.pinned.map((text) => (
                    <div key={text}>
                      pins <code>{text}</code>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
