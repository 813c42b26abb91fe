import { forwardRef } from 'react';
import type { ButtonHTMLAttributes } from 'react';
import { Icon } from './Icon';
import type { IconName } from './Icon';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  icon?: IconName;
  /** Work that this button started is on its way; it cannot be pressed again. */
  busy?: boolean;
  small?: boolean;
}

/** A button. One that only has an icon needs `aria-label`. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { kind = 'plain', icon, busy = false, small = false, children, className = '', disabled, type = 'button', ...rest },
  ref,
) {
  const classes = ['button', `button-${kind}`, small ? 'button-small' : '', children ? '' : 'button-icon', className]
    .filter(Boolean)
    .join(' ');
  return (
    <button
      {...rest}
      ref={ref}
      type={type}
      className={classes}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      title={rest.title ?? (children ? undefined : rest['aria-label'])}
    >
      {busy ? <Icon name="ring" turning /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
});
