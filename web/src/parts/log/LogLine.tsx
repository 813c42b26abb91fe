import { memo } from 'react';
import type { CSSProperties } from 'react';
import { parseLine } from '../../lib/ansi';
import type { Span, Style } from '../../lib/ansi';
import { duration } from '../../lib/format';
import { statusLook } from '../../lib/status';
import type { LogRow } from '../../live/lineparser';
import { hitsIn } from '../../live/search';
import { Icon } from '../Icon';

function colour(name: string | undefined, fallback: string): string {
  if (name === undefined) return `var(--${fallback})`;
  return name.startsWith('rgb') ? name : `var(--log-${name})`;
}

function look(style: Style): CSSProperties | undefined {
  const css: CSSProperties = {};
  if (style.inverse) {
    css.color = colour(style.bg, 'log-ground');
    css.background = colour(style.fg, 'log-text');
  } else {
    if (style.fg !== undefined) css.color = colour(style.fg, 'log-text');
    if (style.bg !== undefined) css.background = colour(style.bg, 'log-ground');
  }
  if (style.bold) css.fontWeight = 700;
  if (style.italic) css.fontStyle = 'italic';
  if (style.underline || style.strike)
    css.textDecoration = [style.underline ? 'underline' : '', style.strike ? 'line-through' : ''].join(' ').trim();
  return Object.keys(css).length > 0 ? css : undefined;
}

/** Cuts the spans of a line at its hits. */
function marked(spans: Span[], hits: [number, number][]): { span: Span; hit: boolean }[] {
  const pieces: { span: Span; hit: boolean }[] = [];
  let at = 0;
  for (const span of spans) {
    let from = 0;
    while (from < span.text.length) {
      const here = at + from;
      const hit = hits.find(([start, end]) => start <= here && here < end);
      const next = hit ? hit[1] : Math.min(...hits.filter(([start]) => start > here).map(([start]) => start), Infinity);
      const to = Math.min(span.text.length, next - at);
      pieces.push({ span: { text: span.text.slice(from, to), style: span.style }, hit: hit !== undefined });
      from = to;
    }
    at += span.text.length;
  }
  return pieces;
}

interface LogLineProps {
  row: LogRow | null;
  index: number;
  pattern: RegExp | null;
  current: boolean;
  marked: boolean;
  onLink: (line: number) => void;
}

/** One row of a log. */
export const LogLine = memo(function LogLine({ row, index, pattern, current, marked: isMarked, onLink }: LogLineProps) {
  if (row === null)
    return (
      <div className="logline logline-absent" data-index={index}>
        <span className="logline-number" />
        <span className="logline-text"> </span>
      </div>
    );
  if (row.kind === 'begin') {
    return (
      <div className="logline logline-begin" data-index={index}>
        <span className="logline-number" />
        <span className="logline-text">
          <Icon name="right" size={13} />
          Step {row.step} {row.text}
          {row.result && row.result.attempt > 1 ? `, attempt ${row.result.attempt}` : ''}
        </span>
      </div>
    );
  }
  if (row.kind === 'end') return <EndLine row={row} index={index} />;
  const { spans } = parseLine(row.text, row.style);
  const plain = spans.map((span) => span.text).join('');
  const hits = pattern ? hitsIn(plain, pattern) : [];
  const classes = [
    'logline',
    row.kind === 'stderr' ? 'logline-stderr' : '',
    current ? 'logline-current' : '',
    isMarked ? 'logline-marked' : '',
  ]
    .filter(Boolean)
    .join(' ');
  const pieces = hits.length > 0 ? marked(spans, hits) : spans.map((span) => ({ span, hit: false }));
  return (
    <div
      className={classes}
      data-testid="log-line"
      data-line={row.line}
      data-index={index}
      title={row.kind === 'stderr' ? 'stderr' : undefined}
    >
      <a
        className="logline-number"
        href={`#L${row.line}`}
        tabIndex={-1}
        aria-label={`Line ${row.line}`}
        onClick={(event) => {
          event.preventDefault();
          onLink(row.line);
        }}
      >
        {row.line}
      </a>
      <span className="logline-text">
        {pieces.map(({ span, hit }, at) => {
          const css = look(span.style);
          const text = hit ? <mark>{span.text}</mark> : span.text;
          return css || span.style.dim ? (
            <span key={at} className={span.style.dim ? 'log-dim' : undefined} style={css}>
              {text}
            </span>
          ) : (
            <span key={at}>{text}</span>
          );
        })}
      </span>
    </div>
  );
});

function EndLine({ row, index }: { row: LogRow; index: number }) {
  const { result } = row;
  if (!result) return null;
  const state = statusLook(result.state);
  const words = [state.word];
  if (result.exit_code !== undefined) words.push(`exit code ${result.exit_code}`);
  if (result.started_at !== undefined && result.ended_at !== undefined)
    words.push(duration(Date.parse(result.ended_at) - Date.parse(result.started_at)));
  if (result.cause !== undefined) words.push(result.cause);
  if (result.supervision?.spool !== undefined) words.push('ran under a supervisor on the target');
  if (result.supervision?.note !== undefined) words.push(result.supervision.note);
  if (result.truncated) words.push('output was cut at its limit');
  return (
    <div className={`logline logline-end tone-${state.tone}`} data-index={index}>
      <span className="logline-number" />
      <span className="logline-text">
        <Icon name={state.icon} size={13} />
        Step {row.step} {row.text}: {words.join(', ')}
      </span>
    </div>
  );
}
