import { useState } from 'react';
import { useCrumbs } from '../../../app/crumbs';
import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { DeadManRule } from '../../../lib/api';
import { usePages } from '../../../lib/pages';
import { useRunChanges } from '../../../lib/repeated';
import { useAction } from '../../../lib/resource';
import { Button } from '../../../parts/Button';
import { Confirm } from '../../../parts/Confirm';
import { Empty } from '../../../parts/Empty';
import { Page } from '../../../parts/Page';
import { Panel } from '../../../parts/Panel';
import { StatusWord } from '../../../parts/StatusWord';
import { Table } from '../../../parts/Table';
import type { Column } from '../../../parts/Table';
import { Time } from '../../../parts/Time';
import { SchedulesHead } from '../SchedulesHead';
import { Alerts } from './Alerts';
import { DeadManDialog } from './DeadManDialog';

/** Rules about runs that must happen, and the times in which they did not. */
export default function DeadManRules() {
  useCrumbs([{ word: 'Schedules', to: '/schedules' }, { word: 'Dead-man rules' }]);
  const mayWrite = useMay('schedules.write');
  const pages = usePages<DeadManRule>('dead-man-rules', (cursor, options) =>
    api.schedules.rules({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  useRunChanges(pages.reload, 3000);
  const [open, setOpen] = useState<{ kind: 'new' } | { kind: 'edit' | 'delete'; rule: DeadManRule } | null>(null);
  const done = () => {
    setOpen(null);
    pages.reload();
  };
  const remove = useAction(async (rule: DeadManRule) => {
    await api.schedules.deleteRule(rule.id);
    done();
  });
  const columns: Column<DeadManRule>[] = [
    {
      key: 'state',
      title: 'State',
      narrow: 'second',
      render: (rule) => (
        <span className="zoned">
          <StatusWord state={rule.state} />
          <span className="muted nowrap">
            since <Time at={rule.since} />
          </span>
        </span>
      ),
    },
    {
      key: 'name',
      title: 'Rule',
      narrow: 'first',
      className: 'cell-grow',
      render: (rule) => (
        <>
          <span className="cell-name">{rule.definition.name}</span>
          <div className="muted cell-second">{rule.words}</div>
        </>
      ),
    },
    {
      key: 'sentence',
      title: 'What is wrong',
      narrow: 'second',
      className: 'cell-grow',
      render: (rule) => (rule.sentence ? <span className="tone-failed">{rule.sentence}</span> : null),
    },
    { key: 'last', title: 'Last success', narrow: 'second', render: (rule) => <Time at={rule.last_success_at} /> },
    { key: 'next', title: 'Looked at next', narrow: 'hide', render: (rule) => (rule.next_check_at ? <Time at={rule.next_check_at} /> : null) },
    ...(mayWrite
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (rule: DeadManRule) => (
              <>
                <Button small kind="quiet" icon="edit" aria-label={`Change ${rule.definition.name}`} onClick={() => setOpen({ kind: 'edit', rule })} />
                <Button small kind="quiet" icon="trash" aria-label={`Delete ${rule.definition.name}`} onClick={() => setOpen({ kind: 'delete', rule })} />
              </>
            ),
          },
        ]
      : []),
  ];
  const add = mayWrite ? (
    <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'new' })} data-testid="deadman-add">
      New rule
    </Button>
  ) : null;
  const sign = pages.items.map((rule) => `${rule.id}${rule.state}${rule.since}`).join();
  return (
    <Page title="Dead-man rules" wide actions={add}>
      <SchedulesHead current="dead-man" />
      <Table
        label="Dead-man rules"
        noun="rule"
        columns={columns}
        rowKey={(rule) => rule.id}
        pages={pages}
        rowTestId="deadman-row"
        empty={
          <Empty icon="warning" title="No rules yet" action={add}>
            A dead-man rule says that a run must succeed by certain times, at least every so often, or take no longer than usual. When that
            is not so, it says so, also when nothing happens at all.
          </Empty>
        }
      />
      {pages.items.length > 0 ? (
        <Panel title="Alerts">
          <Alerts sign={sign} />
        </Panel>
      ) : null}
      {open?.kind === 'new' ? <DeadManDialog rule={null} onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'edit' ? <DeadManDialog rule={open.rule} onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'delete' ? (
        <Confirm
          title={`Delete ${open.rule.definition.name}?`}
          action="Delete the rule"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(open.rule)}
          onClose={() => setOpen(null)}
        >
          <p>Nobody is told any more when this does not happen. The rule goes away together with its alerts.</p>
        </Confirm>
      ) : null}
    </Page>
  );
}
