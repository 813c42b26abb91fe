import { useEffect, useRef, useState } from 'react';
import { useCrumbs } from '../../app/crumbs';
import type { FoundLine, Problem } from '../../lib/api';
import { api } from '../../lib/api';
import { bytes, plural } from '../../lib/format';
import { useQuery } from '../../lib/router';
import { asProblem } from '../../http';
import { Button } from '../../parts/Button';
import { Link } from '../../parts/Link';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { SearchBox } from '../../parts/SearchBox';
import { Time } from '../../parts/Time';

const pageLines = 100;

interface Progress {
  items: FoundLine[];
  searched: number;
  backTo?: string;
  cursor?: string;
  busy: boolean;
  problem?: Problem;
}

const nothing: Progress = { items: [], searched: 0, busy: false };

/** Looks through the output of all runs, or of one, newest first; goes on by itself until a page of lines was found. */
export default function LogSearch() {
  useCrumbs([{ word: 'Runs', to: '/runs' }, { word: 'Search output' }]);
  const [query, setQuery] = useQuery();
  const text = query.get('text') ?? '';
  const run = query.get('run') ?? '';
  const [wanted, setWanted] = useState(pageLines);
  const [progress, setProgress] = useState<Progress>(nothing);
  const round = useRef(0);
  const latest = useRef(progress);
  latest.current = progress;

  useEffect(() => {
    round.current += 1;
    setWanted(pageLines);
    setProgress(nothing);
    latest.current = nothing;
  }, [text, run]);

  useEffect(() => {
    if (text === '') return undefined;
    const abort = new AbortController();
    const mine = round.current;
    const store = (next: Progress) => {
      if (abort.signal.aborted || mine !== round.current) return false;
      latest.current = next;
      setProgress(next);
      return true;
    };
    const search = async () => {
      let state = latest.current;
      if (!store({ ...state, busy: true })) return;
      try {
        do {
          const input = { text, limit: pageLines, ...(state.cursor !== undefined ? { cursor: state.cursor } : {}) };
          const found = await (run === ''
            ? api.executions.searchAll(input, { signal: abort.signal })
            : api.executions.search(run, input, { signal: abort.signal }));
          const backTo = found.searched_back_to ?? state.backTo;
          state = {
            items: [...state.items, ...found.items],
            searched: state.searched + found.searched_bytes,
            busy: found.next_cursor !== undefined,
            ...(backTo !== undefined ? { backTo } : {}),
            ...(found.next_cursor !== undefined ? { cursor: found.next_cursor } : {}),
          };
          if (!store(state)) return;
        } while (state.cursor !== undefined && state.items.length < wanted);
        store({ ...state, busy: false });
      } catch (error) {
        store({ ...state, busy: false, problem: asProblem(error) });
      }
    };
    void search();
    return () => abort.abort();
  }, [text, run, wanted]);

  return (
    <Page title="Search output" wide>
      <div className="bar">
        <SearchBox value={text} onApply={(next) => setQuery({ text: next })} placeholder="Text within one line" label="Search all output" />
        {run !== '' ? (
          <button type="button" className="textlink" onClick={() => setQuery({ run: null })}>
            Only in {run}. Search all runs
          </button>
        ) : null}
      </div>
      {text === '' ? <p className="muted">Finds a text in the output of every run, newest first, whatever its case.</p> : null}
      <Found items={progress.items} text={text} />
      {progress.problem ? <ProblemNote problem={progress.problem} /> : null}
      {text !== '' ? (
        <div className="table-foot">
          <span className="muted" role="status" data-testid="search-progress">
            {plural(progress.items.length, 'line')} found; looked through {bytes(progress.searched)}
            {progress.backTo !== undefined && progress.cursor !== undefined ? (
              <>
                {' '}
                back to <Time at={progress.backTo} exact />
              </>
            ) : null}
            {progress.busy ? ', looking on' : progress.cursor === undefined && !progress.problem ? ', all there is' : ''}
          </span>
          {progress.cursor !== undefined && !progress.busy ? (
            <Button small onClick={() => setWanted(progress.items.length + pageLines)} data-testid="search-more">
              Look on
            </Button>
          ) : null}
        </div>
      ) : null}
    </Page>
  );
}

/** The lines by run and target. */
function Found({ items, text }: { items: FoundLine[]; text: string }) {
  const parts: { key: string; first: FoundLine; lines: FoundLine[] }[] = [];
  for (const line of items) {
    const key = `${line.serial} ${line.branch} ${line.step}`;
    const last = parts[parts.length - 1];
    if (last?.key === key) last.lines.push(line);
    else parts.push({ key, first: line, lines: [line] });
  }
  return (
    <ul className="foundlist" aria-label="Lines that were found">
      {parts.map(({ key, first, lines }) => (
        <li key={key} className="panel found" data-testid="found-part">
          <div className="group-head">
            <Link to={`/runs/${first.serial}?branch=${first.branch}&step=${first.step}`}>{first.target_name}</Link>
            <span>{first.name}</span>
            <code>{first.serial}</code>
            <span className="muted">
              step {first.step}, <Time at={first.created_at} />
            </span>
          </div>
          <div className="found-lines" role="region" aria-label={`Lines on ${first.target_name}, step ${first.step} of ${first.serial}`} tabIndex={0}>
            {lines.map((line) => (
              <div key={line.line} className="diff-line" data-testid="found-line">
                <span className="diff-number">{line.line}</span>
                <span className="diff-text">
                  <Marked line={line.text} text={text} />
                </span>
              </div>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** A line with the text marked wherever it stands. */
function Marked({ line, text }: { line: string; text: string }) {
  const [low, wanted] = [line.toLowerCase(), text.toLowerCase()];
  if (low.length !== line.length || wanted === '') return <>{line}</>;
  const parts = [];
  let at = 0;
  for (let found = low.indexOf(wanted); found >= 0; found = low.indexOf(wanted, at)) {
    parts.push(line.slice(at, found), <mark key={found}>{line.slice(found, found + wanted.length)}</mark>);
    at = found + wanted.length;
  }
  return (
    <>
      {parts}
      {line.slice(at)}
    </>
  );
}
