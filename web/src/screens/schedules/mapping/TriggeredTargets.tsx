import { api } from '../../../lib/api';
import type { Job, Problem } from '../../../lib/api';
import type { TriggeredForm } from '../../../lib/mapping';
import { useResource } from '../../../lib/resource';
import { Field } from '../../../parts/Field';
import { FilterBar } from '../../../parts/FilterBar';
import { Segments } from '../../../parts/Segments';

/** The targets of a run that nobody starts by hand. */
export function TriggeredTargets({
  form,
  job,
  problem,
  onChange,
}: {
  form: TriggeredForm;
  job: Job;
  problem: Problem | undefined;
  onChange: (form: TriggeredForm) => void;
}) {
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  const usual = job.definition.targets;
  const own = form.ownTargets || !usual;
  return (
    <>
      {usual ? (
        <Segments
          label="Targets"
          showLabel
          value={own ? 'own' : 'job'}
          options={[
            ['job', 'As the job says'],
            ['own', 'Others'],
          ]}
          onChange={(choice) => onChange({ ...form, ownTargets: choice === 'own', targets: form.targets || usual })}
        />
      ) : null}
      {own ? (
        <Field label="Filter of the targets" problem={problem} pointer="#/run/targets">
          <FilterBar
            value={form.targets}
            vocabulary={vocabulary.value}
            label="Filter of the targets"
            hideChips
            testId="triggered-targets"
            onDraft={(targets) => onChange({ ...form, ownTargets: true, targets })}
            onApply={(targets) => onChange({ ...form, ownTargets: true, targets })}
          />
        </Field>
      ) : (
        <p className="muted">
          <code>{usual}</code>
        </p>
      )}
    </>
  );
}
