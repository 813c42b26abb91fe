import { useEffect, useRef } from 'react';
import { useCrumbs } from '../../app/crumbs';
import { useMay } from '../../app/session';
import { api } from '../../lib/api';
import type { Execution, ExecutionState } from '../../lib/api';
import { usePages } from '../../lib/pages';
import { useQuery } from '../../lib/router';
import { statusLook } from '../../lib/status';
import { live } from '../../live/connection';
import { Duration } from '../../parts/Duration';
import { Empty } from '../../parts/Empty';
import { Icon } from '../../parts/Icon';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { Progress } from '../../parts/Progress';
import { SearchBox } from '../../parts/SearchBox';
import { StatusWord } from '../../parts/StatusWord';
import { Table } from '../../parts/Table';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/Time';

const states: ExecutionState[] = ['running', 'waiting', 'cancelling', 'failed', 'succeeded', 'cancelled', 'cancel_unconfirmed', 'lost'];

const columns: Column<Execution>[] = [
  { key: 'state', title: 'State', render: (run) => <StatusWord state={run.state} />, narrow: 'second' },
  {
    key: 'name',
    title: 'Run',
    narrow: 'first',
    className: 'cell-grow',
    render: (run) => (
      <Link to={`/runs/${run.serial}`} className="cell-name">
        {run.kind === 'command' ? <code>{run.name}</code> : run.name}
      </Link>
    ),
  },
  { key: 'serial', title: 'Serial', narrow: 'second', render: (run) => <code className="nowrap">{run.serial}</code> },
  { key: 'progress', title: 'Targets', narrow: 'second', render: (run) => <Progress counts={run.counts} /> },
  { key: 'by', title: 'Started by', narrow: 'hide', render: (run) => run.started_by },
  { key: 'at', title: 'Started', narrow: 'second', render: (run) => <Time at={run.created_at} /> },
  {
    key: 'took',
    title: 'Duration',
    narrow: 'hide',
    className: 'cell-number',
    render: (run) => <Duration from={run.started_at} to={run.ended_at} />,
  },
];

/** All runs, newest first; they change while one looks. */
export default function Runs() {
  useCrumbs([{ word: 'Runs' }]);
  const mayRun = useMay('commands.run');
  const [query, setQuery] = useQuery();
  const state = states.find((one) => one === query.get('state'));
  const search = query.get('search') ?? '';
  const job = query.get('job') ?? undefined;
  const filter = { ...(state ? { state } : {}), ...(search ? { search } : {}), ...(job ? { job } : {}) };
  const pages = usePages<Execution>(`runs?${JSON.stringify(filter)}`, (cursor, options) =>
    api.executions.list({ ...filter, limit: 100, ...(cursor ? { cursor } : {}) }, options),
  );
  const { edit, reload } = pages;
  const shown = useRef(pages.items);
  shown.current = pages.items;
  const isPlain = state === undefined && search === '' && job === undefined;
  useEffect(() => {
    let timer = 0;
    const leave = live.watch((run) => {
      const isKnown = shown.current.some((item) => item.id === run.id);
      if (isKnown) edit((items) => items.map((item) => (item.id === run.id ? run : item)));
      if (isKnown && isPlain) return;
      clearTimeout(timer);
      timer = window.setTimeout(reload, 400);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [edit, reload, isPlain]);
  return (
    <Page
      title="Runs"
      wide
      actions={
        <>
          <Link className="button button-plain" to="/queue">
            <Icon name="clock" />
            Queue and workers
          </Link>
          <Link className="button button-plain" to="/output">
            <Icon name="search" />
            Search output
          </Link>
          {mayRun ? (
            <Link className="button button-plain" to="/command">
              <Icon name="command" />
              Run a command
            </Link>
          ) : null}
        </>
      }
    >
      <div className="bar">
        <SearchBox value={search} onApply={(text) => setQuery({ search: text })} placeholder="Name, serial or who started it" />
        <label className="bar-choice">
          <span className="unseen">State</span>
          <select value={state ?? ''} onChange={(event) => setQuery({ state: event.target.value })} data-testid="runs-state">
            <option value="">All states</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {statusLook(one).word}
              </option>
            ))}
          </select>
        </label>
        {job ? (
          <button type="button" className="textlink" onClick={() => setQuery({ job: null })}>
            Runs of one job only. Show all
          </button>
        ) : null}
      </div>
      <Table
        label="Runs"
        noun="run"
        columns={columns}
        rowKey={(run) => run.id}
        pages={pages}
        rowTestId="run-row"
        empty={
          isPlain ? (
            <Empty icon="run" title="Nothing has run yet">
              Every run of a job or command is kept here with its results and its output.
            </Empty>
          ) : (
            <Empty icon="search" title="No run fits">
              <button type="button" className="textlink" onClick={() => setQuery({ state: null, search: null, job: null })}>
                Show all runs
              </button>
            </Empty>
          )
        }
      />
    </Page>
  );
}
