import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import type { StepDefinition } from '../src/api.gen';

const dom = new JSDOM('<!doctype html><div id="root"></div>', { url: 'http://localhost/runs', pretendToBeVisual: true });
class Observer {
  observe() {}
  disconnect() {}
}
const { window } = dom;
const names = [
  'window',
  'document',
  'navigator',
  'location',
  'history',
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'Event',
  'HTMLElement',
  'requestAnimationFrame',
  'localStorage',
] as const;
for (const name of names) {
  const value = (window as unknown as Record<string, unknown>)[name];
  Object.defineProperty(globalThis, name, {
    value: typeof value === 'function' && /^[a-z]/.test(name) ? value.bind(window) : value,
    configurable: true,
  });
}
Object.defineProperty(globalThis, 'ResizeObserver', { value: Observer, configurable: true });
Object.defineProperty(globalThis, 'IS_REACT_ACT_ENVIRONMENT', { value: true, configurable: true });
Object.defineProperty(globalThis, 'scrollTo', { value: () => undefined, configurable: true });

test('parts say what they show to everybody', async () => {
  const { createRoot } = await import('react-dom/client');
  const { act } = await import('react-dom/test-utils');
  const { Matrix } = await import('../src/parts/Matrix');
  const { StatusWord } = await import('../src/parts/StatusWord');
  const { FilterBar } = await import('../src/parts/FilterBar');
  const { LogLine } = await import('../src/parts/log/LogLine');
  const { Link } = await import('../src/parts/Link');
  const host = document.getElementById('root');
  assert.ok(host);
  const root = createRoot(host as HTMLElement);
  const show = async (element: unknown) => {
    await act(async () => root.render(element as never));
  };

  await show(<StatusWord state="cancel_unconfirmed" />);
  assert.equal(host?.textContent, 'Cancel unconfirmed');

  const steps: StepDefinition[] = [{ name: 'disk', command: 'df' }];
  const branches = Array.from({ length: 10_000 }, (_, at) => ({
    number: at + 1,
    serial: 's',
    target: 't',
    target_serial: 'T1',
    target_name: `web-${at + 1}`,
    state: 'failed' as const,
    steps: [{ number: 1, name: 'disk', state: 'failed' as const, attempt: 1, exit_code: 3, output_bytes: 0, truncated: false }],
  }));
  const chosen: unknown[] = [];
  await show(<Matrix branches={branches} steps={steps} selected={null} selectedStep={null} onSelect={(...what) => chosen.push(what)} />);
  const cells = host?.querySelectorAll<HTMLElement>('[data-testid=matrix-cell]') ?? [];
  assert.ok(cells.length > 5 && cells.length < 100, 'only the rows in view are drawn');
  assert.equal(cells[0]?.getAttribute('aria-label'), 'web-1, step 1 disk: Failed, exit code 3');
  await act(async () => cells[0]?.click());
  assert.deepEqual(chosen, [[1, 1]]);
  assert.equal(host?.querySelector('[role=table]')?.getAttribute('aria-rowcount'), '10001');

  await show(
    <LogLine
      row={{ kind: 'stdout', text: '<b>\x1b[31mred needle\x1b[0m</b>', line: 12, step: 1 }}
      index={0}
      pattern={/needle/g}
      current={false}
      marked={false}
      onLink={() => undefined}
    />,
  );
  assert.equal(host?.querySelector('.logline-text')?.textContent, '<b>red needle</b>');
  assert.equal(host?.querySelector('mark')?.textContent, 'needle');
  assert.equal(host?.querySelector('b'), null);

  const applied: string[] = [];
  await show(<FilterBar value="env = a and tag = b" vocabulary={undefined} onApply={(filter) => applied.push(filter)} />);
  const away = host?.querySelector<HTMLElement>('[aria-label="Take away env = a"]');
  await act(async () => away?.click());
  assert.deepEqual(applied, ['tag = b']);

  await show(<Link to="/jobs?search=x">Jobs</Link>);
  await act(async () => host?.querySelector('a')?.click());
  assert.equal(window.location.pathname + window.location.search, '/jobs?search=x');

  const { NewPassword, useNewPassword } = await import('../src/parts/NewPassword');
  const { session } = await import('../src/app/session');
  const config = { product: '', version: '', needs_setup: true, password_minimum: 4, password_maximum: 6, session_idle_seconds: 1 };
  session.set({ phase: 'out', config });
  let wrong: string | undefined;
  const Form = () => {
    const choice = useNewPassword();
    wrong = choice.wrong;
    return (
      <>
        <NewPassword choice={choice} testPrefix="x" />
        <button type="reset" onClick={choice.clear} />
      </>
    );
  };
  const field = (name: string) => host?.querySelector<HTMLInputElement>(`[data-testid=x-${name}]`);
  const write = async (name: string, text: string) => {
    const input = field(name);
    Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, 'value')?.set?.call(input, text);
    await act(async () => void input?.dispatchEvent(new window.Event('input', { bubbles: true })));
  };
  await show(<Form />);
  assert.match(host?.textContent ?? '', /4 to 6 characters/);
  assert.equal(host?.querySelector('.field-error'), null);
  await write('password', 'äöü');
  assert.equal(wrong, 'Use at least 4 characters; this has 3.');
  await write('password', 'secret');
  await write('repeat', 'secre');
  assert.equal(host?.querySelector('.field-error')?.textContent, 'The two passwords are not the same.');
  await write('repeat', 'secret');
  assert.equal(wrong, undefined);
  await act(async () => host?.querySelector<HTMLElement>('[type=reset]')?.click());
  assert.equal(field('password')?.value, '');
  assert.equal(field('repeat')?.value, '');

  await act(async () => root.unmount());
  dom.window.close();
});
