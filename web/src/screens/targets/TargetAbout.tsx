import type { Target } from '../../lib/api';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';
import { Tags } from '../../parts/Tags';
import { Time } from '../../parts/Time';

const kinds: Record<Target['type'], string> = {
  server: 'Server',
  network_device: 'Network device',
  database: 'Database',
  api: 'API',
  other: 'Other',
};

/** What a target is: its description and facts. */
export function TargetAbout({ target }: { target: Target }) {
  return (
    <div className="columns">
      <Panel title="About">
        <Facts
          facts={[
            ['Kind', kinds[target.type]],
            ['OS', target.os],
            ['Environment', target.environment],
            ['Location', target.location],
            ['Runs at a time', target.slots === undefined ? 'no limit' : String(target.slots)],
            ['Tags', target.tags.length > 0 ? <Tags tags={target.tags} most={50} /> : ''],
            ['Description', target.description],
            ['Added', <Time at={target.created_at} exact />],
            [
              'Changed',
              <>
                <Time at={target.updated_at} exact /> <span className="muted">revision {target.revision}</span>
              </>,
            ],
          ]}
        />
      </Panel>
      <Panel title="Facts">
        {Object.keys(target.facts).length > 0 ? (
          <Facts facts={Object.entries(target.facts)} />
        ) : (
          <p className="muted">No facts are recorded. Facts can be used in filters, as in fact.cores = 8.</p>
        )}
      </Panel>
    </div>
  );
}
