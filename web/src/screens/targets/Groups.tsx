import { useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { TargetGroup } from '../../lib/api';
import { count, plural } from '../../lib/format';
import { usePages } from '../../lib/pages';
import { useAction, useResource } from '../../lib/resource';
import { Button } from '../../parts/Button';
import { Confirm } from '../../parts/Confirm';
import { Empty } from '../../parts/Empty';
import { HistoryLink } from '../../parts/HistoryLink';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';
import { GroupDialog } from './GroupDialog';
import { TargetsHead } from './TargetsHead';

/** Saved filters. */
export default function Groups() {
  useCrumbs([{ word: 'Targets', to: '/targets' }, { word: 'Groups' }]);
  const mayWrite = useMay('targets.write');
  const pages = usePages<TargetGroup>('groups', (cursor, options) =>
    api.targets.groups({ limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const vocabulary = useResource('vocabulary', (signal) => api.targets.vocabulary({ signal }));
  const [open, setOpen] = useState<{ kind: 'new' } | { kind: 'edit' | 'delete'; group: TargetGroup } | null>(null);
  const remove = useAction(async (group: TargetGroup) => {
    await api.targets.deleteGroup(group.id);
    done();
  });
  const done = () => {
    setOpen(null);
    pages.reload();
  };
  const columns: Column<TargetGroup>[] = [
    {
      key: 'name',
      title: 'Name',
      narrow: 'first',
      render: (group) => (
        <Link className="cell-name" to={`/targets?filter=${encodeURIComponent(`group = ${group.name}`)}`}>
          {group.name}
        </Link>
      ),
    },
    { key: 'filter', title: 'Filter', narrow: 'second', className: 'cell-grow', render: (group) => <code>{group.filter}</code> },
    { key: 'count', title: 'Targets', narrow: 'second', className: 'cell-number', render: (group) => count(group.count) },
    { key: 'description', title: 'Description', narrow: 'hide', render: (group) => group.description },
    { key: 'updated', title: 'Changed', narrow: 'hide', render: (group) => <Time at={group.updated_at} /> },
    ...(mayWrite
      ? [
          {
            key: 'tools',
            title: 'Actions',
            className: 'cell-tools',
            render: (group: TargetGroup) => (
              <>
                <HistoryLink kind="target_group" id={group.id} name={group.name} />
                <Button
                  small
                  kind="quiet"
                  icon="edit"
                  aria-label={`Change ${group.name}`}
                  onClick={() => setOpen({ kind: 'edit', group })}
                />
                <Button
                  small
                  kind="quiet"
                  icon="trash"
                  aria-label={`Delete ${group.name}`}
                  onClick={() => setOpen({ kind: 'delete', group })}
                />
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title="Groups"
      wide
      actions={
        mayWrite ? (
          <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'new' })} data-testid="group-add">
            New group
          </Button>
        ) : null
      }
    >
      <TargetsHead current="groups" />
      <Table
        label="Groups"
        noun="group"
        columns={columns}
        rowKey={(group) => group.id}
        pages={pages}
        empty={
          <Empty icon="group" title="No groups yet">
            A group is a saved filter. Whatever matches it at the moment belongs to it, so it never has to be kept up by hand.
          </Empty>
        }
      />
      {open?.kind === 'new' ? <GroupDialog vocabulary={vocabulary.value} onClose={() => setOpen(null)} onSaved={done} /> : null}
      {open?.kind === 'edit' ? (
        <GroupDialog group={open.group} vocabulary={vocabulary.value} onClose={() => setOpen(null)} onSaved={done} />
      ) : null}
      {open?.kind === 'delete' ? (
        <Confirm
          title={`Delete the group ${open.group.name}?`}
          action="Delete the group"
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() => void remove.run(open.group)}
          onClose={() => setOpen(null)}
        >
          <p>
            The saved filter goes away. The {plural(open.group.count, 'target')} in it stay as they are; filters and jobs that name the
            group will match nothing.
          </p>
        </Confirm>
      ) : null}
    </Page>
  );
}
