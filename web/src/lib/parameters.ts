import type { JsonValue, ParameterDefinition } from '../api.gen';

/** Values as they are typed in the form: text, or a tick for booleans. */
export type Typed = Record<string, string | boolean>;

/** What the form shows first. */
export function firstValues(parameters: ParameterDefinition[], given: Record<string, unknown> = {}): Typed {
  const typed: Typed = {};
  for (const parameter of parameters) {
    const value = parameter.name in given && parameter.type !== 'secret' ? given[parameter.name] : parameter.default;
    typed[parameter.name] = parameter.type === 'boolean' ? value === true : value === undefined || value === null ? '' : String(value);
  }
  return typed;
}

/** The values to send, and what is wrong with those that cannot be sent. */
export function readValues(
  parameters: ParameterDefinition[],
  typed: Typed,
): { values: Record<string, JsonValue>; errors: Record<string, string> } {
  const values: Record<string, JsonValue> = {};
  const errors: Record<string, string> = {};
  for (const parameter of parameters) {
    const raw = typed[parameter.name] ?? '';
    if (parameter.type === 'boolean') {
      values[parameter.name] = raw === true;
      continue;
    }
    const text = String(raw);
    if (text === '') {
      if (parameter.required) errors[parameter.name] = 'This run needs a value here.';
      else if (parameter.default !== undefined && parameter.type === 'string') values[parameter.name] = '';
      continue;
    }
    const problem = problemWith(parameter, text);
    if (problem) errors[parameter.name] = problem;
    values[parameter.name] = parameter.type === 'integer' ? Number(text) : text;
  }
  return { values, errors };
}

function problemWith(parameter: ParameterDefinition, text: string): string | undefined {
  if (parameter.type === 'integer' && !(/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)))) return 'Give a whole number.';
  if (parameter.type === 'choice' && !(parameter.choices ?? []).includes(text)) return 'Choose one of the values.';
  if (parameter.type === 'string' && parameter.pattern) {
    try {
      if (!new RegExp(`^(?:${parameter.pattern})$`).test(text)) return `This must match ${parameter.pattern}`;
    } catch {
      /* the server knows its own patterns */
    }
  }
  return undefined;
}
