import type { JsonValue, ParameterDefinition, Problem } from '../../../lib/api';
import { readValues } from '../../../lib/parameters';
import type { Typed } from '../../../lib/parameters';

/** What stands in answers for a secret that is kept. */
export const hidden = '•••';

/** The names of secret parameters that have a value already. */
export function keptSecrets(given: Record<string, JsonValue> | undefined): Set<string> {
  return new Set(Object.entries(given ?? {}).flatMap(([name, value]) => (value === hidden ? [name] : [])));
}

/** The values that a schedule keeps: what is as the job says is left to the job, secrets that were not typed anew stay. */
export function scheduledValues(
  parameters: ParameterDefinition[],
  typed: Typed,
  kept: Set<string>,
): { values: Record<string, JsonValue>; errors: Record<string, string> } {
  const { values, errors } = readValues(parameters, typed);
  for (const parameter of parameters) {
    const { name } = parameter;
    if (parameter.type === 'secret' && kept.has(name) && (typed[name] ?? '') === '') {
      values[name] = hidden;
      delete errors[name];
      continue;
    }
    const usual = parameter.default ?? (parameter.type === 'boolean' ? false : undefined);
    if (usual !== undefined && values[name] === usual) delete values[name];
  }
  return { values, errors };
}

/** The places below `#/run` as the fields of a run know them. */
export function runProblem(problem: Problem | undefined): Problem | undefined {
  if (!problem?.errors) return problem;
  return {
    ...problem,
    errors: problem.errors.map((place) => (place.pointer === undefined ? place : { ...place, pointer: place.pointer.replace(/^#\/run(?=\/)/, '#') })),
  };
}
