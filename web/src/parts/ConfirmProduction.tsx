import { useEffect, useState } from 'react';
import type { Problem } from '../api.gen';
import { Field } from './Field';

/** What was typed to confirm a run on production, and whether it was asked for. */
export interface Confirmation {
  asked: boolean;
  text: string;
  type: (text: string) => void;
  /** What to send along. */
  given: { confirm?: string };
}

/** Asks for a confirmation once the server wants one, which the problem of the last start says. */
export function useConfirmation(problem: Problem | undefined): Confirmation {
  const [asked, setAsked] = useState(false);
  const [text, type] = useState('');
  const isWanted = problem?.type === '/problems/confirmation-needed';
  useEffect(() => {
    if (isWanted) setAsked(true);
  }, [isWanted]);
  return { asked, text, type, given: text.trim() === '' ? {} : { confirm: text.trim() } };
}

/** The field in which a run on production is confirmed; nothing until it is asked for. */
export function ConfirmProduction({ confirmation, byName }: { confirmation: Confirmation; byName: boolean }) {
  if (!confirmation.asked) return null;
  return (
    <Field
      label="This run touches production"
      hint={`Type the number of its targets${byName ? ', or the name of the job' : ''}, and start it again.`}
    >
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={confirmation.text}
        data-testid="confirm-production"
        onChange={(event) => confirmation.type(event.target.value)}
      />
    </Field>
  );
}
