import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './Icon';

/** One line of a menu. */
export interface MenuItem {
  label: string;
  icon?: IconName;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  checked?: boolean;
  href?: string;
  testId?: string;
}

interface MenuProps {
  label: ReactNode;
  name: string;
  items: MenuItem[];
  className?: string;
  head?: ReactNode;
  testId?: string;
}

/** A button that opens a list of things to do; arrow keys move, Escape closes. */
export function Menu({ label, name, items, className = 'button button-plain', head, testId }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    box.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      return;
    }
    if (event.key === 'Tab') {
      setOpen(false);
      return;
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
  const select = (item: MenuItem) => {
    if (item.checked === undefined) close();
    item.onSelect();
  };
  return (
    <div className="menu" ref={box}>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={name}
        title={name}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open ? (
        <div className="menu-list" onKeyDown={move}>
          {head ? <div className="menu-head">{head}</div> : null}
          <div role="menu" aria-label={name}>
            {items.map((item) => (
              <button
                key={item.label}
                type="button"
                className={item.danger ? 'menu-item menu-danger' : 'menu-item'}
                disabled={item.disabled}
                data-testid={item.testId}
                role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                aria-checked={item.checked}
                onClick={() => select(item)}
              >
                {item.checked !== undefined ? (
                  <span className="menu-tick">{item.checked ? <Icon name="tick" size={14} /> : null}</span>
                ) : item.icon ? (
                  <Icon name={item.icon} />
                ) : null}
                {item.label}
              </button>
            ))}
          </div>
        </div>
      ) : null}
    </div>
  );
}
