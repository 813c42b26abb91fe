import { useMemo } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import { layOut, needsOf } from '../lib/graph';
import type { GraphStep } from '../lib/graph';
import { Link } from './Link';

/** A step as the graph shows it. */
export interface GraphNode extends GraphStep {
  /** Where its link leads. */
  to: string;
  /** The tone of its left edge, a state or nothing. */
  tone?: string | undefined;
  /** Its second line. */
  detail: ReactNode;
  /** What it is and how it stands, for who cannot see it. */
  words: string;
  /** One of the steps that it waits for is enough. */
  any?: boolean | undefined;
  /** It runs after a failure only. */
  handler?: boolean | undefined;
  isCurrent?: boolean | undefined;
}

interface GraphProps {
  nodes: GraphNode[];
  label: string;
  onFollow?: (position: number, event: MouseEvent<HTMLAnchorElement>) => void;
}

const measures = { width: 168, height: 46, gap: 36, row: 58 };

/** The steps of a job and what they wait for, from left to right; each node leads to its step. */
export function Graph({ nodes, label, onFollow }: GraphProps) {
  const key = JSON.stringify(nodes.map((node) => [node.name, node.needs]));
  // The layout depends on nothing but names and needs.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const { needs, layout } = useMemo(() => {
    const found = needsOf(nodes);
    return { needs: found, layout: layOut(found, measures) };
  }, [key]);
  const name = (at: number) => nodes[at]?.name || `step ${at + 1}`;
  return (
    <div className="graph" data-testid="graph">
      <div className="graph-all" style={{ width: layout.width, height: layout.height }}>
        <svg className="graph-edges" width={layout.width} height={layout.height} aria-hidden="true" focusable="false">
          {layout.edges.map((edge) => {
            const to = nodes[edge.to];
            return (
              <path
                key={`${edge.from}-${edge.to}`}
                d={edge.path}
                className={['graph-edge', to?.any ? 'graph-any' : '', to?.handler ? 'graph-handler' : ''].filter(Boolean).join(' ')}
              />
            );
          })}
        </svg>
        <ol aria-label={label}>
          {nodes.map((node, at) => {
            const place = layout.places[at] ?? { x: 0, y: 0 };
            const waits = (needs[at] ?? []).map(name);
            const order = waits.length > 0 ? `waits for ${waits.join(node.any ? ' or ' : ' and ')}` : 'begins at once';
            return (
              <li key={at} style={{ left: place.x, top: place.y, width: measures.width, height: measures.height }}>
                <Link
                  to={node.to}
                  className={`graph-node ${node.tone ? `graph-${node.tone}` : ''}`}
                  aria-label={`Step ${at + 1}, ${name(at)}: ${[node.words, order].filter(Boolean).join('; ')}`}
                  aria-current={node.isCurrent ? 'step' : undefined}
                  title={`${name(at)}: ${[node.words, order].filter(Boolean).join('; ')}`}
                  data-testid="graph-node"
                  onClick={(event) => onFollow?.(at, event)}
                >
                  <span className="graph-name">
                    <span className="graph-number number">{at + 1}</span>
                    {name(at)}
                  </span>
                  <span className="graph-detail">{node.detail}</span>
                </Link>
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
