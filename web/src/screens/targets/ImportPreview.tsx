import type { ImportAction, ImportReceipt } from '../../lib/api';
import { plural } from '../../lib/format';

const words: Record<ImportAction, [string, string]> = {
  create: ['New', 'succeeded'],
  update: ['Changes', 'running'],
  unchanged: ['As before', 'skipped'],
  refused: ['Refused', 'failed'],
};
const most = 500;

/** What an import would do, row by row, the refused ones first. */
export function ImportPreview({ receipt }: { receipt: ImportReceipt }) {
  const order = (action: ImportAction) => (action === 'refused' ? 0 : action === 'unchanged' ? 2 : 1);
  const rows = [...receipt.rows].sort((a, b) => order(a.action) - order(b.action) || a.line - b.line);
  return (
    <section aria-label="What would change" data-testid="import-result">
      <p role="status">
        <strong>
          {plural(receipt.created, 'new target')}, {receipt.updated} changed, {receipt.unchanged} as before, {receipt.refused} refused.
        </strong>{' '}
        {receipt.refused > 0 ? 'Nothing is imported while any row is refused.' : null}
      </p>
      <div className="table-scroll">
        <table className="table table-plain">
          <thead>
            <tr>
              <th scope="col" className="cell-number">
                Line
              </th>
              <th scope="col">Name</th>
              <th scope="col">What</th>
              <th scope="col">Details</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row, at) => (
              <tr key={at}>
                <td className="cell-number">{row.line}</td>
                <td>{row.name ?? <span className="muted">unreadable</span>}</td>
                <td>
                  <span className={`tone-${words[row.action][1]}`}>{words[row.action][0]}</span>
                </td>
                <td className="cell-grow">
                  {row.problems.map((text) => (
                    <div key={text} className="tone-failed">
                      {text}
                    </div>
                  ))}
                  {row.changes.map((text) => (
                    <div key={text}>{text}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > most ? (
        <p className="muted">
          The first {most} of {rows.length} rows are shown.
        </p>
      ) : null}
    </section>
  );
}
