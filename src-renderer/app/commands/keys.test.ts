import { describe, expect, it } from 'vitest';
import { type KeyContext, type KeyPress, keysLabel, outcomeOf } from './keys';

const plain: KeyPress = { key: '', ctrl: false, meta: false, alt: false, shift: false };
const linux: KeyContext = { platform: 'linux', inText: false, pending: null };

describe('a key press', () => {
  it('runs the command of an accelerator, with the command key of the platform', () => {
    expect(outcomeOf({ ...plain, key: 'o', ctrl: true }, linux)).toEqual({ kind: 'run', ids: ['file.open'] });
    expect(outcomeOf({ ...plain, key: 'O', ctrl: true, shift: true }, linux)).toEqual({
      kind: 'run',
      ids: ['file.openFolder'],
    });
    const mac: KeyContext = { ...linux, platform: 'darwin' };
    expect(outcomeOf({ ...plain, key: 'k', meta: true }, mac)).toEqual({
      kind: 'run',
      ids: ['view.palette'],
    });
    expect(outcomeOf({ ...plain, key: 'k', ctrl: true }, mac)).toEqual({ kind: 'none' });
  });
  it('begins a chord and ends it', () => {
    expect(outcomeOf({ ...plain, key: 'g' }, linux)).toEqual({ kind: 'pending', key: 'g' });
    expect(outcomeOf({ ...plain, key: 's' }, { ...linux, pending: 'g' })).toEqual({
      kind: 'run',
      ids: ['go.sessions'],
    });
    expect(outcomeOf({ ...plain, key: 'x' }, { ...linux, pending: 'g' })).toEqual({ kind: 'none' });
  });
  it('is text in a text field, unless it is an accelerator or Escape', () => {
    const inText = { ...linux, inText: true };
    expect(outcomeOf({ ...plain, key: '/' }, inText)).toEqual({ kind: 'none' });
    expect(outcomeOf({ ...plain, key: 'k', ctrl: true }, inText).kind).toBe('run');
    expect(outcomeOf({ ...plain, key: 'Escape' }, inText)).toEqual({ kind: 'run', ids: ['go.back'] });
  });
  it('tells a letter from its capital, and takes signs from any keyboard', () => {
    expect(outcomeOf({ ...plain, key: 'e' }, linux)).toEqual({ kind: 'run', ids: ['go.nextError'] });
    expect(outcomeOf({ ...plain, key: 'E', shift: true }, linux)).toEqual({
      kind: 'run',
      ids: ['go.previousError'],
    });
    expect(outcomeOf({ ...plain, key: '?', shift: true }, linux)).toEqual({
      kind: 'run',
      ids: ['help.shortcuts'],
    });
    expect(outcomeOf({ ...plain, key: '/', shift: true }, linux)).toEqual({
      kind: 'run',
      ids: ['edit.filter'],
    });
  });
  it('with Alt belongs to the menu bar', () => {
    expect(outcomeOf({ ...plain, key: 'e', alt: true }, linux)).toEqual({ kind: 'none' });
  });
});

describe('the label of keys', () => {
  it('reads as the platform writes it', () => {
    expect(keysLabel('CmdOrCtrl+Shift+O', 'linux')).toBe('Ctrl+Shift+O');
    expect(keysLabel('CmdOrCtrl+Shift+O', 'darwin')).toBe('⌘⇧O');
    expect(keysLabel('g s', 'linux')).toBe('G then S');
    expect(keysLabel('Escape', 'linux')).toBe('Esc');
  });
});
