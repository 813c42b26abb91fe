import type { ReactNode } from 'react';
import type { Problem } from '../api.gen';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ProblemNote } from './Problem';

interface ConfirmProps {
  title: string;
  /** What will happen, and to how many. */
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
  busy?: boolean;
  /** Whether what is needed has been filled in. */
  ready?: boolean;
  problem?: Problem | undefined;
  danger?: boolean;
  testId?: string;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, children, action, onConfirm, onClose, busy = false, ready = true, problem, danger = true, testId }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} disabled={!ready} onClick={onConfirm} data-testid={testId}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {problem ? <ProblemNote problem={problem} /> : null}
    </Dialog>
  );
}
