import { api } from '../../../lib/api';
import type { Job, Problem } from '../../../lib/api';
import { plural } from '../../../lib/format';
import { Field } from '../../../parts/Field';
import { Link } from '../../../parts/Link';
import { Suggest } from '../../../parts/Suggest';

/** The job that is to run, found by a part of its name. */
export function JobPicker({
  reference,
  job,
  problem,
  missing,
  onChange,
}: {
  reference: string;
  job: Job | undefined;
  problem: Problem | undefined;
  missing: boolean;
  onChange: (reference: string) => void;
}) {
  return (
    <Field
      label="Job"
      problem={problem}
      pointer="#/job"
      error={missing ? 'Choose the job that is to run.' : undefined}
      hint={
        job ? (
          <>
            <Link to={`/jobs/${job.serial}`}>{job.serial}</Link>, {plural(job.definition.steps.length, 'step')}
            {job.definition.description ? `. ${job.definition.description}` : ''}
          </>
        ) : (
          'Always its newest version runs.'
        )
      }
    >
      <Suggest
        chosen={job?.definition.name ?? reference}
        placeholder="Find a job"
        testId="schedule-job"
        find={(text, signal) =>
          api.jobs
            .list({ limit: 12, ...(text ? { search: text } : {}) }, { signal })
            .then((page) => page.items.map((one) => ({ key: one.serial, word: one.name, detail: one.serial })))
        }
        onChoose={(one) => onChange(one.key)}
      />
    </Field>
  );
}
