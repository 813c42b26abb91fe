import { useState } from 'react';
import { toast } from '../../app/toasts';
import { api } from '../../lib/api';
import { plural } from '../../lib/format';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';

/** The words of a text field as tags. */
export function tagWords(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** Adds and removes tags on all chosen targets. */
export function TagDialog({
  number,
  filter,
  onClose,
  onDone,
}: {
  number: number;
  filter: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [add, setAdd] = useState('');
  const [remove, setRemove] = useState('');
  const save = useAction(async () => {
    const receipt = await api.targets.tag({ filter, add: tagWords(add), remove: tagWords(remove) });
    toast(`Tags of ${plural(receipt.changed, 'target')} changed.`, 'succeeded');
    onDone();
  });
  const nothing = tagWords(add).length + tagWords(remove).length === 0;
  return (
    <Dialog
      title={`Tags of ${plural(number, 'target')}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" busy={save.busy} disabled={nothing} onClick={() => void save.run()} data-testid="tag-save">
            Change tags of {plural(number, 'target')}
          </Button>
        </>
      }
    >
      <Field label="Add" hint="Separate tags with spaces.">
        <input type="text" value={add} onChange={(event) => setAdd(event.target.value)} data-testid="tag-add" />
      </Field>
      <Field label="Remove">
        <input type="text" value={remove} onChange={(event) => setRemove(event.target.value)} data-testid="tag-remove" />
      </Field>
      {save.problem ? <ProblemNote problem={save.problem} /> : null}
    </Dialog>
  );
}
