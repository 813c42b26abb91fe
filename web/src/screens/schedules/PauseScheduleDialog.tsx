import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../lib/api';
import type { Schedule } from '../../lib/api';
import { useAction } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { ProblemNote } from '../../parts/Problem';

/** Asks why a schedule is to start nothing for a while. */
export function PauseScheduleDialog({
  schedule,
  onClose,
  onPaused,
}: {
  schedule: Schedule;
  onClose: () => void;
  onPaused: (schedule: Schedule) => void;
}) {
  const [reason, setReason] = useState('');
  const pause = useAction(async () => onPaused(await api.schedules.pause(schedule.id, { reason: reason.trim() })));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void pause.run();
  };
  return (
    <Dialog
      title={`Pause ${schedule.definition.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it going</Button>
          <Button
            kind="primary"
            type="submit"
            form="pause-schedule"
            icon="pause"
            busy={pause.busy}
            disabled={reason.trim() === ''}
            data-testid="schedule-pause-confirm"
          >
            Pause the schedule
          </Button>
        </>
      }
    >
      <form id="pause-schedule" className="form" onSubmit={submit}>
        <p>It starts nothing until somebody resumes it, and what is due in the meantime is not made up for. A run that goes on is not stopped.</p>
        <Field label="Why" hint="Others see it in the list." problem={pause.problem} pointer="#/reason">
          <input
            type="text"
            maxLength={1000}
            value={reason}
            data-testid="schedule-pause-reason"
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {pause.problem ? <ProblemNote problem={pause.problem} showPlaces={false} /> : null}
      </form>
    </Dialog>
  );
}
