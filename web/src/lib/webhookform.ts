import type { ParameterDefinition, Webhook, WebhookDefinition, WebhookFormat } from './api';
import { readTriggered, triggeredForm } from './mapping';
import type { TriggeredForm } from './mapping';

/** A webhook while it is edited. */
export interface WebhookForm {
  name: string;
  description: string;
  job: string;
  enabled: boolean;
  format: WebhookFormat;
  signatureHeader: string;
  deliveryId: string;
  replaySeconds: string;
  filter: string;
  run: TriggeredForm;
  masks: string[];
  bodyLimit: string;
  keepDays: string;
}

/** The form of a webhook that was saved, or of a new one. */
export function webhookForm(webhook: Webhook | null, job = ''): WebhookForm {
  const said = webhook?.definition;
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    name: said?.name ?? '',
    description: said?.description ?? '',
    job: webhook?.job.serial ?? job,
    enabled: said?.enabled ?? true,
    format: said?.format ?? 'github',
    signatureHeader: said?.signature_header ?? '',
    deliveryId: said?.delivery_id ?? '',
    replaySeconds: text(said?.replay_seconds),
    filter: said?.filter ?? '',
    run: triggeredForm(said?.run),
    masks: said?.masks ?? [],
    bodyLimit: text(said?.body_limit_bytes),
    keepDays: text(said?.keep_days),
  };
}

/** The definition to send. */
export function readWebhook(form: WebhookForm, parameters: ParameterDefinition[]): WebhookDefinition {
  const definition: WebhookDefinition = { name: form.name.trim(), job: form.job, format: form.format };
  if (form.description.trim() !== '') definition.description = form.description.trim();
  if (!form.enabled) definition.enabled = false;
  if (form.format === 'stripe' && form.signatureHeader.trim() !== '') definition.signature_header = form.signatureHeader.trim();
  if (form.deliveryId.trim() !== '') definition.delivery_id = form.deliveryId.trim();
  if (form.replaySeconds.trim() !== '') definition.replay_seconds = Math.round(Number(form.replaySeconds));
  if (form.filter.trim() !== '') definition.filter = form.filter.trim();
  const run = readTriggered(form.run, parameters);
  if (Object.keys(run).length > 0) definition.run = run;
  if (form.masks.length > 0) definition.masks = form.masks;
  if (form.bodyLimit.trim() !== '') definition.body_limit_bytes = Math.round(Number(form.bodyLimit));
  if (form.keepDays.trim() !== '') definition.keep_days = Math.round(Number(form.keepDays));
  return definition;
}
