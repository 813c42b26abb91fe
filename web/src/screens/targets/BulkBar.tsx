import { useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Target } from '../../lib/api';
import { byNames } from '../../lib/filter';
import { plural } from '../../lib/format';
import { loadAll } from '../../lib/pages';
import { useAction } from '../../lib/resource';
import { navigate } from '../../lib/router';
import { Button } from '../../parts/Button';
import { ProblemNote } from '../../parts/Problem';
import type { BulkTest } from './bulktest';
import { TagDialog } from './TagDialog';

interface BulkBarProps {
  chosen: Target[];
  /** Everything that matches this filter is chosen, not only what is shown. */
  all: { filter: string; total: number } | null;
  test: BulkTest;
  onClear: () => void;
  onChanged: () => void;
}

/** What can be done with the chosen targets. */
export function BulkBar({ chosen, all, test, onClear, onChanged }: BulkBarProps) {
  const mayTest = useMay('targets.test');
  const mayWrite = useMay('targets.write');
  const mayRun = useMay('commands.run');
  const [tagging, setTagging] = useState(false);
  const number = all ? all.total : chosen.length;
  const everything = async (): Promise<Target[]> => {
    if (!all) return chosen;
    const query = { filter: all.filter, limit: 500 };
    return (await loadAll<Target>((cursor, options) => api.targets.list(cursor ? { ...query, cursor } : query, options))).items;
  };
  const startTest = useAction(async () => test.start(await everything()));
  const filter = all ? all.filter : byNames(chosen.map((target) => target.name));
  if (number === 0 && test.states.size === 0) return null;
  return (
    <div className="bulkbar" role="region" aria-label="Selected targets">
      {number > 0 ? (
        <>
          <strong className="number" data-testid="bulk-count">
            {plural(number, 'target')} selected
          </strong>
          {mayTest ? (
            <Button
              small
              icon="plug"
              busy={startTest.busy}
              disabled={test.running}
              onClick={() => void startTest.run()}
              data-testid="bulk-test"
            >
              Test connection
            </Button>
          ) : null}
          {mayWrite ? (
            <Button small icon="tag" onClick={() => setTagging(true)} data-testid="bulk-tag">
              Tags
            </Button>
          ) : null}
          {mayRun ? (
            <Button small icon="command" onClick={() => navigate(`/command?targets=${encodeURIComponent(filter)}`)}>
              Run a command
            </Button>
          ) : null}
          <Button small kind="quiet" onClick={onClear}>
            Select none
          </Button>
        </>
      ) : null}
      {test.states.size > 0 ? (
        <span className="bulkbar-test" role="status">
          {test.running
            ? `Tested ${test.done} of ${test.states.size}`
            : `Tested ${plural(test.done, 'target')}: ${test.done - test.failed} reachable, ${test.failed} not`}
          {test.running ? (
            <Button small onClick={test.stop}>
              Stop
            </Button>
          ) : (
            <Button small kind="quiet" onClick={test.clear}>
              Hide results
            </Button>
          )}
        </span>
      ) : null}
      {startTest.problem ? <ProblemNote problem={startTest.problem} /> : null}
      {tagging ? (
        <TagDialog
          number={number}
          filter={filter}
          onClose={() => setTagging(false)}
          onDone={() => {
            setTagging(false);
            onChanged();
          }}
        />
      ) : null}
    </div>
  );
}
