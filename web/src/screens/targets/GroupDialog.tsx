import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { FilterVocabulary, TargetGroup } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { FilterBar } from '../../parts/FilterBar';
import { ProblemNote } from '../../parts/Problem';

interface GroupDialogProps {
  group?: TargetGroup;
  filter?: string;
  vocabulary: FilterVocabulary | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Saves a filter under a name, or changes a saved one. */
export function GroupDialog({ group, filter: first = '', vocabulary, onClose, onSaved }: GroupDialogProps) {
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [filter, setFilter] = useState(group?.filter ?? first);
  const save = useAction(async () => {
    const body = { name: name.trim(), description, filter: filter.trim() };
    if (group) await api.targets.updateGroup(group.id, body);
    else await api.targets.createGroup(body);
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <Dialog
      title={group ? `Change ${group.name}` : 'Save as group'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            type="submit"
            form="group-form"
            busy={save.busy}
            disabled={name.trim() === '' || filter.trim() === ''}
            data-testid="group-save"
          >
            Save the group
          </Button>
        </>
      }
    >
      <form id="group-form" className="form" onSubmit={submit}>
        <Field label="Name" hint="Used in filters as group = NAME." problem={save.problem} pointer="#/name">
          <input type="text" required autoFocus value={name} data-testid="group-name" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Description" optional problem={save.problem} pointer="#/description">
          <input type="text" value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field label="Filter" hint="Members are whatever matches at the moment." problem={save.problem} pointer="#/filter">
          <FilterBar value={filter} vocabulary={vocabulary} onDraft={setFilter} onApply={setFilter} hideChips testId="group-filter" />
        </Field>
        {save.problem ? <ProblemNote problem={save.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
