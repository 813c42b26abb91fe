import type { ReactNode } from 'react';
import type { Finding } from '../../lib/api';
import { findingLooks, matchWords } from '../../lib/discovery';
import { duration } from '../../lib/format';
import { Button } from '../../parts/Button';
import { Dialog } from '../../parts/Dialog';
import { Facts } from '../../parts/Facts';
import { Link } from '../../parts/Link';
import { LookWord } from '../../parts/LookWord';
import { Serial } from '../../parts/Serial';
import { Time } from '../../parts/Time';

/** Everything that scans know of a host, and why it is taken for what it is. */
export function FindingDrawer({
  finding,
  onClose,
  onImport,
}: {
  finding: Finding;
  onClose: () => void;
  onImport: (() => void) | undefined;
}) {
  const { host, classification, target } = finding;
  const facts: [string, ReactNode][] = [
    ['Names', host.names.join(', ')],
    ['Reached by', `${host.reached_by} in ${duration(host.milliseconds)}`],
    [
      'Target',
      target ? (
        <span key="target">
          <Link to={`/targets/${target.serial}`}>{target.name}</Link> {matchWords[target.by]}
        </span>
      ) : (
        'none yet'
      ),
    ],
    ['First found', <Time key="first" at={finding.first_seen_at} exact />],
    ['Last answered', <Time key="last" at={finding.last_seen_at} exact />],
  ];
  return (
    <Dialog
      title={host.address}
      drawer
      wide
      onClose={onClose}
      footer={
        onImport ? (
          <Button kind="primary" icon="plus" onClick={onImport}>
            Make a target
          </Button>
        ) : undefined
      }
    >
      <p className="zoned">
        <LookWord look={findingLooks[finding.status]} state={finding.status} />
        <strong>{classification.label}</strong>
        {classification.os ? <span className="muted">{classification.os}</span> : null}
      </p>
      {finding.differences.length > 0 ? (
        <section data-testid="finding-differences">
          <h3>Different from the scan before</h3>
          <ul className="said">
            {finding.differences.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      ) : null}
      <section>
        <h3>Why it is taken for that</h3>
        <ul className="said" data-testid="finding-evidence">
          {classification.evidence.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
      <Facts facts={facts} />
      {host.answers_everything ? (
        <p className="tone-unclear">It takes connections on every port, so what answers there says nothing; it was not looked at any further.</p>
      ) : null}
      {host.ports.length > 0 ? (
        <section>
          <h3>Ports</h3>
          <table className="table table-plain">
            <thead>
              <tr>
                <th scope="col" className="cell-number">
                  Port
                </th>
                <th scope="col">Service</th>
                <th scope="col">What it said</th>
              </tr>
            </thead>
            <tbody>
              {host.ports.map((port) => (
                <tr key={port.port}>
                  <td className="cell-number">{port.port}</td>
                  <td>{port.service ?? <span className="muted">unknown</span>}</td>
                  <td className="cell-break">
                    {[port.banner, port.title, (port.certificate_names ?? []).join(', ')].filter(Boolean).map((text) => (
                      <div key={text}>{text}</div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {host.host_keys.length > 0 ? (
        <section>
          <h3>Host keys</h3>
          <ul className="hostkeys">
            {host.host_keys.map((key) => (
              <li key={`${key.port}/${key.algorithm}`}>
                <span>
                  {key.algorithm} <span className="muted">on port {key.port}</span>
                </span>
                <Serial text={key.fingerprint} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {host.snmp ? (
        <section>
          <h3>SNMP</h3>
          <Facts
            facts={[
              ['Description', host.snmp.description],
              ['Name', host.snmp.name],
              ['Location', host.snmp.location],
              ['Contact', host.snmp.contact],
              ['Object', <code key="object">{host.snmp.object_id}</code>],
            ]}
          />
        </section>
      ) : null}
    </Dialog>
  );
}
