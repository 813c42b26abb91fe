import type { ConnectionMethod, Credential, Problem, Target } from '../../lib/api';
import { moved } from '../../lib/jobstate';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';

interface MethodEditorProps {
  methods: ConnectionMethod[];
  name: string;
  credentials: Credential[];
  jumps: Target[];
  problem?: Problem | undefined;
  onChange: (methods: ConnectionMethod[]) => void;
}

function numberOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}

/** The ways to reach a target, tried from top to bottom. */
export function MethodEditor({ methods, name, credentials, jumps, problem, onChange }: MethodEditorProps) {
  const set = (at: number, patch: Partial<ConnectionMethod>) =>
    onChange(methods.map((method, other) => (other === at ? { ...method, ...patch } : method)));
  return (
    <div className="methods">
      {methods.map((method, at) => {
        const pointer = `#/connections/${at}`;
        return (
          <fieldset key={at} className="method" data-testid="method">
            <legend>{at === 0 ? 'First' : `Then, as number ${at + 1}`}</legend>
            <div className="method-tools">
              <Button
                small
                kind="quiet"
                icon="up"
                aria-label="Try earlier"
                disabled={at === 0}
                onClick={() => onChange(moved(methods, at, at - 1))}
              />
              <Button
                small
                kind="quiet"
                icon="down"
                aria-label="Try later"
                disabled={at === methods.length - 1}
                onClick={() => onChange(moved(methods, at, at + 1))}
              />
              <Button
                small
                kind="quiet"
                icon="trash"
                aria-label="Remove this method"
                onClick={() => onChange(methods.filter((_, other) => other !== at))}
              />
            </div>
            <div className="form-row">
              <Field label="Kind" problem={problem} pointer={`${pointer}/kind`}>
                <select
                  value={method.kind}
                  data-testid="method-kind"
                  onChange={(event) => set(at, { kind: event.target.value as ConnectionMethod['kind'] })}
                >
                  <option value="ssh">SSH</option>
                  <option value="local">This machine itself</option>
                </select>
              </Field>
              {method.kind === 'ssh' ? (
                <>
                  <Field label="Host" className="field-grow" problem={problem} pointer={`${pointer}/host`}>
                    <input
                      type="text"
                      placeholder={name || 'name or address'}
                      value={method.host ?? ''}
                      data-testid="method-host"
                      onChange={(event) => set(at, { host: event.target.value })}
                    />
                  </Field>
                  <Field label="Port" className="field-short" problem={problem} pointer={`${pointer}/port`}>
                    <input
                      type="number"
                      min={1}
                      max={65535}
                      placeholder="22"
                      value={method.port ?? ''}
                      data-testid="method-port"
                      onChange={(event) => set(at, { port: numberOf(event.target.value) as number })}
                    />
                  </Field>
                </>
              ) : null}
            </div>
            {method.kind === 'ssh' ? (
              <div className="form-row">
                <Field label="Credential" className="field-grow" problem={problem} pointer={`${pointer}/credential`}>
                  <select
                    value={method.credential ?? ''}
                    data-testid="method-credential"
                    onChange={(event) => set(at, { credential: event.target.value })}
                  >
                    <option value="">None</option>
                    {credentials.map((credential) => (
                      <option key={credential.id} value={credential.id}>
                        {credential.name}
                        {credential.username ? ` (${credential.username})` : ''}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field label="Account" problem={problem} pointer={`${pointer}/user`}>
                  <input
                    type="text"
                    placeholder="from the credential"
                    value={method.user ?? ''}
                    data-testid="method-user"
                    onChange={(event) => set(at, { user: event.target.value })}
                  />
                </Field>
                <Field label="Jump through" problem={problem} pointer={`${pointer}/jump`}>
                  <select value={method.jump ?? ''} onChange={(event) => set(at, { jump: event.target.value })}>
                    <option value="">Nothing, directly</option>
                    {jumps.map((jump) => (
                      <option key={jump.id} value={jump.id}>
                        {jump.name}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field label="Timeout, s" className="field-short" problem={problem} pointer={`${pointer}/connect_timeout_seconds`}>
                  <input
                    type="number"
                    min={1}
                    max={600}
                    placeholder="15"
                    value={method.connect_timeout_seconds ?? ''}
                    onChange={(event) => set(at, { connect_timeout_seconds: numberOf(event.target.value) as number })}
                  />
                </Field>
              </div>
            ) : null}
          </fieldset>
        );
      })}
      {methods.length < 10 ? (
        <div>
          <Button small icon="plus" onClick={() => onChange([...methods, { kind: 'ssh' }])}>
            {methods.length === 0 ? 'Add a connection method' : 'Add a fallback'}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
