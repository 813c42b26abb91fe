import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { api } from '../lib/api';
import { quoted } from '../lib/filter';
import { navigate } from '../lib/router';
import { Icon } from '../parts/Icon';
import type { IconName } from '../parts/Icon';
import { theme } from './preferences';
import { useMe } from './session';

interface Entry {
  id: string;
  label: string;
  detail?: string;
  icon: IconName;
  run: () => void;
}

/** Ctrl+K: go anywhere, find any target, job or run. */
export function Palette({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [text, setText] = useState('');
  const [found, setFound] = useState<Entry[]>([]);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const fixed = useMemo<Entry[]>(() => {
    const may = (permission: string) => me.permissions.some((one) => one === permission);
    const go = (label: string, icon: IconName, to: string): Entry => ({ id: to, label, icon, run: () => navigate(to) });
    return [
      go('Overview', 'overview', '/'),
      go('Targets', 'target', '/targets'),
      go('Groups', 'group', '/groups'),
      ...(may('credentials.read') ? [go('Credentials', 'key', '/credentials')] : []),
      go('Jobs', 'job', '/jobs'),
      ...(may('jobs.write') ? [go('New job', 'plus', '/jobs/new')] : []),
      ...(may('commands.run') ? [go('Run a command', 'command', '/command')] : []),
      go('Runs', 'run', '/runs'),
      go('Search output', 'search', '/output'),
      go('Queue and workers', 'clock', '/queue'),
      go('Schedules', 'calendar', '/schedules'),
      go('Week of schedules', 'calendar', '/schedules/week'),
      go('Approvals', 'hand', '/approvals'),
      ...(may('notifications.read')
        ? [
            go('Alerts', 'bell', '/notifications'),
            go('Notification routes', 'bell', '/notifications/routes'),
            go('Notification channels', 'send', '/notifications/channels'),
            go('Mail server', 'mail', '/notifications/mail'),
            go('Deliveries', 'send', '/notifications/deliveries'),
          ]
        : []),
      ...(may('audit.read') ? [go('Audit log', 'ledger', '/audit'), go('Verify the audit log', 'shield', '/audit/chains')] : []),
      ...(may('targets.write')
        ? [go('Add a target', 'plus', '/targets?dialog=add'), go('Import targets', 'upload', '/targets?dialog=import')]
        : []),
      go('Sessions', 'settings', '/settings/sessions'),
      go('Personal tokens', 'key', '/settings/tokens'),
      ...(may('users.read') ? [go('Users', 'user', '/settings/users')] : []),
      go('Change password', 'lock', '/settings/password'),
      { id: 'light', label: 'Light theme', icon: 'sun', run: () => theme.set('light') },
      { id: 'dark', label: 'Dark theme', icon: 'moon', run: () => theme.set('dark') },
    ];
  }, [me]);

  useEffect(() => {
    const wanted = text.trim();
    setAt(0);
    if (wanted.length < 2) {
      setFound([]);
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void lookUp(wanted, abort.signal).then((entries) => {
        if (!abort.signal.aborted) setFound(entries);
      });
    }, 150);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [text]);

  const wanted = text.trim().toLowerCase();
  const entries = [...fixed.filter((entry) => entry.label.toLowerCase().includes(wanted)).slice(0, wanted === '' ? 40 : 6), ...found];
  const choose = (entry: Entry | undefined) => {
    if (entry) {
      onClose();
      entry.run();
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(entries[at]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Search and go anywhere"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-box">
        <div className="palette-input">
          <Icon name="search" />
          <input
            autoFocus
            value={text}
            placeholder="Go to a page, target, job or run"
            aria-label="Search"
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={`palette-${at}`}
            data-testid="palette-input"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={keys}
          />
        </div>
        <ul id="palette-list" role="listbox" aria-label="Results" className="palette-list">
          {entries.map((entry, index) => (
            <li
              key={entry.id}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseMove={() => setAt(index)}
              onClick={() => choose(entry)}
              ref={index === at ? (row) => row?.scrollIntoView({ block: 'nearest' }) : undefined}
            >
              <Icon name={entry.icon} />
              <span>{entry.label}</span>
              {entry.detail ? <span className="muted">{entry.detail}</span> : null}
            </li>
          ))}
        </ul>
        {entries.length === 0 ? <p className="palette-none muted">Nothing is called that.</p> : null}
      </div>
    </dialog>
  );
}

async function lookUp(text: string, signal: AbortSignal): Promise<Entry[]> {
  const options = { signal };
  const [targets, jobs, runs] = await Promise.all([
    api.targets.list({ filter: `name = ${quoted(`*${text}*`)}`, limit: 5 }, options).then(
      (page) => page.items,
      () => [],
    ),
    api.jobs.list({ search: text, limit: 5 }, options).then(
      (page) => page.items,
      () => [],
    ),
    api.executions.list({ search: text, limit: 5 }, options).then(
      (page) => page.items,
      () => [],
    ),
  ]);
  return [
    ...targets.map(
      (target): Entry => ({
        id: target.id,
        label: target.name,
        detail: target.serial,
        icon: 'target',
        run: () => navigate(`/targets/${target.serial}`),
      }),
    ),
    ...jobs.map(
      (job): Entry => ({ id: job.id, label: job.name, detail: job.serial, icon: 'job', run: () => navigate(`/jobs/${job.serial}`) }),
    ),
    ...runs.map(
      (run): Entry => ({ id: run.id, label: run.name, detail: run.serial, icon: 'run', run: () => navigate(`/runs/${run.serial}`) }),
    ),
  ];
}
