import { Dialog } from '../parts/Dialog';
import { Keys } from '../parts/Keys';

const groups: [string, [string, string][]][] = [
  [
    'Everywhere',
    [
      ['Ctrl K', 'Search and go anywhere'],
      ['/', 'Into the filter'],
      ['?', 'This list'],
      ['g o', 'Overview'],
      ['g t', 'Targets'],
      ['g j', 'Jobs'],
      ['g r', 'Runs'],
      ['g e', 'Schedules'],
      ['g w', 'Week of schedules'],
      ['g q', 'Queue and workers'],
      ['g a', 'Approvals'],
      ['g n', 'Notifications'],
      ['g l', 'Audit log'],
      ['g c', 'Run a command'],
      ['g s', 'Settings'],
    ],
  ],
  [
    'Lists',
    [
      ['j', 'Next row'],
      ['k', 'Previous row'],
      ['x', 'Select the row'],
      ['Enter', 'Open the row'],
    ],
  ],
  [
    'Week of schedules',
    [
      ['Arrows', 'From run to run'],
      ['Enter', 'What became of it'],
      ['PageUp', 'Earlier'],
      ['PageDown', 'Later'],
      ['t', 'Today'],
    ],
  ],
  [
    'Output of a run',
    [
      ['Ctrl F', 'Search'],
      ['Enter', 'Next hit'],
      ['Shift Enter', 'Previous hit'],
      ['Home', 'First line'],
      ['End', 'Last line, and follow'],
    ],
  ],
];

/** All keys of the app. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className="keys-groups">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className="keys-list">
              {keys.map(([key, what]) => (
                <div key={what}>
                  <dt>
                    <Keys keys={key} />
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
