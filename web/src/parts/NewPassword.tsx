import { useState } from 'react';
import { useConfig } from '../app/session';
import type { ClientConfig, Problem } from '../lib/api';
import { Field } from './Field';

/** A new password that is being typed, twice. */
export interface PasswordChoice {
  password: string;
  repeated: string;
  /** What is wrong with it, or undefined. */
  wrong: string | undefined;
  hint: string | undefined;
  type: (password: string) => void;
  repeat: (password: string) => void;
  clear: () => void;
}

/** What is wrong with a new password, or undefined. */
function wrongWith(config: ClientConfig | undefined, password: string, repeated: string): string | undefined {
  const length = [...password].length;
  if (config && length < config.password_minimum) return `Use at least ${config.password_minimum} characters; this has ${length}.`;
  if (config && length > config.password_maximum) return `Use at most ${config.password_maximum} characters; this has ${length}.`;
  return password === repeated ? undefined : 'The two passwords are not the same.';
}

/** What `NewPassword` shows and the form around it sends. */
export function useNewPassword(): PasswordChoice {
  const config = useConfig();
  const [password, type] = useState('');
  const [repeated, repeat] = useState('');
  const clear = () => {
    type('');
    repeat('');
  };
  const hint = config
    ? `${config.password_minimum} to ${config.password_maximum} characters. A few unrelated words are good; anything may be in it.`
    : undefined;
  return { password, repeated, wrong: wrongWith(config, password, repeated), hint, type, repeat, clear };
}

interface NewPasswordProps {
  choice: PasswordChoice;
  problem?: Problem | undefined;
  pointer?: string;
  testPrefix: string;
}

/** The two fields for a new password. */
export function NewPassword({ choice, problem, pointer = '#/password', testPrefix }: NewPasswordProps) {
  return (
    <>
      <Field label="New password" hint={choice.hint} problem={problem} pointer={pointer}>
        <input
          type="password"
          autoComplete="new-password"
          required
          value={choice.password}
          data-testid={`${testPrefix}-password`}
          onChange={(event) => choice.type(event.target.value)}
        />
      </Field>
      <Field label="The same again" error={choice.repeated !== '' ? choice.wrong : undefined}>
        <input
          type="password"
          autoComplete="new-password"
          required
          value={choice.repeated}
          data-testid={`${testPrefix}-repeat`}
          onChange={(event) => choice.repeat(event.target.value)}
        />
      </Field>
    </>
  );
}
