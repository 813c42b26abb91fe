import { useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { RunGuard, SaveGuard } from '../../lib/api';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { filledLines } from '../../parts/LinesArea';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { Time } from '../../parts/Time';

/** What no run may do without more ado, whoever starts it. */
export function Guard() {
  const found = useResource('guard', (signal) => api.executions.guard({ signal }));
  if (found.problem) return <ProblemNote problem={found.problem} />;
  if (!found.value) return <Skeleton rows={3} />;
  return <GuardForm key={found.value.revision} guard={found.value} onSaved={found.replace} />;
}

function GuardForm({ guard, onSaved }: { guard: RunGuard; onSaved: (guard: RunGuard) => void }) {
  const mayChange = useMay('guard.write');
  const [most, setMost] = useState(guard.most_targets === undefined ? '' : String(guard.most_targets));
  const [production, setProduction] = useState(guard.production.join('\n'));
  const save = useAction(async () => {
    const wish: SaveGuard = { production: filledLines(production), revision: guard.revision };
    if (most.trim() !== '') wish.most_targets = Math.round(Number(most));
    onSaved(await api.executions.saveGuard(wish));
  });
  return (
    <Panel title="Guard">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        <p className="muted">These rules hold for every run: of jobs, of single commands, run again or resumed.</p>
        <Field
          label="Most targets of one run"
          optional
          hint="A run on more targets is refused."
          problem={save.problem}
          pointer="#/most_targets"
        >
          <input
            type="number"
            className="short"
            min={1}
            placeholder="no limit"
            disabled={!mayChange}
            value={most}
            data-testid="guard-most"
            onChange={(event) => setMost(event.target.value)}
          />
        </Field>
        <Field
          label="Production"
          optional
          hint="Names of environments, one to a line. Who starts a run on such targets types the number of targets or the name of the job."
          problem={save.problem}
          pointer="#/production"
        >
          <textarea
            rows={3}
            spellCheck={false}
            disabled={!mayChange}
            value={production}
            data-testid="guard-production"
            onChange={(event) => setProduction(event.target.value)}
          />
        </Field>
        {guard.changed_at ? (
          <p className="field-hint">
            Changed by {guard.changed_by} <Time at={guard.changed_at} />.
          </p>
        ) : null}
        {save.problem ? <ProblemNote problem={save.problem} /> : null}
        {mayChange ? (
          <div>
            <Button kind="primary" type="submit" busy={save.busy} data-testid="guard-save">
              Save
            </Button>
          </div>
        ) : (
          <p className="field-hint">Only administrators change this.</p>
        )}
      </form>
    </Panel>
  );
}
