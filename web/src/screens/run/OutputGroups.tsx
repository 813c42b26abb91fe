import { useQuery } from '../../lib/router';
import { api } from '../../lib/api';
import type { ExecutionDetail, OutputGroup } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { groupEnd, groupsSentence } from '../../lib/groups';
import { useResource } from '../../lib/resource';
import { isFinal } from '../../lib/status';
import { Button } from '../../parts/Button';
import { DifferenceView } from '../../parts/DifferenceView';
import { Link } from '../../parts/Link';
import { ProblemNote } from '../../parts/Problem';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';

/** Which targets printed the same in one step, and how the others differ from most. */
export function OutputGroups({ detail, here }: { detail: ExecutionDetail; here: string }) {
  const [query, setQuery] = useQuery();
  const { execution, definition } = detail;
  const steps = definition.steps;
  const step = Math.min(Math.max(1, Number(query.get('step')) || steps.length), steps.length);
  const ended = isFinal(execution.state);
  const resource = useResource(`outputs ${execution.id} ${step} ${ended}`, (signal) =>
    api.executions.outputs(execution.id, { step, limit: 50 }, { signal }),
  );
  const { value, problem } = resource;
  return (
    <section className="groups" aria-label="Targets by what they printed">
      <div className="bar">
        <h2 data-testid="groups-sentence">{value ? groupsSentence(value) : ' '}</h2>
        {steps.length > 1 ? (
          <label className="bar-choice">
            <span className="unseen">Step</span>
            <select value={step} onChange={(event) => setQuery({ step: event.target.value })} data-testid="groups-step">
              {steps.map((one, at) => (
                <option key={at} value={at + 1}>
                  Step {at + 1}: {one.name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        {!ended ? (
          <Button icon="again" busy={resource.loading} onClick={resource.reload}>
            Look again
          </Button>
        ) : null}
      </div>
      {problem ? <ProblemNote problem={problem} retry={resource.reload} /> : null}
      {value ? (
        <>
          <ol className="grouplist">
            {value.groups.map((group, at) => (
              <Group key={`${group.state} ${group.exit_code} ${group.output_hash}`} group={group} first={at === 0} step={step} here={here} />
            ))}
          </ol>
          {value.more_groups > 0 ? (
            <p className="muted">
              {plural(value.more_branches, 'more target')} printed {plural(value.more_groups, 'other thing')}.
            </p>
          ) : null}
          {value.groups.length === 0 ? <p className="muted">No target has ended this step. Outputs are grouped as they end.</p> : null}
        </>
      ) : problem ? null : (
        <Skeleton rows={4} />
      )}
    </section>
  );
}

function Group({ group, first, step, here }: { group: OutputGroup; first: boolean; step: number; here: string }) {
  const rest = group.count - group.branches.length;
  return (
    <li className="panel group" data-testid="output-group">
      <div className="group-head">
        <strong className="number">{plural(group.count, 'target')}</strong>
        <StatusWord state={group.state} />
        <span className="muted">{groupEnd(group)}</span>
      </div>
      <p className="group-names">
        {group.branches.map((member) => (
          <Link key={member.branch} to={`${here}?branch=${member.branch}&step=${step}`}>
            {member.target_name}
          </Link>
        ))}
        {rest > 0 ? <span className="muted">and {count(rest)} more</span> : null}
      </p>
      {group.difference_note ? <p className="muted">{group.difference_note}</p> : null}
      {group.difference ? (
        <DifferenceView lines={group.difference} label={`How ${group.branches[0]?.target_name ?? 'this'} differs from most`} />
      ) : !first && !group.difference_note ? (
        <p className="muted">Printed the same as most.</p>
      ) : null}
    </li>
  );
}
