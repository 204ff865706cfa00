import { Dialog as Radix, Tooltip as RadixTooltip } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import styles from './controls.module.css';
import { cx } from './cx';
import { returnFocus } from './dialog-focus';
import { menuHost } from './menu-host';
import text from './text.module.css';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: 'small' | 'normal';
}

export function Button({ variant = 'plain', size = 'normal', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(styles.button, styles[variant], size === 'small' && styles.small, className)}
    />
  );
}

export interface IconButtonProps extends ComponentProps<'button'> {
  readonly label: string;
  readonly keys?: string;
}

/** A button of one picture; its name is read out and shown on hover. */
export function IconButton({ label, keys, className, children, ...rest }: IconButtonProps) {
  return (
    <Tip text={keys === undefined ? label : `${label}  ${keys}`}>
      <button type="button" aria-label={label} {...rest} className={cx(styles.iconButton, className)}>
        {children}
      </button>
    </Tip>
  );
}

export interface TipProps {
  readonly text: ReactNode;
  readonly children: ReactNode;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
}

/** A tooltip over anything that can take a ref. */
export function Tip({ text, children, side = 'bottom' }: TipProps) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal container={menuHost()}>
        <RadixTooltip.Content className={styles.tip} side={side} sideOffset={6} collisionPadding={8}>
          {text}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}

export const TipProvider = RadixTooltip.Provider;

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string;
  readonly width?: number;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** The title is only read out, not shown. */
  readonly bare?: boolean;
}

/** A modal sheet. The scrim is ours: Radix's would write a style element, which the content policy forbids. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, width = 480, children, footer, bare = false } = props;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <div className={styles.scrim} />
        <Radix.Content
          className={cx(styles.dialog, bare && styles.bare)}
          style={{ width }}
          onCloseAutoFocus={returnFocus}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Radix.Title className={bare ? text.hidden : styles.dialogTitle}>{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description className={styles.dialogText}>{description}</Radix.Description>
          )}
          {children}
          {footer !== undefined && <div className={styles.dialogFoot}>{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface FieldProps extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
}

export function Field({ label, hint, mono = false, className, ...rest }: FieldProps) {
  return (
    <label className={cx(styles.field, className)}>
      <span className={styles.label}>{label}</span>
      <input
        spellCheck={false}
        autoComplete="off"
        {...rest}
        className={cx(styles.input, mono && styles.mono)}
      />
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

export function Keys({ children }: { readonly children: string }) {
  return <kbd className={styles.keys}>{children}</kbd>;
}

export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'error';

export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return <span className={cx(styles.badge, styles[tone])}>{children}</span>;
}
