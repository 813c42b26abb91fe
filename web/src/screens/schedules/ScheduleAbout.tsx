import type { ReactNode } from 'react';
import type { Schedule } from '../../lib/api';
import { missedWords, overlapWords, repeatedWords, skippedWords } from '../../lib/schedulewords';
import { timingText } from '../../lib/timingtext';
import { changesClocks } from '../../lib/zones';
import { count } from '../../lib/format';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { Time } from '../../parts/Time';
import { priorityWords } from '../jobs/PriorityChoice';

/** Everything that a schedule says. */
export function ScheduleAbout({ schedule }: { schedule: Schedule }) {
  const { definition } = schedule;
  const { timing, run } = definition;
  const zone = timing.zone ?? 'UTC';
  const facts: [string, ReactNode][] = [
    ['Written as', <code key="timing">{timingText(timing)}</code>],
    ['Zone', zone],
  ];
  if (timing.start) facts.push(['Not before', timing.start.replace('T', ' ')]);
  if (timing.end) facts.push(['Until', timing.end.replace('T', ' ')]);
  if (timing.most_runs !== undefined) facts.push(['At most', `${count(timing.most_runs)} times`]);
  if (changesClocks(zone, Date.parse(schedule.updated_at))) {
    facts.push(['Clocks go forward', skippedWords[timing.skipped_hours ?? 'shift']]);
    facts.push(['Clocks go back', repeatedWords[timing.repeated_hours ?? 'first']]);
  }
  facts.push(['Missed times', missedWords(definition.missed)]);
  facts.push(['When the last run goes on', overlapWords[definition.overlap ?? 'allow']]);
  facts.push([
    'Calendars',
    definition.calendars?.length ? (
      <span key="calendars">
        {definition.calendars.map((name, at) => (
          <span key={name}>
            {at > 0 ? ', ' : ''}
            <Link to={`/schedules/calendars/${encodeURIComponent(name)}`}>{name}</Link>
          </span>
        ))}
      </span>
    ) : (
      ''
    ),
  ]);
  facts.push(['Targets', run?.targets ? <code key="targets">{run.targets}</code> : 'as the job says']);
  if (run?.exclude?.length) facts.push(['Left out', `${run.exclude.length} by hand`]);
  if (run?.max_parallel !== undefined) facts.push(['At a time', count(run.max_parallel)]);
  if (run?.priority) facts.push(['Priority', priorityWords[run.priority]]);
  if (run?.locks?.length) facts.push(['Locks', run.locks.join(', ')]);
  for (const [name, value] of Object.entries(run?.parameters ?? {})) facts.push([name, <code key={name}>{String(value)}</code>]);
  facts.push(['Runs begun', count(schedule.runs)]);
  facts.push(['Answers for it', schedule.owner.name]);
  facts.push(['Changed', <Time key="updated" at={schedule.updated_at} />]);
  return (
    <Panel title="About">
      <Facts facts={facts} />
    </Panel>
  );
}
