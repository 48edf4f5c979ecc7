import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demangled } from '../../../src/source/profile/demangle.ts';
import { frameName } from '../../../src/source/profile/frame-name.ts';

describe('names of Rust functions', () => {
  it.each([
    [
      '_ZN4spin7handler28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE',
      'spin::handler::{{closure}}',
    ],
    [
      '_ZN76_$LT$spin..leaf..Guilty$LT$T$GT$$u20$as$u20$core..future..future..Future$GT$4poll17h0123456789abcdefE',
      '<spin::leaf::Guilty<T> as core::future::future::Future>::poll',
    ],
    ['_ZN3foo3barEv', '_ZN3foo3barEv'],
    [
      '_$LT$spin..Guilty$u20$as$u20$core..Future$GT$::poll::h0123456789abcdef',
      '<spin::Guilty as core::Future>::poll',
    ],
    ['a::b::h0123456789abcdef', 'a::b'],
    ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
    ['_RNCNvCsgStHSCytQ6I_7mycrate4main0B3_', 'mycrate::main::{closure#0}'],
    ['_RNvMs_CseXrA9yVzxs4_1mNtB4_3Tls4poll', '<m::Tls>::poll'],
    [
      '_RNvXs_C1mINtB4_6GuiltyNtNtC5alloc6string6StringENtNtNtC4core6future6future6Future4poll',
      '<m::Guilty<alloc::string::String> as core::future::future::Future>::poll',
    ],
    ['_RNvXC1mINtB2_1TRAhj10_ENtB2_2Tr4poll', '<m::T<&[u8; 16]> as m::Tr>::poll'],
    ['_RB_', '_RB_'],
    ['malloc@@GLIBC_2.2.5', 'malloc'],
  ])('%s', (symbol, name) => {
    expect(demangled(symbol)).toBe(name);
  });

  it('come from files of others: nothing makes it throw, or last', () => {
    const mangled = fc.stringMatching(/^_(R|ZN)[A-Za-z0-9_$.]{0,60}$/);
    fc.assert(fc.property(mangled, (symbol) => typeof demangled(symbol) === 'string'));
    expect(demangled(`_R${'INvC1a1bB_'.repeat(2000)}E`)).toMatch(/^_R/);
  });

  it.each([
    [
      '<a::T<U> as b::Tr>::poll',
      { owner: 'a::T', trait: 'b::Tr', method: 'poll', crate: 'a', closures: 0 },
    ],
    [
      '<a::T<dyn Fn(A) -> B> as b::Tr<C>>::poll_read',
      { owner: 'a::T', trait: 'b::Tr', method: 'poll_read' },
    ],
    ['<&mut a::T as b::Tr>::poll', { owner: 'a::T', crate: 'a' }],
    ['a::T<U>::poll_loop', { owner: 'a::T', trait: null, method: 'poll_loop' }],
    ['<a::T<U>>::poll', { owner: 'a::T', trait: null, method: 'poll' }],
    ['a::serve::{{closure}}', { owner: 'a::serve', method: 'serve', closures: 1 }],
    ['a::serve::{closure#0}::{closure#1}<u8>', { owner: 'a::serve', closures: 2 }],
    ['a::serve::{async_fn#0}', { owner: 'a::serve', closures: 1 }],
    ['a::{impl#5}::poll_read<b::TcpStream>', { owner: 'a::{impl#5}', method: 'poll_read' }],
    ['main', { owner: 'main', method: 'main', closures: 0 }],
  ])('are taken apart: %s', (name, parts) => {
    expect(frameName(name)).toMatchObject(parts);
  });
});
