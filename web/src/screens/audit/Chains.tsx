import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { AuditChain, AuditChains } from '../../lib/api';
import { auditAddress } from '../../lib/auditquery';
import { count } from '../../lib/format';
import { useResource } from '../../lib/resource';
import type { Resource } from '../../lib/resource';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { Panel } from '../../parts/Panel';
import { ProblemNote } from '../../parts/Problem';
import { Serial } from '../../parts/Serial';
import { Skeleton } from '../../parts/Skeleton';
import { StatusWord } from '../../parts/StatusWord';
import { Time } from '../../parts/Time';
import { AuditHead } from './AuditHead';
import { Heads } from './Heads';
import { MayNotRead } from './MayNotRead';
import { Verify } from './Verify';

/** The chains of the audit log: how long they are, up to where they are signed, and whether anybody changed them. */
export default function Chains() {
  useCrumbs([{ word: 'Audit', to: '/audit' }, { word: 'Chains and proof' }]);
  return useMay('audit.read') ? <Proof /> : <MayNotRead />;
}

function Proof() {
  const chains = useResource('audit-chains', (signal) => api.audit.chains({ signal }));
  const keys = useResource('audit-keys', (signal) => api.audit.keys({ signal }));
  return (
    <Page
      title="Audit"
      detail={
        <span className="muted">
          Each entry carries the hash of the one before it, so that no entry can be changed or taken away unnoticed. Heads are signed.
        </span>
      }
    >
      <AuditHead current="chains" />
      <Verify chains={chains.value?.items ?? []} onDone={chains.reload} />
      <ChainList chains={chains} />
      <Heads sources={chains.value?.items.map((one) => one.source) ?? []} />
      <Panel title="Public keys">
        <p className="muted panel-note">Whoever has these can check heads and evidence without this installation (Ed25519).</p>
        {keys.problem ? <ProblemNote problem={keys.problem} retry={keys.reload} /> : null}
        {keys.value ? (
          <Facts
            facts={keys.value.items.map((key, at) => [
              key.id,
              <span key={key.id} className="pieces">
                <Serial text={key.public_key} label={`the public key ${key.id}`} />
                {at === 0 ? <span className="tag">in use</span> : null}
              </span>,
            ])}
          />
        ) : null}
      </Panel>
    </Page>
  );
}

function ChainList({ chains }: { chains: Resource<AuditChains> }) {
  return (
    <Panel title="Chains">
      {chains.problem ? <ProblemNote problem={chains.problem} retry={chains.reload} /> : null}
      {chains.value ? (
        chains.value.items.length === 0 ? (
          <p className="muted">No service has told of anything yet.</p>
        ) : (
          <ul className="chainlist" aria-label="Chains">
            {chains.value.items.map((chain) => (
              <Chain key={chain.source} chain={chain} />
            ))}
          </ul>
        )
      ) : chains.problem ? null : (
        <Skeleton rows={4} />
      )}
    </Panel>
  );
}

function Chain({ chain }: { chain: AuditChain }) {
  const signed = chain.head?.number ?? 0;
  return (
    <li className="chainrow" data-testid="chain">
      <Link to={auditAddress({ source: chain.source })} className="cell-name">
        {chain.source}
      </Link>
      <span className="chainrow-number number">{chain.number === 1 ? '1 entry' : `${count(chain.number)} entries`}</span>
      <span className="pieces">
        <StatusWord state={signed >= chain.number ? 'signed' : 'unsigned'} />
        <span className="muted">
          {signed >= chain.number ? 'to the end' : signed > 0 ? `up to ${count(signed)}; ${count(chain.number - signed)} more to sign` : 'no head so far'}
          {chain.head ? (
            <>
              , <Time at={chain.head.at} />
            </>
          ) : null}
        </span>
      </span>
      <span className="muted">
        last entry <Time at={chain.at} />
      </span>
      <span className="chainrow-hash">
        <Serial text={chain.hash} label={`the last hash of ${chain.source}`} />
      </span>
    </li>
  );
}
