import { useMay } from '../../../app/session';
import { api } from '../../../lib/api';
import type { Webhook } from '../../../lib/api';
import { deliveryLooks } from '../../../lib/eventlooks';
import { bytes } from '../../../lib/format';
import { useAction, useResource } from '../../../lib/resource';
import { Button } from '../../../parts/Button';
import { Dialog } from '../../../parts/Dialog';
import { Link } from '../../../parts/Link';
import { LookWord } from '../../../parts/LookWord';
import { ProblemNote } from '../../../parts/Problem';
import { Skeleton } from '../../../parts/Skeleton';
import { Time } from '../../../parts/Time';

/** One message with what came, and the way to do it again or to try changes with it. */
export function DeliveryDrawer({
  webhook,
  delivery: id,
  onClose,
  onRedelivered,
}: {
  webhook: Webhook;
  delivery: string;
  onClose: () => void;
  onRedelivered: () => void;
}) {
  const mayWrite = useMay('webhooks.write');
  const found = useResource(`delivery/${id}`, (signal) => api.schedules.delivery(webhook.id, id, { signal }));
  const again = useAction(async () => {
    await api.schedules.redeliver(webhook.id, id);
    onRedelivered();
    onClose();
  });
  const detail = found.value;
  return (
    <Dialog
      title="Message"
      drawer
      wide
      onClose={onClose}
      footer={
        detail ? (
          <>
            <Link className="button button-plain" to={`/schedules/webhooks/${webhook.serial}/edit?delivery=${id}`}>
              Try changes with it
            </Link>
            {mayWrite ? (
              <Button
                icon="again"
                busy={again.busy}
                disabled={!detail.can_be_redelivered}
                title={detail.can_be_redelivered ? undefined : 'What came is no longer kept, or parts that count are masked.'}
                onClick={() => void again.run()}
                data-testid="delivery-again"
              >
                Deliver it again
              </Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      {found.problem ? <ProblemNote problem={found.problem} retry={found.reload} /> : null}
      {!detail && !found.problem ? <Skeleton rows={4} /> : null}
      {again.problem ? <ProblemNote problem={again.problem} /> : null}
      {detail ? (
        <>
          <p className="zoned">
            <LookWord look={deliveryLooks[detail.delivery.state]} state={detail.delivery.state} />
            <Time at={detail.delivery.received_at} exact />
          </p>
          {detail.delivery.reason ? <p>{detail.delivery.reason}</p> : null}
          {detail.delivery.execution ? (
            <p>
              <Link to={`/runs/${detail.delivery.execution}`}>
                Run <code>{detail.delivery.execution}</code>
              </Link>
            </p>
          ) : null}
          <p className="muted">
            {bytes(detail.delivery.bytes)}
            {detail.delivery.address ? ` from ${detail.delivery.address}` : ''}
            {detail.delivery.name ? (
              <>
                , named <code>{detail.delivery.name}</code>
              </>
            ) : null}
          </p>
          {detail.note ? <p className="muted">{detail.note}</p> : null}
          <section>
            <h3>Body</h3>
            {detail.body === undefined ? (
              <p className="muted">It is not kept.</p>
            ) : (
              <pre className="steplist-text" tabIndex={0} data-testid="delivery-body">
                {JSON.stringify(detail.body, null, 2)}
              </pre>
            )}
          </section>
          <section>
            <h3>Header fields</h3>
            <pre className="steplist-text" tabIndex={0}>
              {Object.entries(detail.headers)
                .map(([name, value]) => `${name}: ${value}`)
                .join('\n')}
            </pre>
          </section>
        </>
      ) : null}
    </Dialog>
  );
}
