import type { ReactNode } from 'react';
import type { JobDefinition, StepDefinition } from '../../lib/api';
import { plural } from '../../lib/format';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { JobGraph, stepPlace } from './JobGraph';
import { priorityWords } from './PriorityChoice';

type Fact = [string, ReactNode];

function rules(step: StepDefinition): string[] {
  const said: string[] = [];
  if (step.timeout_seconds !== undefined) said.push(`at most ${step.timeout_seconds} s`);
  if (step.idle_timeout_seconds !== undefined) said.push(`at most ${step.idle_timeout_seconds} s without output`);
  if (step.retries)
    said.push(
      `up to ${plural(step.retries.attempts, 'attempt')}, ${step.retries.delay_seconds ?? 1} s apart, each wait ${step.retries.factor ?? 2} times longer`,
    );
  if (step.accepted_exit_codes) said.push(`exit code ${step.accepted_exit_codes.join(', ')} is success`);
  if (step.needs) said.push(step.needs.length > 0 ? `waits for ${step.needs.join(step.join === 'any' ? ' or ' : ' and ')}` : 'begins at once');
  if (step.when) said.push(`only when ${step.when}`);
  if (step.only_on) said.push(`only on ${step.only_on}`);
  if (step.for_each !== undefined)
    said.push(`for each of ${Array.isArray(step.for_each) ? step.for_each.map(String).join(', ') : String(step.for_each)}`);
  if (step.on_failure === 'continue') said.push('goes on after a failure');
  if (step.on_failure === 'ignore') said.push('a failure does not count');
  if (step.runs === 'always') said.push('runs in any case');
  if (step.runs === 'failure') said.push('runs after a failure only');
  if (step.outputs) said.push(`keeps ${Object.keys(step.outputs).join(', ')}`);
  if (step.survives === 'always') said.push('goes on without its worker');
  if (step.survives === 'never') said.push('does not go on without its worker');
  if (step.repeatable) said.push('may be started again');
  if (step.working_directory) said.push(`in ${step.working_directory}`);
  return said;
}

function scriptText(script: NonNullable<StepDefinition['script']>): string {
  return `#!${script.interpreter ?? '/bin/sh'}${(script.arguments ?? []).map((one) => ' ' + one).join('')}\n${script.text}`;
}

function decision(approval: NonNullable<StepDefinition['approval']>): string {
  const who = approval.approvers && approval.approvers.length > 0 ? approval.approvers.join(' or ') : 'somebody who may approve';
  const other = approval.other_person ? ', but not who started the run,' : '';
  const limit =
    approval.timeout_seconds === undefined
      ? ''
      : ` After ${approval.timeout_seconds} s without a decision it ${approval.on_timeout === 'approve' ? 'counts as approved' : 'fails'}.`;
  return `${approval.message ? `${approval.message} ` : ''}The run waits until ${who}${other} decides.${limit}`;
}

const concurrencyWords = {
  allow: 'another run begins beside it',
  forbid: 'another run is refused',
  queue: 'another run waits',
  replace: 'another run takes its place',
};

function rolloutWords(rollout: NonNullable<JobDefinition['rollout']>): string {
  const parts: string[] = [];
  if (rollout.canary) parts.push(`${rollout.canary} first`);
  parts.push(rollout.batch ? `${parts.length > 0 ? 'then ' : ''}${rollout.batch} at a time` : `${parts.length > 0 ? 'then ' : ''}all at once`);
  const end = rollout.on_too_many_failures === 'pause' ? 'waits for a person' : 'stops';
  return `${parts.join(', ')}; ${end} when more than ${rollout.max_failures ?? '0'} fail`;
}

function Call({ step }: { step: StepDefinition }) {
  const { called, job = '' } = step;
  const passed = Object.entries(step.parameters ?? {});
  return (
    <p data-testid="step-call">
      Runs the job <Link to={`/jobs/${encodeURIComponent(called?.serial ?? job)}`}>{called?.name ?? job}</Link>
      {called ? `, version ${called.version}` : ''}
      {passed.length > 0 ? (
        <>
          {' with '}
          <code>{passed.map(([name, value]) => `${name}=${String(value)}`).join(', ')}</code>
        </>
      ) : null}
      .
    </p>
  );
}

/** What a job does: its steps in order, its parameters, and the YAML. */
export function JobSteps({ definition, yaml }: { definition: JobDefinition; yaml?: string }) {
  const parameters = definition.parameters ?? [];
  return (
    <>
      {definition.steps.length > 1 ? (
        <Panel title="Graph">
          <JobGraph definition={definition} to={(position) => `#${stepPlace(position)}`} />
        </Panel>
      ) : null}
      <div className="columns columns-wide">
        <Panel title={plural(definition.steps.length, 'step')}>
          <ol className="steplist">
            {definition.steps.map((step, at) => (
              <li key={at} id={stepPlace(at)}>
                <p className="steplist-head">
                  <strong>{step.name}</strong>{' '}
                  {rules(step).map((rule) => (
                    <span key={rule} className="tag">
                      {rule}
                    </span>
                  ))}
                </p>
                {step.job !== undefined ? (
                  <Call step={step} />
                ) : step.approval ? (
                  <p>{decision(step.approval)}</p>
                ) : (
                  <pre className="steplist-text">{step.script ? scriptText(step.script) : step.command}</pre>
                )}
                {step.rollback ? (
                  <>
                    <p className="muted">Undone with</p>
                    <pre className="steplist-text">{step.rollback.script ? scriptText(step.rollback.script) : step.rollback.command}</pre>
                  </>
                ) : null}
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
                ...(definition.priority ? [['Priority', priorityWords[definition.priority]] as Fact] : []),
                ...(definition.concurrency ? [['While it runs', concurrencyWords[definition.concurrency]] as Fact] : []),
                ...(definition.locks ? [['Locks', <code>{definition.locks.join(', ')}</code>] as Fact] : []),
                ...(definition.rollout ? [['Rollout', rolloutWords(definition.rollout)] as Fact] : []),
              ]}
            />
          </Panel>
          {definition.outputs ? (
            <Panel title="Values for jobs that call this one">
              <Facts facts={Object.entries(definition.outputs).map(([name, text]) => [name, <code key={name}>{text}</code>])} />
            </Panel>
          ) : null}
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
    </>
  );
}
