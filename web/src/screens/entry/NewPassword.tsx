import type { ClientConfig, Problem } from '../../lib/api';
import { Field } from '../../parts/Field';

interface NewPasswordProps {
  config: ClientConfig | undefined;
  password: string;
  repeated: string;
  onPassword: (text: string) => void;
  onRepeated: (text: string) => void;
  problem?: Problem | undefined;
  pointer?: string;
  testPrefix: string;
}

/** What is wrong with a new password, or undefined. */
export function passwordProblem(config: ClientConfig | undefined, password: string, repeated: string): string | undefined {
  const length = [...password].length;
  if (config && length < config.password_minimum) return `Use at least ${config.password_minimum} characters; this has ${length}.`;
  if (config && length > config.password_maximum) return `Use at most ${config.password_maximum} characters; this has ${length}.`;
  return password === repeated ? undefined : 'The two passwords are not the same.';
}

/** A new password, typed twice. */
export function NewPassword({
  config,
  password,
  repeated,
  onPassword,
  onRepeated,
  problem,
  pointer = '#/password',
  testPrefix,
}: NewPasswordProps) {
  const wrong = passwordProblem(config, password, repeated);
  const hint = config
    ? `${config.password_minimum} to ${config.password_maximum} characters. A few unrelated words are good; anything may be in it.`
    : undefined;
  return (
    <>
      <Field label="New password" hint={hint} problem={problem} pointer={pointer}>
        <input
          type="password"
          autoComplete="new-password"
          required
          value={password}
          data-testid={`${testPrefix}-password`}
          onChange={(event) => onPassword(event.target.value)}
        />
      </Field>
      <Field label="The same again" error={repeated !== '' ? wrong : undefined}>
        <input
          type="password"
          autoComplete="new-password"
          required
          value={repeated}
          data-testid={`${testPrefix}-repeat`}
          onChange={(event) => onRepeated(event.target.value)}
        />
      </Field>
    </>
  );
}
