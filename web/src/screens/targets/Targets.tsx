import { useEffect, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Target, TargetStatus } from '../../lib/api';
import { shownBy } from '../../lib/filter';
import { usePages } from '../../lib/pages';
import { useResource } from '../../lib/resource';
import { navigate, useQuery } from '../../lib/router';
import { statusLook } from '../../lib/status';
import { Button } from '../../parts/Button';
import { Empty } from '../../parts/Empty';
import { FilterBar } from '../../parts/FilterBar';
import { Icon } from '../../parts/Icon';
import { Menu } from '../../parts/Menu';
import { Page } from '../../parts/Page';
import { Table } from '../../parts/Table';
import { useHealthOf } from '../health/useHealthOf';
import { BulkBar } from './BulkBar';
import { useBulkTest } from './bulktest';
import { targetColumns } from './columns';
import { GroupDialog } from './GroupDialog';
import { ImportDialog } from './ImportDialog';
import { TargetDialog } from './TargetDialog';
import { TargetsHead } from './TargetsHead';

const statuses: TargetStatus[] = ['active', 'maintenance', 'retired'];
const choosable: [string, string][] = [
  ['status', 'Status'],
  ['health', 'Health'],
  ['environment', 'Environment'],
  ['os', 'OS'],
  ['tags', 'Tags'],
  ['connection', 'Connection'],
  ['location', 'Location'],
  ['serial', 'Serial'],
  ['updated', 'Changed'],
];

/** The list of targets: filter, choose, test, tag, import, export. */
export default function Targets() {
  useCrumbs([{ word: 'Targets' }]);
  const mayWrite = useMay('targets.write');
  const mayTest = useMay('targets.test');
  const [query, setQuery] = useQuery();
  const filter = query.get('filter') ?? '';
  const status = statuses.find((one) => one === query.get('status'));
  const hidden = new Set((query.get('hide') ?? 'location,serial').split(','));
  const dialog = query.get('dialog');
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  const key = `targets?${filter}&${status ?? ''}`;
  const pages = usePages<Target>(key, (cursor, options) =>
    api.targets.list({ filter, limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) }, options),
  );
  // What is chosen is of the moment; what can be sent to a colleague is the filter.
  const [chosen, setChosen] = useState<{ keys: Set<string>; all: boolean }>({ keys: new Set(), all: false });
  const test = useBulkTest();
  const health = useHealthOf(pages.items, !hidden.has('health'));
  useEffect(() => setChosen({ keys: new Set(), all: false }), [key]);
  const close = () => setQuery({ dialog: null });
  const reload = () => {
    pages.reload();
    vocabulary.reload();
  };
  const exportAs = (format: 'csv' | 'json') => api.targets.exportAddress({ format, filter: shownBy(filter, status) });
  const badFilter = pages.problem && pages.problem.status >= 400 && pages.problem.status < 500 && filter !== '' ? pages.problem : undefined;
  const shownPages = badFilter ? { ...pages, problem: undefined } : pages;
  const isPlain = filter === '' && status === undefined;
  return (
    <Page
      title="Targets"
      wide
      actions={
        <>
          <Menu
            name="Export"
            label={
              <>
                <Icon name="download" />
                Export
              </>
            }
            items={[
              { label: 'Export as CSV', icon: 'download', onSelect: () => location.assign(exportAs('csv')) },
              { label: 'Export as JSON', icon: 'download', onSelect: () => location.assign(exportAs('json')) },
            ]}
          />
          {mayWrite ? (
            <Button icon="upload" onClick={() => setQuery({ dialog: 'import' }, true)} data-testid="target-import">
              Import
            </Button>
          ) : null}
          {mayWrite ? (
            <Button kind="primary" icon="plus" onClick={() => setQuery({ dialog: 'add' }, true)} data-testid="target-add">
              Add a target
            </Button>
          ) : null}
        </>
      }
    >
      <TargetsHead current="targets" />
      <div className="bar">
        <FilterBar value={filter} vocabulary={vocabulary.value} problem={badFilter} onApply={(text) => setQuery({ filter: text }, true)} />
        <label className="bar-choice">
          <span className="unseen">Status</span>
          <select value={status ?? ''} onChange={(event) => setQuery({ status: event.target.value })}>
            <option value="">All statuses</option>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {statusLook(one).word}
              </option>
            ))}
          </select>
        </label>
        {filter !== '' && mayWrite && !badFilter ? (
          <Button onClick={() => setQuery({ dialog: 'group' }, true)}>Save as group</Button>
        ) : null}
        <Menu
          name="Columns"
          className="button button-plain button-icon wide-only"
          label={<Icon name="columns" />}
          items={choosable.map(([column, word]) => ({
            label: word,
            checked: !hidden.has(column),
            onSelect: () => {
              if (!hidden.delete(column)) hidden.add(column);
              setQuery({ hide: [...hidden].filter(Boolean).join(',') || 'none' });
            },
          }))}
        />
      </div>
      <BulkBar
        chosen={pages.items.filter((target) => chosen.keys.has(target.id))}
        test={test}
        onClear={() => setChosen({ keys: new Set(), all: false })}
        onChanged={reload}
        all={chosen.all ? { filter: shownBy(filter, status), total: pages.total ?? pages.items.length } : null}
      />
      {badFilter ? null : (
        <Table
          label="Targets"
          noun="target"
          columns={targetColumns(test.states, hidden, health)}
          rowKey={(target) => target.id}
          rowLabel={(target) => target.name}
          pages={shownPages}
          rowTestId="target-row"
          {...(mayTest || mayWrite
            ? { selection: { keys: chosen.keys, all: chosen.all, change: (keys: Set<string>, all: boolean) => setChosen({ keys, all }) } }
            : {})}
          empty={
            isPlain ? (
              <Empty
                icon="target"
                title="No targets yet"
                action={
                  mayWrite ? (
                    <>
                      <Button kind="primary" icon="plus" onClick={() => setQuery({ dialog: 'add' }, true)}>
                        Add a target
                      </Button>
                      <Button icon="upload" onClick={() => setQuery({ dialog: 'import' }, true)}>
                        Import a list
                      </Button>
                    </>
                  ) : undefined
                }
              >
                A target is a machine that jobs run on. Add one by hand, or import an SSH config, an Ansible inventory or a CSV file.
              </Empty>
            ) : (
              <Empty icon="filter" title="No target fits the filter">
                <button type="button" className="textlink" onClick={() => setQuery({ filter: null, status: null })}>
                  Show all targets
                </button>
              </Empty>
            )
          }
        />
      )}
      {dialog === 'add' && mayWrite ? <TargetDialog onClose={close} onSaved={(target) => navigate(`/targets/${target.serial}`)} /> : null}
      {dialog === 'import' && mayWrite ? (
        <ImportDialog
          onClose={close}
          onDone={() => {
            close();
            reload();
          }}
        />
      ) : null}
      {dialog === 'group' && mayWrite ? (
        <GroupDialog filter={filter} vocabulary={vocabulary.value} onClose={close} onSaved={() => navigate('/groups')} />
      ) : null}
    </Page>
  );
}
