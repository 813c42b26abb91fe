import { useEffect, useState } from 'react';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { ConnectionMethod, Credential, Target } from '../../lib/api';
import { moved } from '../../lib/jobstate';
import { loadAll } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Link } from '../../parts/Link';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { methodWords } from './columns';
import { HostKeys } from './HostKeys';
import { MethodEditor } from './MethodEditor';
import { formOf, saveOf } from './targetform';

interface TargetConnectionsProps {
  target: Target;
  onChanged: (target: Target) => void;
  onTest?: ((method: number) => void) | undefined;
  testing: boolean;
}

/** The connection methods of a target in the order in which they are tried, and its host keys. */
export function TargetConnections({ target, onChanged, onTest, testing }: TargetConnectionsProps) {
  const mayWrite = useMay('targets.write');
  const mayCredentials = useMay('credentials.read');
  const [draft, setDraft] = useState<ConnectionMethod[] | null>(null);
  useEffect(() => setDraft(null), [target.id, target.revision]);
  const credentials = useResource(mayCredentials ? 'credentials' : null, (signal) =>
    loadAll<Credential>((cursor, options) => api.targets.credentials({ limit: 500, ...(cursor ? { cursor } : {}) }, options), 2000, signal),
  );
  const jumps = useResource(draft || target.connections.some((method) => method.jump) ? 'jump-targets' : null, (signal) =>
    api.targets.list({ limit: 500 }, { signal }),
  );
  const save = useAction(async (methods: ConnectionMethod[]) => {
    onChanged(await api.targets.update(target.id, saveOf({ ...formOf(target), connections: methods })));
    setDraft(null);
  });
  const credentialName = (id: string | undefined) =>
    id === undefined ? 'no credential' : (credentials.value?.items.find((one) => one.id === id)?.name ?? 'a credential');
  const jumpName = (id: string) => jumps.value?.items.find((one) => one.id === id)?.name ?? 'another target';
  const methods = target.connections;
  return (
    <>
      <Panel
        title="Connection methods"
        actions={
          mayWrite && !draft ? (
            <Button small icon="edit" onClick={() => setDraft(methods)} data-testid="methods-edit">
              Change
            </Button>
          ) : null
        }
      >
        {save.problem ? <ProblemNote problem={save.problem} /> : null}
        {draft ? (
          <>
            <MethodEditor
              methods={draft}
              name={target.name}
              credentials={credentials.value?.items ?? []}
              jumps={(jumps.value?.items ?? []).filter((one) => one.id !== target.id)}
              problem={save.problem}
              onChange={setDraft}
            />
            <div className="form-end">
              <Button
                onClick={() => {
                  setDraft(null);
                  save.clear();
                }}
              >
                Leave as it was
              </Button>
              <Button kind="primary" busy={save.busy} onClick={() => void save.run(draft)} data-testid="methods-save">
                Save
              </Button>
            </div>
          </>
        ) : methods.length === 0 ? (
          <p className="muted">There is no way to reach this target yet.</p>
        ) : (
          <ol className="methodlist">
            {methods.map((method, at) => (
              <li key={at}>
                <span className="methodlist-words">
                  <code>{methodWords(method, target.name)}</code>
                  {method.kind === 'ssh' ? (
                    <span className="muted">
                      {' '}
                      with {credentialName(method.credential)}
                      {method.jump ? (
                        <>
                          {' '}
                          through <Link to={`/targets/${method.jump}`}>{jumpName(method.jump)}</Link>
                        </>
                      ) : null}
                      , {method.connect_timeout_seconds ?? 15} s to connect
                    </span>
                  ) : null}
                </span>
                {onTest && methods.length > 1 ? (
                  <Button small icon="plug" disabled={testing} onClick={() => onTest(at)}>
                    Test this one
                  </Button>
                ) : null}
                {mayWrite && methods.length > 1 ? (
                  <>
                    <Button
                      small
                      kind="quiet"
                      icon="up"
                      aria-label={`Try method ${at + 1} earlier`}
                      disabled={at === 0 || save.busy}
                      onClick={() => void save.run(moved(methods, at, at - 1))}
                    />
                    <Button
                      small
                      kind="quiet"
                      icon="down"
                      aria-label={`Try method ${at + 1} later`}
                      disabled={at === methods.length - 1 || save.busy}
                      onClick={() => void save.run(moved(methods, at, at + 1))}
                    />
                  </>
                ) : null}
              </li>
            ))}
          </ol>
        )}
      </Panel>
      <Panel title="Host keys">
        <p className="muted">
          {target.host_key_policy === 'strict'
            ? 'Strict: only pinned keys are accepted.'
            : 'The first key that is seen is pinned; after that only pinned keys are accepted.'}
        </p>
        <HostKeys target={target} onChanged={onChanged} />
      </Panel>
    </>
  );
}
