import type { JobDefinition, StepDefinition } from '../../lib/api';
import { plural } from '../../lib/format';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';

function rules(step: StepDefinition): string[] {
  const said: string[] = [];
  if (step.timeout_seconds !== undefined) said.push(`at most ${step.timeout_seconds} s`);
  if (step.idle_timeout_seconds !== undefined) said.push(`at most ${step.idle_timeout_seconds} s without output`);
  if (step.retries)
    said.push(
      `up to ${plural(step.retries.attempts, 'attempt')}, ${step.retries.delay_seconds ?? 1} s apart, each wait ${step.retries.factor ?? 2} times longer`,
    );
  if (step.accepted_exit_codes) said.push(`exit code ${step.accepted_exit_codes.join(', ')} is success`);
  if (step.on_failure === 'continue') said.push('goes on after a failure');
  if (step.runs === 'always') said.push('runs in any case');
  if (step.repeatable) said.push('may be started again');
  if (step.working_directory) said.push(`in ${step.working_directory}`);
  return said;
}

/** What a job does: its steps in order, its parameters, and the YAML. */
export function JobSteps({ definition, yaml }: { definition: JobDefinition; yaml?: string }) {
  const parameters = definition.parameters ?? [];
  return (
    <div className="columns columns-wide">
      <Panel title={plural(definition.steps.length, 'step')}>
        <ol className="steplist">
          {definition.steps.map((step, at) => (
            <li key={at}>
              <p className="steplist-head">
                <strong>{step.name}</strong>{' '}
                {rules(step).map((rule) => (
                  <span key={rule} className="tag">
                    {rule}
                  </span>
                ))}
              </p>
              <pre className="steplist-text">
                {step.script
                  ? `#!${step.script.interpreter ?? '/bin/sh'}${(step.script.arguments ?? []).map((one) => ' ' + one).join('')}\n${step.script.text}`
                  : step.command}
              </pre>
              {step.environment && Object.keys(step.environment).length > 0 ? (
                <p className="muted">
                  With{' '}
                  {Object.entries(step.environment)
                    .map(([name, value]) => `${name}=${value}`)
                    .join(', ')}
                </p>
              ) : null}
            </li>
          ))}
        </ol>
      </Panel>
      <div>
        <Panel title="Runs on">
          <Facts
            facts={[
              ['Targets', definition.targets ? <code>{definition.targets}</code> : 'chosen at the run'],
              ['At a time', String(definition.max_parallel ?? 50)],
              ['Longest for one target', definition.timeout_seconds === undefined ? 'no limit' : `${definition.timeout_seconds} s`],
            ]}
          />
        </Panel>
        {parameters.length > 0 ? (
          <Panel title="Parameters">
            <Facts
              facts={parameters.map((parameter) => [
                parameter.name,
                <>
                  {parameter.type}
                  {parameter.required ? ', required' : ''}
                  {parameter.default !== undefined ? (
                    <>
                      , <code>{String(parameter.default)}</code> when not given
                    </>
                  ) : null}
                  {parameter.description ? <div className="muted">{parameter.description}</div> : null}
                </>,
              ])}
            />
          </Panel>
        ) : null}
        {yaml !== undefined ? (
          <details className="panel">
            <summary>YAML</summary>
            <pre className="steplist-text">{yaml}</pre>
          </details>
        ) : null}
      </div>
    </div>
  );
}
